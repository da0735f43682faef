// The day by stall and by product.
import { html } from "/shared/vendor/ui.js";
import { duration } from "/shared/times.js";
import { usePortion } from "../shown.js";
import { amount, count, locale, quantity, t } from "../words.js";

/** @typedef {import("../cloud.js").Today} Today */

const FIRST = 8;
const STEP = 50;

/** @param {{now: Today}} props */
export function Stalls({ now: { stalls_table, currency } }) {
  const { portion, more } = usePortion(stalls_table, FIRST, STEP);
  return html`<section class="card pad stack" id="stalls" tabindex="-1">
    <h2>${t("stalls.title")}</h2>
    ${stalls_table.length === 0 ? html`<p class="quiet">${t("stalls.none")}</p>` : html`<table>
      <thead><tr><th scope="col">${t("stalls.stall")}</th><th scope="col">${t("stalls.sales")}</th><th scope="col">${currency}</th></tr></thead>
      <tbody>${portion.map((stall) => html`<tr key=${stall.source}>
        <th scope="row">${stall.name}<${Standing} stall=${stall} /><${BeyondClosing} stall=${stall} /></th><td>${count(stall.sales)}</td><td>${amount(stall.total_minor, currency)}</td></tr>`)}</tbody>
    </table>`}
    ${more}
  </section>`;
}

/** How far behind a stall's figures are, in words. @param {{stall: import("../cloud.js").Stall}} props */
function Standing({ stall: { online, behind_entries, behind_s } }) {
  if (!online) return html`<span class="standing warn">${t("stalls.away", { span: duration(behind_s, locale.value) })}</span>`;
  if (behind_entries > 0) return html`<span class="standing">${t("stalls.behind", { n: behind_entries })}</span>`;
  return html`<span class="standing good">${t("stalls.fine")}</span>`;
}

/** Where the day's sales and its closing do not agree, in words. @param {{stall: import("../cloud.js").Stall}} props */
function BeyondClosing({ stall: { late_sales, missing_sales } }) {
  if (late_sales > 0) return html`<span class="standing">${t("stalls.late", { n: late_sales })}</span>`;
  return missing_sales > 0 ? html`<span class="standing warn">${t("stalls.missing", { n: missing_sales })}</span>` : null;
}

/** @param {{now: Today}} props */
export function Products({ now: { products, currency } }) {
  const { portion, more } = usePortion(products, FIRST, STEP);
  const most = products[0]?.total_minor ?? 0;
  return html`<section class="card pad stack" id="products" tabindex="-1">
    <h2>${t("products.title")}</h2>
    ${products.length === 0 ? html`<p class="quiet">${t("products.none")}</p>` : html`<table>
      <thead><tr><th scope="col">${t("products.product")}</th><th scope="col">${t("products.sold")}</th><th scope="col">${currency}</th></tr></thead>
      <tbody>${portion.map(({ sku, name, category, quantity_milli, total_minor }) => html`<tr key=${sku}>
        <th scope="row">${name}<span class="standing">${category}</span><${Share} part=${total_minor} whole=${most} /></th>
        <td>${quantity(quantity_milli)}</td><td>${amount(total_minor, currency)}</td></tr>`)}</tbody>
    </table>`}
    ${more}
  </section>`;
}

/** The figure beside it as a length; a refund day can be below nothing. @param {{part: number, whole: number}} props */
const Share = ({ part, whole }) =>
  html`<span class="share" aria-hidden="true"><span style=${{ width: `${whole > 0 ? Math.min(100, Math.max(0, (100 * part) / whole)) : 0}%` }}></span></span>`;
