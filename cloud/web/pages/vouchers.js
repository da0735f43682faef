// Gift vouchers with which more was paid than came onto them: only the cloud sees what several tills took.
import { html } from "/shared/vendor/ui.js";
import { vouchers } from "../cloud.js";
import { usePortion } from "../shown.js";
import { listed, money, t } from "../words.js";

const FIRST = 3;
const STEP = 20;

/** Nothing is shown while nothing is wrong. */
export function VoucherFindings() {
  const findings = vouchers.value.value?.findings ?? [];
  const { portion, more } = usePortion(findings, FIRST, STEP);
  if (findings.length === 0) return null;
  return html`<section class="card pad stack full" id="vouchers" tabindex="-1">
    <h2>${t("vouchers.title", { n: findings.length })}</h2>
    <ul class="stack">${portion.map((one) => html`<li key=${one.voucher + one.currency}><p>${words(one)}</p></li>`)}</ul>
    ${more}
    <p class="quiet small">${t("vouchers.hint")}</p>
  </section>`;
}

/** @param {import("../cloud.js").VoucherFinding} one */
const words = (one) => t(one.sold_by.length > 0 ? "vouchers.too-much" : "vouchers.unknown", {
  voucher: one.voucher.slice(0, 8), sold_by: listed(one.sold_by), tills: listed(one.tills),
  put: money(one.put_minor, one.currency), taken: money(one.taken_minor, one.currency),
});
