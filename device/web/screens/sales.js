// Today's sales, newest first, each with how far it has travelled.
import { Chip, EmptyState, ErrorCard, Skeleton } from "/shared/components/states.js";
import { get } from "/shared/http.js";
import { html, useState } from "/shared/vendor/ui.js";
import { useAnswer } from "../answer.js";
import { BackLink, Frame } from "../parts/frame.js";
import { Stale } from "../parts/stale.js";
import { hrefOf } from "../router.js";
import { saved, shop } from "../till.js";
import { Windowed } from "../windowed.js";
import { amount, longDate, money, t, timeOfDay } from "../words.js";

const PAGE = 200;

export function Sales() {
  const { sales } = saved.value ?? { sales: null };
  const moved = sales && `${sales.till} ${sales.hub} ${sales.cloud}`; // ask anew when a sale came or travelled on
  const { said, atMs, problem, again } = useAnswer(() => get(`/api/sales?limit=${PAGE}`), moved);
  return html`<${Frame} class="counter">
    <div class="list-page narrow">
      <div class="product-title"><${BackLink} page="menu" /><h2>${t("nav.sales")}</h2></div>
      ${said && html`<header class="stack">
        <p class="say"><b>${t("sales.say", { n: said.count, total: money(said.total_minor, shop.value.currency) })}</b>${said.session && `, ${t("sales.date", { date: longDate(said.session.business_date) })}`}</p>
        <${Stale} atMs=${atMs} />
      </header>`}
      ${problem && !said && html`<${ErrorCard} title=${problem.message} remedy=${problem.remedy} action=${t("app.again")} onAction=${again} />`}
      ${!said && !problem && html`<${Skeleton} lines=${8} height="48px" label=${t("app.loading")} />`}
      ${said && (said.sales.length === 0 ? html`<${EmptyState} title=${t("sales.none")}>${t("sales.none.hint")}<//>` : html`<${List} newest=${said.sales} count=${said.rows} />`)}
    </div>
  <//>`;
}

/** @param {{newest: any[], count: number}} props */
function List({ newest, count }) {
  const [earlier, setEarlier] = useState(/** @type {any[]} */ ([]));
  const last = newest.at(-1);
  const rows = [...newest, ...earlier.filter((row) => row.seq < last.seq)];

  async function more() {
    const page = await get(`/api/sales?limit=${PAGE}&before_seq=${rows.at(-1).seq}`);
    setEarlier([...earlier, ...page.sales]);
  }

  return html`<${Windowed} class="rows" items=${rows} rowHeight=${64} label=${t("sales.list")}
      keyOf=${(/** @type {any} */ row) => row.sale_id ?? row.refund_id} draw=${(/** @type {any} */ row) => html`<${Row} sale=${row} />`} />
    ${rows.length < count && last.seq !== undefined && html`<button onClick=${() => more().catch(() => {})}>${t("sales.more")}</button>`}`;
}

/** Where there is no hub, nothing is on its way. */
const travels = () => !!saved.value?.progress;

const TONES = /** @type {const} */ ({ till: "warn", hub: "", cloud: "good" });

/** @param {{sale: any}} props */
const Row = ({ sale }) => (sale.refund_id ? html`<${Back} refund=${sale} />` : html`<a class="row-link" href=${hrefOf("receipt", sale.sale_id)}>
  <span class="when">${timeOfDay(sale.at)}</span>
  <span class="what"><span class="nowrap">${sale.receipt_number}</span>
    <span class="quiet small">${t("sales.items", { n: sale.items })}${sale.pickup && ` · ${t("sales.locker")}`}${sale.kept && ` · ${t("sales.kept")}`}${travels() && html`<span class="phone-only"> · ${t(`sales.where.${sale.where}`)}</span>`}</span></span>
  ${travels() && html`<span class="roomy"><${Chip} tone=${TONES[/** @type {keyof typeof TONES} */ (sale.where)]}>${t(`sales.where.${sale.where}`)}<//></span>`}
  <b class="sum">${amount(sale.total_minor, shop.value.currency)}</b>
</a>`);

/** What was given back stands among the sales, below zero. @param {{refund: any}} props */
const Back = ({ refund }) => html`<a class="row-link" href=${hrefOf("refunded", refund.refund_id)}>
  <span class="when">${timeOfDay(refund.at)}</span>
  <span class="what"><span class="nowrap">${refund.receipt_number}</span>
    <span class="quiet small">${t(refund.void ? "refund.void.title" : "refund.title")}${travels() && html`<span class="phone-only"> · ${t(`sales.where.${refund.where}`)}</span>`}</span></span>
  ${travels() && html`<span class="roomy"><${Chip} tone=${TONES[/** @type {keyof typeof TONES} */ (refund.where)]}>${t(`sales.where.${refund.where}`)}<//></span>`}
  <b class="sum">${amount(refund.total_minor, shop.value.currency)}</b>
</a>`;
