// Sales that wait on this phone, and those the till refused. Also what is shown right after a sale was kept.
import { Chip, EmptyState } from "/shared/components/states.js";
import { html, useState } from "/shared/vendor/ui.js";
import { Frame } from "../parts/frame.js";
import { roundToCoins } from "../pricing.js";
import { hrefOf } from "../router.js";
import { deliverKept, deliverWithoutLocker, dismissKept, kept, notice, session, shop, unsent } from "../till.js";
import { money, quantity, t, timeHere } from "../words.js";

/** @param {{id?: string}} props id of the sale that was kept just now */
export function Kept({ id }) {
  const now = kept.value.find((sale) => sale.id === id);
  const next = html`<a class="button primary wide-button" href=${hrefOf("sell")}>${t("paid.next")}</a>`;
  return html`<${Frame} foot=${next}>
    <div class="narrow stack">
      ${now ? html`<${JustKept} sale=${now} />` : html`<h2>${t("kept.title")}</h2>`}
      ${kept.value.length === 0 && html`<${EmptyState} title=${t("kept.none")}>${t("kept.none.hint")}<//>`}
      <div class="roomy">${next}</div>
      ${unsent.value.length > 0 && html`<${DeliverNow} />`}
      <ul class="stack">${kept.value.map((sale) => html`<${KeptCard} key=${sale.id} sale=${sale} />`)}</ul>
    </div>
  <//>`;
}

/** @param {{sale: any}} props */
const JustKept = ({ sale }) => html`<div class="note warn stack" role="status">
  <h2>${t("kept.title")}: ${money(sale.total_minor, sale.currency)}</h2>
  <p>${t(session.value ? "kept.nothing-lost" : "kept.signed-out")}</p>
  <p>${t("kept.not-paid")}</p>
  ${sale.request.collect_at_locker && html`<p><b>${t("kept.locker")}</b></p>`}
  ${changeOf(sale) > 0 && html`<p>${t("paid.change")}: <b>${money(changeOf(sale), sale.currency)}</b></p>`}
</div>`;

/** What the customer gets back, in the coins there are. @param {any} sale kept by this page, or by one of before there were several payments */
function changeOf({ request, total_minor }) {
  const handed = (request.payments ?? [request.payment]).reduce((/** @type {number} */ sum, /** @type {any} */ one) => sum + (one.tendered_minor ?? one.amount_minor ?? 0), 0);
  return roundToCoins(handed - total_minor - (request.tip_minor ?? 0), shop.value.trade?.cash_step_minor ?? 1);
}

function DeliverNow() {
  const [busy, setBusy] = useState(false);
  async function deliver() {
    setBusy(true);
    const left = await deliverKept();
    setBusy(false);
    if (left > 0) notice.value = { tone: "warn", text: t("kept.still", { n: left }) };
  }
  return html`<button disabled=${busy} onClick=${deliver}>${t("kept.try")}</button>`;
}

/** @param {{sale: import("../till.js").KeptSale}} props */
function KeptCard({ sale }) {
  const { refusal, id, at_ms, total_minor, currency } = sale;
  const lines = /** @type {any} */ (sale.request).lines;
  return html`<li class="card pad stack">
    <div class="row"><b class="grow">${timeHere(at_ms)} · ${money(total_minor, currency)}</b>
      <${Chip} tone=${refusal ? "bad" : "warn"}>${t(refusal ? "kept.refused" : "kept.waiting")}<//></div>
    <p class="quiet small">${lines.map((/** @type {any} */ line) => `${quantity(line.quantity_milli)}\u00a0×\u00a0${line.name ?? line.sku}`).join(", ")}</p>
    ${refusal && html`<p>${refusal.message} ${refusal.remedy}</p>
      ${refusal.code === "no-pickup-number" && html`<button class="primary" onClick=${() => deliverWithoutLocker(sale)}>${t("kept.no-locker")}</button>`}
      <button onClick=${() => dismissKept(id)}>${t("kept.dismiss")}</button>`}
  </li>`;
}
