// Suppliers: how long they really take, what they charge now and charged before.
import { EmptyState, ErrorCard, Skeleton } from "/shared/components/states.js";
import { get } from "/shared/http.js";
import { html } from "/shared/vendor/ui.js";
import { useAnswer } from "../answer.js";
import { euros, leadWords, sizeWords } from "../buying_texts.js";
import { BackLink, Frame } from "../parts/frame.js";
import { Later } from "../parts/later.js";
import { hrefOf } from "../router.js";
import { shortDate } from "../signal_texts.js";
import { session } from "../till.js";
import { t } from "../words.js";

/**
 * @typedef {import("../buying_texts.js").Supplier} Supplier
 * @typedef {{price_minor: number, pack_milli: number, packs_min: number, valid_from: string, is_current: boolean}} OnePrice
 * @typedef {{item: string, is_material: boolean, unit: string, name: string, article: string, packs_min: number, history: OnePrice[]}} Prices
 */

const NEW = "+";
const FORM = "edit:";
const LIST = "prices:";
const PRICE = "price:";

/** @param {{way?: string}} props */
export function Suppliers({ way }) {
  if (way === NEW || way?.startsWith(FORM)) {
    return html`<${Later} load=${() => import("./supplier_form.js").then((loaded) => loaded.SupplierForm)} props=${{ id: way === NEW ? "" : way.slice(FORM.length) }} />`;
  }
  if (way?.startsWith(PRICE)) return html`<${Later} load=${() => import("./supplier_price.js").then((loaded) => loaded.SupplierPrice)} props=${{ id: way.slice(PRICE.length) }} />`;
  if (way?.startsWith(LIST)) return html`<${Later} load=${() => import("./price_list.js").then((loaded) => loaded.PriceList)} props=${{ id: way.slice(LIST.length) }} />`;
  return way ? html`<${One} id=${way} />` : html`<${List} />`;
}

function List() {
  const { said, problem, again } = useAnswer(() => get("/api/purchasing/suppliers"), "");
  /** @type {Supplier[]} */
  const suppliers = said?.suppliers ?? [];
  const main = session.value?.role === "manager" && html`<a class="button primary wide-button" href=${hrefOf("suppliers", NEW)}>${t("suppliers.add")}</a>`;
  return html`<${Frame} foot=${main || null}><div class="narrow stack">
    <div class="product-title"><${BackLink} page="buy" /><h2>${t("nav.suppliers")}</h2></div>
    ${problem && !said && html`<${ErrorCard} title=${problem.message} remedy=${problem.remedy} action=${t("app.again")} onAction=${again} />`}
    ${!said && !problem && html`<${Skeleton} lines=${5} height="64px" label=${t("app.loading")} />`}
    ${said && suppliers.length === 0 && html`<${EmptyState} title=${t("suppliers.none")}>${t("suppliers.none.hint")}<//>`}
    ${suppliers.length > 0 && html`<ul class="card rows plan-lines orders-out">${suppliers.map((one) => html`<li key=${one.supplier_id}><a class="row-link" href=${hrefOf("suppliers", one.supplier_id)}>
      <span class="what"><b>${one.name}</b><span class="quiet small">${one.retired ? t("suppliers.retired") : t("suppliers.lead", { n: one.lead.usual })}</span></span>
      <span class="small">${t("suppliers.items", { n: one.items })}</span></a></li>`)}</ul>`}
    <div class="roomy">${main}</div>
  </div><//>`;
}

/** @param {{id: string}} props */
function One({ id }) {
  const { said, problem, again } = useAnswer(() => get(`/api/purchasing/suppliers/${encodeURIComponent(id)}`), id);
  if (!said) return html`<${Frame}><div class="narrow">${problem
    ? html`<${ErrorCard} title=${problem.message} remedy=${problem.remedy} action=${t("app.again")} onAction=${again} />`
    : html`<${Skeleton} lines=${6} height="56px" label=${t("app.loading")} />`}</div><//>`;
  /** @type {Supplier & {prices: Prices[]}} */
  const one = said;
  const isManager = session.value?.role === "manager";
  const main = isManager && html`<a class="button primary wide-button" href=${hrefOf("suppliers", LIST + id)}>${t("suppliers.import")}</a>`;
  return html`<${Frame} foot=${main || null}><div class="narrow stack">
    <div class="product-title"><${BackLink} page="suppliers" /><h2>${one.name}</h2>${isManager && html`<a class="button plain" href=${hrefOf("suppliers", FORM + id)}>${t("suppliers.edit")}</a>`}</div>
    <p class="say"><b>${leadWords(one)}</b></p>
    <dl class="facts card pad">${facts(one).map(([name, value]) => html`<dt class="quiet">${name}</dt><dd>${value}</dd>`)}</dl>
    ${one.prices.length === 0 ? html`<${EmptyState} title=${t("suppliers.no-prices")}>${t("suppliers.no-prices.hint")}<//>`
      : html`<section class="stack tight"><h3>${t("suppliers.prices")}</h3><ul class="card pad">${one.prices.map((prices) => html`<${PriceRow} key=${`${prices.is_material} ${prices.item}`} prices=${prices} />`)}</ul></section>`}
    <div class="roomy">${main}</div>
    ${isManager && html`<a class="button" href=${hrefOf("suppliers", PRICE + id)}>${t("suppliers.price.add")}</a>`}
  </div><//>`;
}

/** @param {Supplier} one @returns {[string, string][]} */
const facts = (one) => [
  [t("suppliers.email"), one.email || t("suppliers.by-hand")],
  ...(one.webhook ? [/** @type {[string, string]} */ ([t("suppliers.webhook"), one.webhook])] : []),
  [t("suppliers.minimum"), one.minimum_minor > 0 ? euros(one.minimum_minor) : t("suppliers.no-minimum")],
  [t("suppliers.shipping"), one.shipping_minor > 0 ? euros(one.shipping_minor) : t("suppliers.free")],
  [t("suppliers.auto.short"), one.auto_limit_minor > 0 ? t("suppliers.auto.up-to", { amount: euros(one.auto_limit_minor) }) : t("suppliers.auto.never")],
];

/** What it costs now, and before. @param {{prices: Prices}} props */
function PriceRow({ prices }) {
  const now = prices.history.find(({ is_current }) => is_current);
  const others = prices.history.filter((one) => one !== now);
  return html`<li class="price-row"><div class="row draft-head"><span><b>${prices.name}</b> <span class="quiet small">${prices.article}</span></span><b>${now ? priceWords(prices, now) : t("suppliers.not-yet")}</b></div>
    ${others.length > 0 && html`<p class="quiet small">${others.map((one) => `${priceWords(prices, one)} ${t("suppliers.from", { day: shortDate(one.valid_from) })}`).join(" · ")}</p>`}</li>`;
}

/** @param {Prices} prices @param {OnePrice} one */
const priceWords = ({ unit }, { price_minor, pack_milli }) =>
  pack_milli === 1000 && !unit ? euros(price_minor) : t("suppliers.price-of", { amount: euros(price_minor), size: sizeWords({ unit }, pack_milli) });
