// A receipt as paper: lines, sum, VAT, and the proof that it stands in the ledger.
import { html } from "/shared/vendor/ui.js";
import { products } from "../till.js";
import { amount, longDate, money, percent, quantity, t, timeOfDay } from "../words.js";
import { DemoBand } from "./demo_band.js";

/** @param {{receipt: any}} props as the till answers it */
export function ReceiptPaper({ receipt }) {
  const { currency } = receipt;
  return html`<article class="paper card"><${DemoBand} text="app.demo.paper" />
    <header><h2>${receipt.stall}</h2>
      <p class="quiet small">${longDate(receipt.at)}, ${timeOfDay(receipt.at)} · ${t("receipt.served", { name: receipt.cashier })}</p>
      <p class="small">${t("receipt.number")} <b class="nowrap">${receipt.receipt_number}</b></p>
    </header>
    <${Lines} lines=${receipt.lines} currency=${currency} />
    <dl class="sums">
      <${Discounts} receipt=${receipt} />
      <div class="total"><dt>${t("receipt.total")}</dt><dd>${money(receipt.total_minor, currency)}</dd></div>
      ${receipt.tip_minor > 0 && html`<div><dt>${t("pay.tip")}</dt><dd>${amount(receipt.tip_minor, currency)}</dd></div>`}
      ${!!receipt.rounding_minor && html`<div><dt>${t("receipt.rounding")}</dt><dd>${amount(receipt.rounding_minor, currency)}</dd></div>`}
      ${receipt.payments.map((/** @type {any} */ p, /** @type {number} */ i) => html`<${Paid} key=${i} payment=${p} currency=${currency} />`)}
    </dl>
    <${Vat} vat=${receipt.vat} currency=${currency} />
    <footer>
      ${receipt.footer && html`<p class="small">${receipt.footer}</p>`}
      <img class="qr" src=${svgUrl(receipt.proof.qr_svg)} alt=${t("receipt.proof.alt")} />
      <details class="small"><summary>${t("receipt.proof")}</summary><code>${receipt.proof.text}</code></details>
    </footer>
  </article>`;
}

/**
 * The server's drawing as a picture: it cannot bring a script or a style into this page.
 * @param {string} svg
 */
export const svgUrl = (svg) => `data:image/svg+xml,${encodeURIComponent(svg)}`;

/** What was taken off, and why. @param {{receipt: any}} props */
const Discounts = ({ receipt }) => html`${(receipt.discounts ?? []).map((/** @type {any} */ one, /** @type {number} */ i) => html`<div key=${i}>
  <dt>${t("receipt.discount")}${one.reason || one.code ? ` (${one.reason || one.code})` : ""}</dt><dd>−${amount(one.amount_minor, receipt.currency)}</dd></div>`)}`;

/** @param {{lines: any[], currency: string}} props */
const Lines = ({ lines, currency }) => html`<table>
  <thead class="sr-only"><tr><th>${t("receipt.item")}</th><th>${t("receipt.total")}</th></tr></thead>
  <tbody>${lines.map((line, i) => html`<tr key=${i}>
    <td>${lineName(line)}${line.code && html`<br /><b class="nowrap voucher-code">${line.code}</b>`}${line.note && html`<br /><span class="small">${line.note}</span>`}
      <br /><span class="quiet small">${quantity(line.quantity_milli)}${unitOf(line.sku)}\u00a0×\u00a0${amount(line.unit_price_minor, currency)}</span></td>
    <td>${amount(line.total_minor + (line.discount_minor ?? 0), currency)}</td>
  </tr>`)}</tbody>
</table>`;

/** What is no product of the stall's is named in the page's language; a deposit says which order it is for. @param {any} line */
function lineName({ kind, name }) {
  if (kind === "voucher") return t("pay.method.voucher");
  return kind === "deposit" ? t("receipt.deposit", { n: name.split(" ")[1] ?? "" }) : name;
}

/** What a weighed product is weighed in, as the counter says it now: a receipt keeps names and figures only. @param {string} sku */
function unitOf(sku) {
  const product = products.value?.find((one) => one.sku === sku);
  return product?.weighed ? `\u00a0${product.unit}` : "";
}

/** @param {{payment: any, currency: string}} props */
const Paid = ({ payment, currency }) => html`
  <div><dt>${t(`pay.method.${payment.method ?? "cash"}`)}</dt><dd>${payment.foreign ? `${amount(payment.foreign.tendered_minor, payment.foreign.currency)} ${payment.foreign.currency} · ` : ""}${amount(payment.tendered_minor ?? payment.amount_minor, currency)}</dd></div>
  ${payment.change_minor > 0 && html`<div><dt>${t("receipt.change")}</dt><dd>${amount(payment.change_minor, currency)}</dd></div>`}`;

/** @param {{vat: any[], currency: string}} props */
const Vat = ({ vat, currency }) => html`<table class="small vat">
  <thead><tr><th>${t("receipt.vat")}</th><th>${t("receipt.net")}</th><th>${t("receipt.vat")}</th><th>${t("receipt.gross")}</th></tr></thead>
  <tbody>${vat.map((row) => html`<tr key=${row.rate_bp}>
    <td>${percent(row.rate_bp)}</td><td>${amount(row.net_minor, currency)}</td><td>${amount(row.vat_minor, currency)}</td><td>${amount(row.gross_minor, currency)}</td>
  </tr>`)}</tbody>
</table>`;
