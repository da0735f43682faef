// What is left of each product, and what was sold of it today; a tap changes the stock.
import { Keypad } from "/shared/components/keypad.js";
import { EmptyState, ErrorCard, Skeleton } from "/shared/components/states.js";
import { get, post } from "/shared/http.js";
import { html, useState } from "/shared/vendor/ui.js";
import { useAnswer } from "../answer.js";
import { ONE_MILLI } from "../cart.js";
import { CatalogueSays } from "../parts/catalogue_says.js";
import { BackLink, Frame } from "../parts/frame.js";
import { Stale } from "../parts/stale.js";
import { sayProblem } from "../problem_notice.js";
import { go, hrefOf } from "../router.js";
import { WASTES, sayBooked, undone } from "../stock_sheet.js";
import { documents, heard, products, saved } from "../till.js";
import { uuid7 } from "../uuid7.js";
import { Windowed } from "../windowed.js";
import { quantity, t } from "../words.js";

const FEW_MILLI = 2000;
const MOST_DIGITS = 5;
const SHEETS = ["receive", "count", "waste", "send", "arrive", "diary"];

/** @param {{sku?: string}} props one product's stock, or everybody's */
export const StockPages = ({ sku }) => (sku ? html`<${StockChange} key=${sku} sku=${sku} />` : html`<${Stock} />`);

export function Stock() {
  const { said, atMs, problem, again } = useAnswer(() => get("/api/stock"), `${saved.value?.sales.till} ${documents.value?.key} ${undone.value}`);
  return html`<${Frame} class="counter">
    <div class="list-page beside">
      ${said && html`<header class="stack"><div class="product-title"><${BackLink} page="menu" /><h2>${t("nav.stock")}</h2><a class="button" href=${hrefOf("products")}>${t("nav.products")}</a></div>
        <${Say} rows=${said.products} /><${CatalogueSays} />
        <nav class="sheets" aria-label=${t("stock.sheets")}>${SHEETS.map((page) => html`<a key=${page} class="button" href=${hrefOf(page)}>${t(`nav.${page}`)}</a>`)}</nav><${Stale} atMs=${atMs} /></header>`}
      ${problem && !said && html`<${ErrorCard} title=${problem.message} remedy=${problem.remedy} action=${t("app.again")} onAction=${again} />`}
      ${!said && !problem && html`<${Skeleton} lines=${8} height="48px" label=${t("app.loading")} />`}
      ${said && (said.products.length === 0
        ? html`<${EmptyState} title=${t("stock.none")}>${t("sell.none.hint")}<//>`
        : html`<${Windowed} class="rows" items=${said.products} rowHeight=${64} label=${t("stock.list")}
            keyOf=${(/** @type {any} */ row) => row.sku} draw=${(/** @type {any} */ row) => html`<${Row} row=${row} />`} />`)}
    </div>
  <//>`;
}

/** The sentence that says what matters. @param {{rows: any[]}} props */
function Say({ rows }) {
  const kept = rows.filter((row) => row.is_kept);
  const gone = kept.filter((row) => row.stock_milli <= 0).length;
  const few = kept.filter((row) => row.stock_milli > 0 && row.stock_milli <= FEW_MILLI).length;
  const never = rows.length - kept.length;
  return html`<p class="say">${kept.length > 0 && html`<b>${t("stock.say", { n: gone })}</b> ${t(gone > 0 ? "stock.low" : "stock.few", { n: few })} `}
    ${never > 0 && t("stock.say.never", { n: never })}</p>`;
}

/** @param {{row: any}} props */
const Row = ({ row }) => html`<a class="row-link" href=${hrefOf("stock", row.sku)}>
  <span class="what"><span><span class="sr-only">${t("stock.change")}: </span>${row.name}</span>
    <span class="quiet small">${row.category}${row.sold_today_milli > 0 && ` · ${t("stock.sold-n", { n: quantity(row.sold_today_milli) })}`}</span></span>
  ${row.is_kept
    ? html`<b class=${`sum ${row.stock_milli <= FEW_MILLI ? "bad" : ""}`}>${row.stock_milli <= 0 ? t("sell.sold-out") : quantity(row.stock_milli)}</b>`
    : html`<span class="sum quiet"><span aria-hidden="true">–</span><span class="sr-only">${t("stock.never")}</span></span>`}
</a>`;

/** Goods came in, were counted, or broke. @param {{sku: string}} props */
export function StockChange({ sku }) {
  const [typed, setTyped] = useState("");
  const [busy, setBusy] = useState(false);
  const [asking, setAsking] = useState(false); // why it can no longer be sold
  const [sheetId] = useState(uuid7); // so that the same change is booked once, however often it is sent
  const product = products.value?.find((p) => p.sku === sku);
  const name = product?.name ?? sku;
  const { said } = useAnswer(() => get(`/api/stock/${encodeURIComponent(sku)}`), `${saved.value?.entries.head}`);
  const have = said?.stock_milli ?? product?.stock_milli ?? 0;
  const number = Number(typed) * ONE_MILLI;

  /**
   * @param {"received" | "counted" | "wasted"} reason
   * @param {number} change_milli
   * @param {string} [waste]
   */
  async function change(reason, change_milli, waste) {
    setBusy(true);
    try {
      await heard(post("/api/stock", { sku, change_milli, reason, sheet_id: sheetId, ...(waste && { waste }) }));
      sayBooked(t("stock.done", { name, n: quantity(have + change_milli) }), sheetId);
      go("stock");
    } catch (thrown) {
      sayProblem(thrown);
      setBusy(false);
    }
  }

  const cannot = busy || !said || typed === ""; // a count is booked as the difference to what the book says
  return html`<${Frame}>
    <div class="pay stock-change">
      <section class="pay-due">
        <div class="due"><${BackLink} page="stock" /><h2 class="strong">${name}</h2></div>
        <p class="quiet">${product?.stock_milli == null ? t("stock.never") : t("sell.in-stock", { n: quantity(have) })} · <a href=${hrefOf("forecast", sku)}>${t("forecast.link")}</a></p>
        <p class="big" aria-live="polite">${typed || t("stock.how-many")}</p>
      </section>
      <section class="pay-keys">
        <${Keypad} label=${t("stock.how-many")} value=${typed} maxLength=${MOST_DIGITS} disabled=${busy} onChange=${setTyped} eraseLabel=${t("keypad.erase")} />
      </section>
      ${asking
        ? html`<section class="stock-actions" aria-label=${t("waste.why")}><p><b>${t("waste.why")}</b></p><div class="waste-reasons">
            ${WASTES.map((waste) => html`<button key=${waste} disabled=${cannot || number === 0} onClick=${() => change("wasted", -number, waste)}>${t(`waste.${waste}`)}</button>`)}</div>
            <button class="plain" onClick=${() => setAsking(false)}>${t("app.back")}</button>
          </section>`
        : html`<section class="stock-actions">
            <button class="primary" disabled=${cannot || number === 0} onClick=${() => change("received", number)}>${t("stock.received")}</button>
            <button disabled=${cannot} onClick=${() => change("counted", number - have)}>${t("stock.counted")}</button>
            <button disabled=${cannot || number === 0} onClick=${() => setAsking(true)}>${t("stock.wasted")}</button>
          </section>`}
    </div>
  <//>`;
}
