// A refund's receipt as paper: what came back, what the customer got, and the proof that it stands in the ledger.
import { html } from "/shared/vendor/ui.js";
import { amount, longDate, money, percent, quantity, t, timeOfDay } from "../words.js";
import { DemoBand } from "./demo_band.js";
import { svgUrl } from "./receipt_paper.js";

/** @param {{refund: any}} props as the till answers it */
export function RefundPaper({ refund }) {
  const { currency } = refund;
  return html`<article class="paper card"><${DemoBand} text="app.demo.paper" />
    <header><h2>${refund.stall}</h2>
      <p><b>${t(refund.void ? "refund.void.title" : "refund.title")}</b></p>
      <p class="quiet small">${longDate(refund.at)}, ${timeOfDay(refund.at)} · ${t("receipt.served", { name: refund.cashier })}</p>
      <p class="small">${t("receipt.number")} <b class="nowrap">${refund.receipt_number}</b></p>
      <p class="small">${t("refund.of", { number: refund.original.number || `${refund.original.epoch}, ${refund.original.seq}` })}</p>
    </header>
    <table><thead class="sr-only"><tr><th>${t("receipt.item")}</th><th>${t("receipt.total")}</th></tr></thead>
      <tbody>${refund.lines.map((/** @type {any} */ line, /** @type {number} */ i) => html`<tr key=${i}>
        <td>${line.name}<br /><span class="quiet small">${quantity(line.quantity_milli)} · ${t(line.to_stock ? "refund.to-stock" : "refund.written-off")}</span></td>
        <td>${amount(line.total_minor, currency)}</td></tr>`)}</tbody></table>
    <dl class="sums">
      <div class="total"><dt>${t("refund.total")}</dt><dd>${money(refund.total_minor, currency)}</dd></div>
      ${refund.tip_minor !== 0 && html`<div><dt>${t("report.tip_minor")}</dt><dd>${amount(refund.tip_minor, currency)}</dd></div>`}
      ${refund.rounding_minor !== 0 && html`<div><dt>${t("report.rounding_minor")}</dt><dd>${amount(refund.rounding_minor, currency)}</dd></div>`}
      ${refund.payments.map((/** @type {any} */ paid, /** @type {number} */ i) => html`<div key=${i}><dt>${t(`method.${paid.method}`)}${paid.method === "voucher" ? refund.voucher && html` <b class="nowrap voucher-code">${refund.voucher.code}</b>` : paid.reference && ` ${paid.reference}`}</dt><dd>${amount(paid.amount_minor, currency)}</dd></div>`)}
    </dl>
    <table class="small vat">
      <thead><tr><th scope="col">${t("receipt.vat")}</th><th scope="col">${t("receipt.net")}</th><th scope="col">${t("receipt.vat")}</th><th scope="col">${t("receipt.gross")}</th></tr></thead>
      <tbody>${refund.vat.map((/** @type {any} */ row) => html`<tr key=${row.rate_bp}><td>${percent(row.rate_bp)}</td><td>${amount(row.net_minor, currency)}</td>
        <td>${amount(row.vat_minor, currency)}</td><td>${amount(row.gross_minor, currency)}</td></tr>`)}</tbody>
    </table>
    <p class="small">${t("refund.reason-was", { reason: refund.reason })}${refund.approved_by && ` ${t("refund.allowed", { name: refund.approved_by })}`}</p>
    <footer>
      ${refund.footer && html`<p class="small">${refund.footer}</p>`}
      <img class="qr" src=${svgUrl(refund.proof.qr_svg)} alt=${t("receipt.proof.alt")} />
      <details class="small"><summary>${t("receipt.proof")}</summary><code>${refund.proof.text}</code></details>
    </footer>
  </article>`;
}
