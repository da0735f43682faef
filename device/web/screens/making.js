// How one product is made or bought in: what the plan goes by. Every field left alone says what most makers mean.
import { formatAmount, parseMoney } from "/shared/money.js";
import { ErrorCard, Skeleton } from "/shared/components/states.js";
import { ask, get } from "/shared/http.js";
import { html, useState } from "/shared/vendor/ui.js";
import { useAnswer } from "../answer.js";
import { BackLink, Frame } from "../parts/frame.js";
import { NumberField } from "../parts/number_field.js";
import { sayProblem } from "../problem_notice.js";
import { go, hrefOf } from "../router.js";
import { heard, notice, products, shop } from "../till.js";
import { locale, percent, t } from "../words.js";

/**
 * @typedef {{sku: string, supply: "made" | "bought", lead_days: number, batch: number, minimum: number, shelf_days: number, salvage_minor: number,
 *   service_bp: number, work_s: number, setup_s: number}} MakingRules
 */

const SURE_BP = [0, 7000, 8000, 9000, 9500];
const MINUTE_S = 60;

/** @param {{sku: string}} props */
export function Making({ sku }) {
  const { said, problem, again } = useAnswer(() => get(`/api/making/${encodeURIComponent(sku)}`), sku);
  if (said) return html`<${Form} said=${said} name=${products.value?.find((one) => one.sku === sku)?.name ?? sku} />`;
  return html`<${Frame}><div class="narrow">${problem
    ? html`<${ErrorCard} title=${problem.message} remedy=${problem.remedy} action=${t("app.again")} onAction=${again} />`
    : html`<${Skeleton} lines=${6} height="56px" label=${t("app.loading")} />`}</div><//>`;
}

/** @param {{said: MakingRules, name: string}} props */
function Form({ said, name }) {
  const [rules, setRules] = useState(said);
  const [salvage, setSalvage] = useState(said.salvage_minor ? formatAmount(said.salvage_minor, shop.value.currency, locale.value) : "");
  /** @param {Partial<MakingRules>} some */
  const change = (some) => setRules({ ...rules, ...some });
  const salvageMinor = salvage.trim() === "" ? 0 : parseMoney(salvage, shop.value.currency);
  const bought = rules.supply === "bought";

  async function keep() {
    try {
      const { sku: _, ...body } = rules;
      await heard(ask("PUT", `/api/making/${encodeURIComponent(rules.sku)}`, { ...body, salvage_minor: salvageMinor ?? 0 }));
      notice.value = { tone: "good", text: t("making.kept") };
      go("make");
    } catch (thrown) {
      sayProblem(thrown);
    }
  }

  const main = html`<button class="primary wide-button" disabled=${salvageMinor === null} onClick=${keep}>${t("making.keep")}</button>`;
  return html`<${Frame} foot=${main}><div class="narrow stack making">
    <div class="product-title"><${BackLink} page="make" /><h2>${name}</h2></div>
    <div class="row" role="group" aria-label=${t("making.supply")}>${["made", "bought"].map((one) => html`<button type="button" key=${one} class="pill" aria-pressed=${one === rules.supply} onClick=${() => change({ supply: /** @type {any} */ (one) })}>${t(`making.supply.${one}`)}</button>`)}</div>
    <div class="card pad stack">
      <${NumberField} name="lead" label=${t(bought ? "making.lead.bought" : "making.lead")} hint=${t("making.lead.hint")} value=${rules.lead_days} onChange=${(/** @type {number} */ lead_days) => change({ lead_days })} />
      <div class="pair"><${NumberField} name="batch" label=${t(bought ? "making.batch.bought" : "making.batch")} value=${rules.batch} onChange=${(/** @type {number} */ batch) => change({ batch })} />
        <${NumberField} name="minimum" label=${t("making.minimum")} value=${rules.minimum} onChange=${(/** @type {number} */ minimum) => change({ minimum })} /></div>
    </div>
    ${!bought && html`<div class="card pad stack"><div class="pair">
      <${NumberField} name="work" label=${t("making.work")} value=${Math.round(rules.work_s / MINUTE_S)} onChange=${(/** @type {number} */ minutes) => change({ work_s: minutes * MINUTE_S })} />
      <${NumberField} name="setup" label=${t("making.setup")} value=${Math.round(rules.setup_s / MINUTE_S)} onChange=${(/** @type {number} */ minutes) => change({ setup_s: minutes * MINUTE_S })} /></div>
      <p class="quiet small">${t("making.work.hint")}</p></div>`}
    <div class="card pad stack">
      <${NumberField} name="shelf" label=${t("making.shelf")} hint=${t("making.shelf.hint")} value=${rules.shelf_days} onChange=${(/** @type {number} */ shelf_days) => change({ shelf_days })} />
      ${rules.shelf_days > 0 && html`<div><label for="making-salvage">${t("making.salvage")}</label><input id="making-salvage" inputmode="decimal" autocomplete="off" value=${salvage} onInput=${(/** @type {any} */ e) => setSalvage(e.target.value)} /></div>`}
    </div>
    <div class="card pad stack"><div><b>${t("making.sure")}</b><br /><span class="quiet small">${t("making.sure.hint")}</span></div>
      <div class="row" role="group" aria-label=${t("making.sure")}>${[...new Set([...SURE_BP, rules.service_bp])].map((bp) => html`<button type="button" key=${bp} class="pill" aria-pressed=${bp === rules.service_bp} onClick=${() => change({ service_bp: bp })}>${bp === 0 ? t("making.sure.usual") : percent(bp)}</button>`)}</div></div>
    ${!bought && html`<a class="button" href=${hrefOf("recipe", rules.sku)}>${t("recipe.link")}</a>`}
    <div class="roomy">${main}</div>
  </div><//>`;
}
