// What somebody took on to make or order and has not come yet: it is here, or it will not come after all.
import { post } from "/shared/http.js";
import { html, useState } from "/shared/vendor/ui.js";
import { sayProblem } from "../problem_notice.js";
import { shortDate } from "../signal_texts.js";
import { heard, notice } from "../till.js";
import { uuid7 } from "../uuid7.js";
import { quantity, t } from "../words.js";

/** @typedef {{sku: string, name: string, quantity_milli: number, until: string, overdue: boolean}} Awaited */

const SHOWN_AT_ONCE = 4;

/** @param {{awaited: Awaited[], onChanged: () => void}} props */
export function TakenOn({ awaited, onChanged }) {
  const [sheetId] = useState(uuid7);
  const [busy, setBusy] = useState(false);
  const few = awaited.length <= SHOWN_AT_ONCE;

  async function allHere() {
    setBusy(true);
    await acted(() => post("/api/stock/sheets", { sheet_id: sheetId, reason: "received", rows: rowsOf(awaited) }), t("make.taken.all-came"));
    setBusy(false);
    onChanged();
  }

  return html`<details class="card pad" open=${few || awaited.some(({ overdue }) => overdue)}><summary><b>${t("make.section.taken")}</b> <span class="quiet">${t("make.taken.products", { n: awaited.length })}</span></summary>
    <ul>${awaited.map((one) => html`<${One} key=${`${one.sku} ${one.until} ${one.quantity_milli}`} one=${one} onChanged=${onChanged} />`)}</ul>
    ${!few && html`<button type="button" disabled=${busy} onClick=${allHere}>${t("make.taken.all")}</button>`}
  </details>`;
}

/** One row for each product. @param {Awaited[]} awaited */
const rowsOf = (awaited) => [...new Set(awaited.map(({ sku }) => sku))].map((sku) => ({
  sku, quantity_milli: awaited.filter((one) => one.sku === sku).reduce((sum, one) => sum + one.quantity_milli, 0),
}));

/** Does it, and says that it was done or why not. @param {() => Promise<unknown>} act @param {string} words */
async function acted(act, words) {
  try {
    await heard(act());
    notice.value = { tone: "good", text: words };
  } catch (thrown) {
    sayProblem(thrown);
  }
}

/** @param {{one: Awaited, onChanged: () => void}} props */
function One({ one, onChanged }) {
  const [busy, setBusy] = useState(false);
  const [sheetId] = useState(uuid7); // booked once, however often it is tapped

  /** @param {() => Promise<unknown>} act @param {string} words */
  async function say(act, words) {
    setBusy(true);
    await acted(act, words);
    setBusy(false);
    onChanged();
  }

  const here = () => post("/api/stock", { sku: one.sku, change_milli: one.quantity_milli, reason: "received", sheet_id: sheetId });
  const drop = () => post(`/api/making/${encodeURIComponent(one.sku)}/drop`, {});
  const counted = { n: quantity(one.quantity_milli), name: one.name };
  return html`<li class="taken-line">
    <span><b>${t("make.taken.one", counted)}</b><br /><span class="quiet small">${t(one.overdue ? "make.taken.overdue" : "make.taken.until", { day: shortDate(one.until) })}</span></span>
    <span class="row"><button type="button" disabled=${busy} onClick=${() => say(here, t("make.taken.came", counted))}>${t("make.taken.here")}</button>
      <button type="button" class="plain" disabled=${busy} onClick=${() => say(drop, t("make.taken.dropped", counted))}>${t("make.taken.drop")}</button></span>
  </li>`;
}
