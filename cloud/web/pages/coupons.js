// Coupons that are good once and were taken again: a till knows only what it took itself.
import { html } from "/shared/vendor/ui.js";
import { coupons } from "../cloud.js";
import { usePortion } from "../shown.js";
import { listed, money, t } from "../words.js";

const FIRST = 3;
const STEP = 20;

/** Nothing is shown while nothing is wrong. */
export function CouponFindings() {
  const findings = coupons.value.value?.findings ?? [];
  const { portion, more } = usePortion(findings, FIRST, STEP);
  if (findings.length === 0) return null;
  return html`<section class="card pad stack full" id="coupons" tabindex="-1">
    <h2>${t("coupons.title", { n: findings.length })}</h2>
    <ul class="stack">${portion.map((one) => html`<li key=${one.coupon}><p>${t("coupons.again", { coupon: one.coupon, times: one.times, tills: listed(one.tills), taken: money(one.taken_minor, one.currency) })}</p></li>`)}</ul>
    ${more}
    <p class="quiet small">${t("coupons.hint")}</p>
  </section>`;
}
