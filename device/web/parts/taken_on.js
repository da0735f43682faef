// What somebody took on to make or order and has not come yet: it is here, or it will not come after all.
import { post } from "/shared/http.js";
import { html, useState } from "/shared/vendor/ui.js";
import { sayProblem } from "../problem_notice.js";
import { shortDate } from "../signal_texts.js";
import { heard, notice } from "../till.js";
import { uuid7 } from "../uuid7.js";
import { quantity, t } from "../words.js";

/** @typedef {{sku: string, name: string, quantity_milli: number, until: string, overdue: boolean}} Awaited */

/** @param {{awaited: Awaited[], onChanged: () => void}} props */
export const TakenOn = ({ awaited, onChanged }) => html`<section class="stack tight"><h3>${t("make.section.taken")}</h3>
  <ul class="card plan-lines">${awaited.map((one) => html`<${One} key=${`${one.sku} ${one.until} ${one.quantity_milli}`} one=${one} onChanged=${onChanged} />`)}</ul>
</section>`;

/** @param {{one: Awaited, onChanged: () => void}} props */
function One({ one, onChanged }) {
  const [busy, setBusy] = useState(false);
  const [sheetId] = useState(uuid7); // booked once, however often it is tapped

  /** @param {() => Promise<unknown>} act @param {string} words */
  async function say(act, words) {
    setBusy(true);
    try {
      await heard(act());
      notice.value = { tone: "good", text: words };
    } catch (thrown) {
      sayProblem(thrown);
    }
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
