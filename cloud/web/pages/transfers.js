// Goods between stalls: what is under way, what arrived, and where both ends do not agree. Only the cloud sees both.
import { Chip } from "/shared/components/states.js";
import { html } from "/shared/vendor/ui.js";
import { transfers } from "../cloud.js";
import { usePortion } from "../shown.js";
import { listed, quantity, t } from "../words.js";

/** @typedef {import("../cloud.js").Transfer} Transfer */

const FIRST = 4;
const STEP = 20;
const TONES = /** @type {const} */ ({ "under-way": "", arrived: "good", differs: "warn", "not-sent": "warn" });

/** Nothing is shown while no goods go from stall to stall. */
export function Transfers() {
  const all = transfers.value.value?.transfers ?? [];
  const { portion, more } = usePortion(all, FIRST, STEP);
  if (all.length === 0) return null;
  const open = all.filter((one) => one.state !== "arrived").length;
  return html`<section class="card pad stack full" id="transfers" tabindex="-1">
    <h2>${t("transfers.title", { n: open })}</h2>
    <ul class="stack">${portion.map((one) => html`<li key=${one.transfer}><p><${Chip} tone=${TONES[one.state]}>${t(`transfers.is.${one.state}`)}<//> ${words(one)}</p></li>`)}</ul>
    ${more}
    <p class="quiet small">${t("transfers.hint")}</p>
  </section>`;
}

/** @param {Transfer} one */
function words(one) {
  const number = `${one.transfer.slice(0, 3)} ${one.transfer.slice(3)}`;
  const wrong = one.lines.filter((line) => line.sent_milli !== line.arrived_milli);
  const goods = (one.state === "differs" ? wrong : one.lines).map((line) => (one.state === "differs"
    ? t("transfers.line", { name: line.name, sent: quantity(line.sent_milli), arrived: quantity(line.arrived_milli) })
    : `${quantity(line.sent_milli || line.arrived_milli)} × ${line.name}`));
  return t(`transfers.${one.state}`, { number, from: listed(one.sent_by), to: one.arrived_at.length > 0 ? listed(one.arrived_at) : one.place, place: one.place, goods: listed(goods) });
}
