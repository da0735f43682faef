// Refunds that do not fit what was sold: only the cloud sees what several tills gave back of one receipt.
import { html } from "/shared/vendor/ui.js";
import { refunds } from "../cloud.js";
import { usePortion } from "../shown.js";
import { listed, money, quantity, t } from "../words.js";

/** @typedef {import("../cloud.js").RefundFinding} Finding */

const FIRST = 3;
const STEP = 20;

/** Nothing is shown while nothing is wrong. */
export function RefundFindings() {
  const findings = refunds.value.value?.findings ?? [];
  const { portion, more } = usePortion(findings, FIRST, STEP);
  if (findings.length === 0) return null;
  return html`<section class="card pad stack full" id="refunds" tabindex="-1">
    <h2>${t("refunds.title", { n: findings.length })}</h2>
    <ul class="stack">${portion.map((one) => html`<li key=${`${one.epoch}-${one.number}-${one.seq}-${one.name}`}><p>${words(one)}</p></li>`)}</ul>
    ${more}
    <p class="quiet small">${t("refunds.hint")}</p>
  </section>`;
}

/** @param {Finding} one */
function words(one) {
  const receipt = one.number > 0 ? `${one.epoch}-${String(one.number).padStart(5, "0")}` : t("refunds.entry", { epoch: one.epoch, seq: String(one.seq) });
  return t(`refunds.${one.kind}`, {
    receipt, name: one.name, tills: listed(one.tills), sold: quantity(one.sold_milli), back: quantity(one.back_milli),
    sold_sum: money(one.sold_minor, one.currency), back_sum: money(one.back_minor, one.currency),
  });
}
