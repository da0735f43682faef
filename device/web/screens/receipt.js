// A sale that is in the ledger: right after paying with the change, later from today's list.
import { ErrorCard, Skeleton } from "/shared/components/states.js";
import { get } from "/shared/http.js";
import { html, useEffect, useRef } from "/shared/vendor/ui.js";
import { useAnswer } from "../answer.js";
import { Frame } from "../parts/frame.js";
import { Part } from "../parts/later.js";
import { ReceiptPaper, svgUrl } from "../parts/receipt_paper.js";
import { hrefOf } from "../router.js";
import { justPaid, saved } from "../till.js";
import { money, placeOf, t } from "../words.js";

const loadFirstFloat = () => import("../parts/first_float.js").then((loaded) => loaded.FirstFloat);
const loadReceiptOut = () => import("../parts/receipt_out.js").then((loaded) => loaded.ReceiptOut);

/** @param {{id: string}} props */
export function Receipt({ id }) {
  const isNew = justPaid.value?.sale_id === id;
  const answer = useAnswer(() => (isNew ? Promise.resolve(justPaid.value) : get(`/api/sales/${encodeURIComponent(id)}`)), id);
  const { problem, again } = answer;
  const said = isNew ? justPaid.value : answer.said; // what was just paid is there at once
  const next = isNew ? html`<${NextSale} />` : html`<a class="button wide-button" href=${hrefOf("sales")}>${t("app.back")}</a>`;
  return html`<${Frame} foot=${next}>
    <div class="receipt">
      ${problem && html`<${ErrorCard} title=${problem.message} remedy=${problem.remedy} action=${t("app.again")} onAction=${again} />`}
      ${!said && !problem && html`<${Skeleton} lines=${8} label=${t("app.loading")} />`}
      ${said && html`<section class="receipt-now">
          ${isNew && html`<${PaidNow} receipt=${said} />`}
          ${said.pickup && html`<${Pickup} pickup=${said.pickup} />`}
          <div class="roomy">${next}</div>
          <${Part} key=${id} load=${loadReceiptOut} props=${{ path: `/api/sales/${encodeURIComponent(id)}` }} />
          ${isNew && (saved.value?.sales.till ?? 2) < 2 && html`<${Part} load=${loadFirstFloat} props=${{ id }} />`}
          ${!isNew && html`<a class="button no-print" href=${hrefOf("refund", said.receipt_number)}>${t("nav.refund")}</a>`}
        </section>
        <${ReceiptPaper} receipt=${said} />`}
    </div>
  <//>`;
}

function NextSale() {
  const link = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => {
    // Shown twice (phone's foot, panel's side); the one on screen takes the focus, so that Enter goes on.
    if (link.current?.offsetParent) link.current.focus({ preventScroll: true });
  }, []);
  return html`<a ref=${link} class="button primary wide-button" href=${hrefOf("sell")}>${t("paid.next")}</a>`;
}

/** @param {{receipt: any}} props */
function PaidNow({ receipt }) {
  const change = receipt.payments.reduce((/** @type {number} */ sum, /** @type {any} */ paid) => sum + paid.change_minor, 0);
  return html`<div class="paid" role="status">
    <p class="paid-mark good">${Tick()}<b>${t("paid.title")}</b></p>
    ${change > 0
      ? html`<p class="quiet">${t("paid.change")}</p><p class="big">${money(change, receipt.currency)}</p>`
      : html`<p class="quiet">${t("paid.exact")}</p>`}
  </div>`;
}

/** @param {{pickup: {code: string, qr_svg: string, hub: string}}} props */
const Pickup = ({ pickup }) => html`<div class="pickup card">
  <h2>${t("pickup.title")}</h2>
  <p class="pickup-code">${pickup.code}</p>
  <p class="quiet">${t("pickup.hint", { hub: placeOf(pickup.hub) })}</p>
  <img class="qr" src=${svgUrl(pickup.qr_svg)} alt=${t("pickup.alt")} />
</div>`;

const Tick = () => html`<svg width="32" height="32" viewBox="0 0 32 32" aria-hidden="true">
  <circle cx="16" cy="16" r="16" fill="currentColor" /><path d="m9 16.5 5 5 9.5-10.5" fill="none" stroke="var(--paper)" stroke-width="3.5" stroke-linecap="round" stroke-linejoin="round" />
</svg>`;
