// Orders to suppliers: what should be ordered now and why, what is on its way, what came. One tap approves a draft.
import { Chip, EmptyState, ErrorCard, Skeleton } from "/shared/components/states.js";
import { post } from "/shared/http.js";
import { html, useState } from "/shared/vendor/ui.js";
import { useAnswer } from "../answer.js";
import { euros, standing, useOutcome } from "../buying_texts.js";
import { DraftCard } from "../parts/draft_card.js";
import { BackLink, Frame } from "../parts/frame.js";
import { Later } from "../parts/later.js";
import { Stale } from "../parts/stale.js";
import { hrefOf } from "../router.js";
import { shortDate } from "../signal_texts.js";
import { session } from "../till.js";
import { quantity, t } from "../words.js";

/**
 * @typedef {import("../buying_texts.js").Draft} Draft
 * @typedef {import("../buying_texts.js").Need} Need
 * @typedef {import("../buying_texts.js").Order} Order
 * @typedef {{drafts: Draft[], unsold: Need[], open: Order[], ended: Order[], cash_left_minor: number | null, today: string, suppliers: number, has_mail: boolean}} Said
 */

const MAIL = "mail";

/** @param {{way?: string}} props */
export function Buy({ way }) {
  if (way === MAIL) return html`<${Later} load=${() => import("./purchase_mail.js").then((loaded) => loaded.PurchaseMail)} />`;
  if (way) return html`<${Later} key=${way} load=${() => import("./purchase.js").then((loaded) => loaded.Purchase)} props=${{ id: way }} />`;
  return html`<${List} />`;
}

function List() {
  const [packs, setPacks] = useState(/** @type {Record<string, number>} */ ({}));
  const changed = JSON.stringify(packs);
  const { said, atMs, problem, again } = useAnswer(() => post("/api/purchasing/drafts", { packs }), changed);
  useOutcome(said?.open ?? [], again);
  const isManager = session.value?.role === "manager";
  return html`<${Frame}><div class="narrow stack">
    <div class="product-title"><${BackLink} page="menu" /><h2>${t("nav.buy")}</h2></div>
    ${problem && html`<${ErrorCard} title=${problem.message} remedy=${problem.remedy} action=${t("app.again")} onAction=${() => { setPacks({}); void again(); }} />`}
    ${!said && !problem && html`<${Skeleton} lines=${6} height="88px" label=${t("app.loading")} />`}
    ${said && html`<${Told} said=${said} atMs=${atMs} packs=${packs} isManager=${isManager} onPacks=${(/** @type {string} */ key, /** @type {number} */ count) => setPacks({ ...packs, [key]: count })}
      onChanged=${() => { setPacks({}); void again(); }} />`}
    <div class="row"><a class="button" href=${hrefOf("suppliers")}>${t("nav.suppliers")}</a>
      ${isManager && html`<a class="button" href=${hrefOf("buy", MAIL)}>${t("buy.mail")}</a>`}</div>
  </div><//>`;
}

/** @param {{said: Said, atMs: number, packs: Record<string, number>, isManager: boolean, onPacks: (key: string, count: number) => void, onChanged: () => void}} props */
function Told({ said, atMs, packs, isManager, onPacks, onChanged }) {
  const late = said.open.filter(({ late_days }) => late_days > 0);
  const coming = said.open.filter(({ late_days }) => late_days === 0);
  if (said.suppliers === 0 && said.open.length === 0 && said.ended.length === 0) {
    return html`<${EmptyState} title=${t("buy.none")}>${t("buy.none.hint")}<//>
      ${isManager && html`<a class="button primary wide-button" href=${hrefOf("suppliers", "+")}>${t("suppliers.add")}</a>`}`;
  }
  return html`<p class="say"><b>${headline(said.drafts, late)}</b> ${said.cash_left_minor !== null && html`<span class="quiet">${t("buy.cash-left", { amount: euros(said.cash_left_minor) })}</span>`}</p>
    <${Stale} atMs=${atMs} />
    ${late.length > 0 && html`<${Orders} title=${t("buy.section.late")} orders=${late} />`}
    ${said.drafts.map((draft) => html`<${DraftCard} key=${draft.supplier_id} draft=${draft} packs=${packs} hasMail=${said.has_mail} isManager=${isManager} onPacks=${onPacks} onPlaced=${onChanged} />`)}
    ${said.unsold.length > 0 && html`<${Unsold} needs=${said.unsold} />`}
    ${coming.length > 0 && html`<${Orders} title=${t("buy.section.open")} orders=${coming} />`}
    ${said.ended.length > 0 && html`<details class="card pad"><summary><b>${t("buy.section.ended")}</b> <span class="quiet">${said.ended.length}</span></summary><${Rows} orders=${said.ended} /></details>`}`;
}

/** What matters now, in a sentence. @param {Draft[]} drafts @param {Order[]} late */
function headline(drafts, late) {
  const ready = drafts.filter(({ hold }) => hold === null);
  if (late.length > 0) return t("buy.head.late", { n: late.length });
  if (ready.length > 0) return t("buy.head.ready", { n: ready.length, amount: euros(ready.reduce((sum, one) => sum + one.total_minor, 0)) });
  return drafts.length > 0 ? t("buy.head.held") : t("buy.head.nothing");
}

/** @param {{title: string, orders: Order[]}} props */
const Orders = ({ title, orders }) => html`<section class="stack tight"><h3>${title}</h3><${Rows} orders=${orders} /></section>`;

/** @param {{orders: Order[]}} props */
const Rows = ({ orders }) => html`<ul class="card rows plan-lines orders-out">${orders.map((order) => {
  const [tone, words] = standing(order);
  return html`<li key=${order.order_id}><a class="row-link" href=${hrefOf("buy", order.order_id)}>
    <span class="what"><b>${order.supplier}</b><span class="quiet small">${order.number} · ${shortDate(order.placed_at)}</span><span><${Chip} tone=${tone}>${words}<//></span></span>
    <b class="sum">${euros(order.total_minor)}</b></a></li>`;
})}</ul>`;

/** What is needed and on nobody's price list. @param {{needs: Need[]}} props */
const Unsold = ({ needs }) => html`<section class="note warn"><div class="stack">
  <b>${t("buy.unsold", { n: needs.length })}</b>
  <ul class="plain-list">${needs.map((need) => html`<li key=${need.key}><b>${need.name}</b> <span class="small">${t("buy.unsold.line", { n: quantity(need.needed_milli), day: shortDate(need.by) })}</span></li>`)}</ul>
  <p class="small">${t("buy.unsold.remedy")}</p>
</div></section>`;

