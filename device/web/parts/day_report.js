// A report of a day, closed (Z) or so far (X): what was sold, given back, taken and counted.
import { html } from "/shared/vendor/ui.js";
import { amount, longDate, money, percent, quantity, t, timeOfDay } from "../words.js";

/** Figures that are named only where they say something. */
const FIGURES = ["total_minor", "discount_minor", "refund_minor", "tip_minor", "rounding_minor"];
const CASH = ["moved_minor", "cash_expected_minor", "cash_counted_minor", "left_minor"];
const ALWAYS = new Set(["total_minor", "cash_expected_minor", "cash_counted_minor"]);
const OFTEN_LONG = 12;

/** @param {{report: any}} props as the till answers it */
export function DayReport({ report }) {
  const { currency } = report;
  return html`<article class="paper card report">
    <header><h2>${report.is_final ? t("report.title", { n: String(report.number) }) : t("report.so-far")}</h2>
      <p class="quiet small">${longDate(report.session.business_date)} · ${timeOfDay(report.at)} · ${report.cashier}</p>
      <p class="quiet small">${report.till}, ${report.epoch}</p></header>
    <p><b>${t("report.say", { n: report.sales_count, total: money(report.turnover_minor, currency) })}</b>${report.refunds > 0 && html` ${t("report.refunds", { n: report.refunds })}`}</p>
    <${Sums} report=${report} names=${FIGURES} />
    <${Methods} report=${report} />
    <${Sums} report=${report} names=${report.is_final ? CASH : CASH.slice(0, 2)} />
    ${report.is_final && html`<p class=${report.difference_minor === 0 ? "" : "strong"}>${difference(report.difference_minor, currency)}</p>`}
    <${VatTable} title=${t("report.vat.sales")} vat=${report.vat} currency=${currency} />
    <${VatTable} title=${t("report.vat.refunds")} vat=${report.refund_vat} currency=${currency} />
    <${Rows} title=${t("report.products")} rows=${report.products} currency=${currency} />
    <${Rows} title=${t("report.cashiers")} rows=${report.cashiers} currency=${currency} />
    <${Rows} title=${t("report.hours")} rows=${report.hours.map((/** @type {any} */ row) => ({ ...row, name: t("report.hour", { hour: row.key }) }))} currency=${currency} />
    <footer><p class="small quiet">${t("report.head", { seq: String(report.head.seq) })} <code>${report.head.hash.slice(0, 16)}</code></p></footer>
  </article>`;
}

/**
 * A difference in words.
 * @param {number} minor what was counted less what was expected
 * @param {string} currency
 */
export const difference = (minor, currency) =>
  t(minor === 0 ? "close.fits" : minor < 0 ? "close.missing" : "close.over", { amount: money(Math.abs(minor), currency) });

/** @param {{report: any, names: string[]}} props */
const Sums = ({ report, names }) => html`<dl class="sums">${names
  .filter((name) => ALWAYS.has(name) || report[name] !== 0)
  .map((name) => html`<div key=${name}><dt>${t(`report.${name}`)}</dt><dd>${amount(report[name], report.currency)}</dd></div>`)}</dl>`;

/** @param {{report: any}} props */
const Methods = ({ report }) => report.methods.length > 0 && html`<table class="small">
  <thead><tr><th scope="col">${t("report.method")}</th><th scope="col">${t("report.taken")}</th>${report.is_final && html`<th scope="col">${t("report.counted")}</th>`}</tr></thead>
  <tbody>${report.methods.map((/** @type {any} */ row) => html`<tr key=${row.method}><th scope="row">${t(`method.${row.method}`)}</th>
    <td>${amount(row.expected_minor, report.currency)}</td>${report.is_final && html`<td>${amount(row.counted_minor, report.currency)}</td>`}</tr>`)}
  ${report.foreign.map((/** @type {any} */ row) => html`<tr key=${row.currency}><th scope="row">${row.currency}</th>
    <td>${amount(row.expected_minor, row.currency)}</td>${report.is_final && html`<td>${amount(row.counted_minor, row.currency)}</td>`}</tr>`)}</tbody>
</table>`;

/** @param {{title: string, vat: any[], currency: string}} props */
const VatTable = ({ title, vat, currency }) => vat.length > 0 && html`<section><h3>${title}</h3><table class="small vat">
  <thead><tr><th scope="col">${t("receipt.vat")}</th><th scope="col">${t("receipt.net")}</th><th scope="col">${t("receipt.vat")}</th><th scope="col">${t("receipt.gross")}</th></tr></thead>
  <tbody>${vat.map((row) => html`<tr key=${row.rate_bp}><td>${percent(row.rate_bp)}</td><td>${amount(row.net_minor, currency)}</td>
    <td>${amount(row.vat_minor, currency)}</td><td>${amount(row.gross_minor, currency)}</td></tr>`)}</tbody>
</table></section>`;

/** @param {{title: string, rows: any[], currency: string}} props */
const Rows = ({ title, rows, currency }) => rows.length > 0 && html`<details open=${rows.length <= OFTEN_LONG}><summary><h3>${title}</h3></summary><table class="small">
  <thead><tr><th scope="col"><span class="sr-only">${title}</span></th><th scope="col">${t("report.pieces")}</th><th scope="col">${t("receipt.total")}</th></tr></thead>
  <tbody>${rows.map((row) => html`<tr key=${row.key}><th scope="row">${row.name}</th><td>${quantity(row.quantity_milli)}</td><td>${amount(row.total_minor, currency)}</td></tr>`)}</tbody>
</table></details>`;
