// A supplier described: where orders go, how long it takes, what it costs, and what may go out by itself.
import { parseMoney } from "/shared/money.js";
import { ErrorCard, Skeleton } from "/shared/components/states.js";
import { ask, get, post } from "/shared/http.js";
import { html, useState } from "/shared/vendor/ui.js";
import { useAnswer } from "../answer.js";
import { BackLink, Frame } from "../parts/frame.js";
import { NumberField } from "../parts/number_field.js";
import { sayProblem } from "../problem_notice.js";
import { go } from "../router.js";
import { heard, notice, shop } from "../till.js";
import { amount, language, t } from "../words.js";

/** @typedef {import("../buying_texts.js").Supplier} Supplier */

const LANGUAGES = { en: "English", de: "Deutsch" };
const SUMS = /** @type {const} */ (["minimum", "shipping", "auto"]);

/** @param {{id: string}} props */
export function SupplierForm({ id }) {
  const { said, problem, again } = useAnswer(() => (id ? get(`/api/purchasing/suppliers/${encodeURIComponent(id)}`) : Promise.resolve({})), id);
  if (said) return html`<${Form} id=${id} supplier=${said} />`;
  return html`<${Frame}><div class="narrow">${problem
    ? html`<${ErrorCard} title=${problem.message} remedy=${problem.remedy} action=${t("app.again")} onAction=${again} />`
    : html`<${Skeleton} lines=${6} height="56px" label=${t("app.loading")} />`}</div><//>`;
}

/** @param {{id: string, supplier: Partial<Supplier>}} props */
function Form({ id, supplier }) {
  const { currency } = shop.value;
  const shown = (/** @type {number | undefined} */ minor) => (minor ? amount(minor, currency) : "");
  const [typed, setTyped] = useState({
    name: supplier.name ?? "", email: supplier.email ?? "", webhook: supplier.webhook ?? "",
    minimum: shown(supplier.minimum_minor), shipping: shown(supplier.shipping_minor), auto: shown(supplier.auto_limit_minor),
  });
  const [days, setDays] = useState(supplier.lead_days ?? 0);
  const [tongue, setTongue] = useState(supplier.language ?? language.value);
  const [busy, setBusy] = useState(false);
  const minor = (/** @type {string} */ text) => (text.trim() === "" ? 0 : parseMoney(text, currency));
  const wrong = typed.name.trim() === "" || SUMS.some((key) => minor(typed[key]) === null);

  /** @param {boolean} retired */
  async function save(retired) {
    setBusy(true);
    const body = { name: typed.name, email: typed.email, webhook: typed.webhook, language: tongue, lead_days: days, retired,
      minimum_minor: minor(typed.minimum), shipping_minor: minor(typed.shipping), auto_limit_minor: minor(typed.auto) };
    try {
      const kept = await heard(id ? ask("PUT", `/api/purchasing/suppliers/${encodeURIComponent(id)}`, body) : post("/api/purchasing/suppliers", body));
      notice.value = { tone: "good", text: t(retired ? "suppliers.gone" : "suppliers.kept", { name: typed.name }) };
      go("suppliers", kept.supplier_id);
    } catch (thrown) {
      sayProblem(thrown);
      setBusy(false);
    }
  }

  /** @param {keyof typeof typed} key @param {string} mode @param {string} [hint] */
  const input = (key, mode, hint) => html`<div><label for=${`supplier-${key}`}>${t(`suppliers.${key}`)}</label>
    <input id=${`supplier-${key}`} inputmode=${mode} autocomplete="off" autocapitalize=${key === "name" ? undefined : "off"} maxlength="200" value=${typed[key]} aria-describedby=${hint && `hint-${key}`} onInput=${(/** @type {any} */ e) => setTyped({ ...typed, [key]: e.target.value })} />
    ${hint && html`<p id=${`hint-${key}`} class="quiet small">${hint}</p>`}</div>`;
  const main = html`<button class="primary wide-button" disabled=${wrong || busy} onClick=${() => save(false)}>${t("suppliers.keep")}</button>`;
  return html`<${Frame} foot=${main}><div class="narrow stack">
    <div class="product-title"><${BackLink} page="suppliers" /><h2>${id ? supplier.name : t("suppliers.add")}</h2></div>
    <div class="card pad stack">${input("name", "text")}${input("email", "email", t("suppliers.email.hint"))}
      <div class="row" role="group" aria-label=${t("suppliers.language")}><span>${t("suppliers.language")}</span>${Object.entries(LANGUAGES).map(([tag, name]) => html`<button type="button" key=${tag} class="pill" lang=${tag} aria-pressed=${tag === tongue} onClick=${() => setTongue(tag)}>${name}</button>`)}</div></div>
    <div class="card pad stack"><${NumberField} name="lead-days" label=${t("suppliers.lead-days")} hint=${t("suppliers.lead-days.hint")} value=${days} onChange=${setDays} />
      <div class="pair">${input("minimum", "decimal")}${input("shipping", "decimal")}</div></div>
    <div class="card pad stack">${input("auto", "decimal", t("suppliers.auto.hint"))}</div>
    <details class="card pad"><summary><b>${t("suppliers.programs")}</b></summary>${input("webhook", "url", t("suppliers.webhook.hint"))}</details>
    <div class="roomy">${main}</div>
    ${id && html`<button type="button" class="plain" onClick=${() => save(!supplier.retired)}>${t(supplier.retired ? "suppliers.take-back" : "suppliers.retire")}</button>`}
  </div><//>`;
}
