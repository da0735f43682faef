// Materials: what is there, what is needed for all that is planned, and what to buy. One of them: what came, was counted or was
// wasted, what is made of it, and how much is really used.
import { EmptyState, ErrorCard, Skeleton } from "/shared/components/states.js";
import { get, post } from "/shared/http.js";
import { html, useState } from "/shared/vendor/ui.js";
import { useAnswer } from "../answer.js";
import { BackLink, Frame } from "../parts/frame.js";
import { Later } from "../parts/later.js";
import { Stale } from "../parts/stale.js";
import { sayProblem } from "../problem_notice.js";
import { amountOf, unitWords } from "../material_texts.js";
import { listed } from "../plan_words.js";
import { hrefOf } from "../router.js";
import { dayFromToday, shortDate } from "../signal_texts.js";
import { milliOf } from "../stock_sheet.js";
import { heard, notice } from "../till.js";
import { uuid7 } from "../uuid7.js";
import { t } from "../words.js";

/**
 * @typedef {{material_id: string, name: string, unit: string, cost_minor: number | null, pack_milli: number, minimum_milli: number, keep_milli: number,
 *   lead_days: number, retired: boolean, there_milli: number, needed_milli: number, on_order_milli: number, missing_milli: number, buy_milli: number,
 *   by: string | null, order_by: string | null, used_in: string[]}} Needed
 * @typedef {Needed & {percent_more: number, counts: number, recipes: {sku: string, name: string}[],
 *   moves: {at: string, change_milli: number, reason: string, cashier: string}[]}} Told
 */

const NEW = "+";
const FILE = "+file";
const EDIT = "edit";
const MOVES = ["received", "counted", "wasted"];

/** @param {{id?: string}} props */
export function Materials({ id }) {
  if (id === NEW) return html`<${Later} load=${() => import("./material_form.js").then((loaded) => loaded.NewMaterial)} />`;
  if (id === FILE) return html`<${Later} load=${() => import("./materials_file.js").then((loaded) => loaded.MaterialsFile)} />`;
  return id ? html`<${One} key=${id} id=${id} />` : html`<${List} />`;
}

function List() {
  const { said, atMs, problem, again } = useAnswer(() => get("/api/materials"), "");
  /** @type {Needed[]} */
  const materials = said?.materials ?? [];
  const missing = materials.filter(({ missing_milli }) => missing_milli > 0);
  const lacking = materials.filter(({ needed_milli, there_milli }) => needed_milli > Math.max(0, there_milli));
  const main = html`<a class="button primary wide-button" href=${hrefOf("materials", NEW)}>${t("materials.add")}</a>`;
  return html`<${Frame} foot=${main}><div class="narrow stack">
    <div class="product-title"><${BackLink} page="menu" /><h2>${t("nav.materials")}</h2></div>
    ${problem && !said && html`<${ErrorCard} title=${problem.message} remedy=${problem.remedy} action=${t("app.again")} onAction=${again} />`}
    ${!said && !problem && html`<${Skeleton} lines=${6} height="64px" label=${t("app.loading")} />`}
    ${said && materials.length === 0 && html`<${EmptyState} title=${t("materials.none")}>${t("materials.none.hint")}<//>`}
    ${materials.length > 0 && html`<p class="say"><b>${missing.length > 0 ? t("materials.buy", { list: listed(missing.slice(0, 3).map(buyWords)) }) : lacking.length > 0 ? t("materials.on-its-way", { list: listed(lacking.slice(0, 3).map(({ name }) => name)) }) : t("materials.enough")}</b>
        ${missing.length > 3 && t("materials.buy.more", { n: missing.length - 3 })}</p>
      <${Stale} atMs=${atMs} />
      ${missing.length > 0 && html`<a class="button" href=${hrefOf("buy")}>${t("nav.buy")}</a>`}
      <ul class="card plan-lines materials">${materials.map((one) => html`<li key=${one.material_id}><a class="row-link" href=${hrefOf("materials", one.material_id)}>
        <span class="what"><b>${one.name}</b><span class="quiet small">${needWords(one)}</span></span>
        <b class=${`sum ${one.missing_milli > 0 ? "bad" : ""}`}>${amountOf(one, Math.max(0, one.there_milli))}</b></a></li>`)}</ul>`}
    <div class="roomy">${main}</div>
    <a class="button" href=${hrefOf("materials", FILE)}>${t("materials.file")}</a>
  </div><//>`;
}

/** @param {Needed} one */
const buyWords = (one) => `${amountOf(one, one.buy_milli)} ${one.name}`;

/** @param {Needed} one */
function needWords(one) {
  const parts = [one.needed_milli > 0 ? t("materials.needed", { n: amountOf(one, one.needed_milli) }) : t("materials.not-needed")];
  if (one.on_order_milli > 0) parts.push(t("materials.on-order", { n: amountOf(one, one.on_order_milli) }));
  if (one.missing_milli > 0) parts.push(missingWords(one));
  return parts.join(" ");
}

/** @param {Needed} one */
function missingWords(one) {
  const n = amountOf(one, one.missing_milli);
  if (!one.order_by) return t("materials.missing", { n });
  return one.order_by <= dayFromToday() ? t("materials.missing-now", { n }) : t("materials.missing-by", { n, day: shortDate(one.order_by) });
}

/** @param {{id: string}} props */
function One({ id }) {
  const { said, problem, again } = useAnswer(() => get(`/api/materials/${encodeURIComponent(id)}`), id);
  const [editing, setEditing] = useState(false);
  if (!said) return html`<${Frame}><div class="narrow">${problem
    ? html`<${ErrorCard} title=${problem.message} remedy=${problem.remedy} action=${t("app.again")} onAction=${again} />`
    : html`<${Skeleton} lines=${6} height="56px" label=${t("app.loading")} />`}</div><//>`;
  /** @type {Told} */
  const told = said;
  if (editing) return html`<${Later} load=${() => import("./material_form.js").then((loaded) => loaded.EditMaterial)} props=${{ material: told, onDone: () => { setEditing(false); void again(); } }} />`;
  return html`<${Frame}><div class="narrow stack">
    <div class="product-title"><${BackLink} page="materials" /><h2>${told.name}</h2><div class="end"><button class="plain" onClick=${() => setEditing(true)}>${t(`materials.${EDIT}`)}</button></div></div>
    <p class="say"><b>${t("materials.there", { n: amountOf(told, Math.max(0, told.there_milli)) })}</b> <span class="quiet">${needWords(told)}</span></p>
    <${Move} told=${told} onMoved=${again} />
    ${told.counts > 0 && html`<p>${usedWords(told)}</p>`}
    ${told.recipes.length > 0 && html`<section class="stack tight"><h3>${t("materials.used-in")}</h3>
      <div class="row">${told.recipes.map(({ sku, name }) => html`<a key=${sku} class="button" href=${hrefOf("recipe", sku)}>${name}</a>`)}</div></section>`}
    ${told.moves.length > 0 && html`<section class="stack tight"><h3>${t("materials.moves")}</h3><ul class="card pad moves-list">${told.moves.map((mark) => html`<li key=${mark.at}>
      <span>${t(`materials.was.${mark.reason}`)} <span class="quiet small">${shortDate(mark.at.slice(0, 10))} · ${mark.cashier}</span></span><b>${mark.change_milli > 0 ? "+" : ""}${amountOf(told, mark.change_milli)}</b></li>`)}</ul></section>`}
  </div><//>`;
}

/** How much is really used beside what the recipes say. @param {Told} told */
function usedWords({ percent_more, counts, name }) {
  const key = percent_more === 0 ? "materials.used.same" : percent_more > 0 ? "materials.used.more" : "materials.used.less";
  return `${t(key, { percent: Math.abs(percent_more), name })} ${t("materials.used.counts", { n: counts })}`;
}

/** @param {{told: Told, onMoved: () => void}} props */
function Move({ told, onMoved }) {
  const [text, setText] = useState("");
  const [moveId, setMoveId] = useState(uuid7); // booked once, however often it is sent
  const [busy, setBusy] = useState(false);
  const milli = milliOf(text);

  /** @param {string} reason */
  async function book(reason) {
    setBusy(true);
    try {
      const { there_milli } = await heard(post(`/api/materials/${encodeURIComponent(told.material_id)}/moves`, { reason, quantity_milli: milli, move_id: moveId }));
      notice.value = { tone: "good", text: t("materials.booked", { name: told.name, n: amountOf(told, there_milli) }) };
      setText("");
      setMoveId(uuid7());
    } catch (thrown) {
      sayProblem(thrown);
    }
    setBusy(false);
    onMoved();
  }

  return html`<div class="card pad stack"><div><label for="material-amount">${t("materials.amount", { unit: unitWords(told.unit) })}</label>
    <input id="material-amount" inputmode="decimal" autocomplete="off" value=${text} onInput=${(/** @type {any} */ e) => setText(e.target.value)} /></div>
    <div class="row">${MOVES.map((reason) => html`<button type="button" key=${reason} class=${reason === "received" ? "primary" : ""} disabled=${busy || milli === null || (milli <= 0 && reason !== "counted")} onClick=${() => book(reason)}>${t(`materials.${reason}`)}</button>`)}</div></div>`;
}
