// A sheet of many products: a delivery, or a stock-take. It stays on this device until it is booked, and is booked as a whole.
// A count is compared with what the till says is there in the moment of counting, so that sales go on meanwhile.
import { EmptyState } from "/shared/components/states.js";
import { get, post } from "/shared/http.js";
import { html, useEffect, useState } from "/shared/vendor/ui.js";
import { BackLink, Frame } from "../parts/frame.js";
import { sayProblem } from "../problem_notice.js";
import { go } from "../router.js";
import { categoriesOf, matching } from "../search.js";
import { heard, notice, products } from "../till.js";
import { uuid7 } from "../uuid7.js";
import { Windowed } from "../windowed.js";
import { quantity, t } from "../words.js";

/**
 * @typedef {"received" | "counted"} Reason
 * @typedef {import("../till.js").Product} Product
 * @typedef {{milli: number, have: number}} Counted
 * @typedef {{id: string, rows: Record<string, Counted>}} SheetKept
 */

const NUMBER = /^(\d{1,6})(?:[.,](\d{1,3}))?$/;
const ROW_PX = 72;

/** @param {string} text */
const milliOf = (text) => {
  const read = NUMBER.exec(text.trim());
  return read ? Number(read[1]) * 1000 + Number((read[2] ?? "").padEnd(3, "0")) : null;
};

/** @returns {SheetKept} */
const empty = () => ({ id: uuid7(), rows: {} });

/** @param {Reason} reason @returns {SheetKept} */
function keptSheet(reason) {
  try {
    return JSON.parse(localStorage.getItem(`sheet-${reason}`) ?? "null") ?? empty();
  } catch {
    return empty();
  }
}

export const Receive = () => html`<${Sheet} reason="received" />`;
export const Count = () => html`<${Sheet} reason="counted" />`;

/** @param {{reason: Reason}} props */
function Sheet({ reason }) {
  const [sheet, setSheet] = useState(() => keptSheet(reason));
  const [filter, setFilter] = useState({ text: "", category: "" });
  const [open, setOpen] = useState(false);
  const [looking, setLooking] = useState(false);
  const [busy, setBusy] = useState(false);
  useEffect(() => localStorage.setItem(`sheet-${reason}`, JSON.stringify(sheet)), [sheet]);
  const all = products.value ?? [];
  const counted = reason === "counted";
  const n = Object.keys(sheet.rows).length;

  /**
   * @param {string} sku
   * @param {string} text
   */
  async function typed(sku, text) {
    const milli = milliOf(text);
    try {
      const have = milli !== null && counted ? (await heard(get(`/api/stock/${encodeURIComponent(sku)}`))).stock_milli : 0;
      setSheet(({ id, rows: { [sku]: _, ...rows } }) => ({ id, rows: milli === null || (!counted && milli === 0) ? rows : { ...rows, [sku]: { milli, have } } }));
    } catch (thrown) {
      sayProblem(thrown);
    }
  }

  async function book() {
    setBusy(true);
    try {
      const rows = Object.entries(sheet.rows).map(([sku, { milli, have }]) => ({ sku, quantity_milli: milli, have_milli: have }));
      const said = await heard(post("/api/stock/sheets", { sheet_id: sheet.id, reason, rows }));
      localStorage.removeItem(`sheet-${reason}`);
      notice.value = { tone: "good", text: t(`sheet.${reason}.done`, { n: said.moved }) };
      go("stock");
    } catch (thrown) {
      sayProblem(thrown);
      setBusy(false);
    }
  }

  function startOver() {
    setSheet(empty());
    setLooking(false);
  }

  const foot = looking
    ? html`<button class="primary wide-button" disabled=${busy} onClick=${book}>${t(`sheet.${reason}.book`)}</button>`
    : html`<button class="primary wide-button" disabled=${n === 0} onClick=${() => setLooking(true)}>${t("sheet.look", { n })}</button>`;
  return html`<${Frame} class="counter"><div class="list-page narrow sheet">
    <header class="stack">
      <div class="product-title"><${BackLink} page="stock" /><h2>${t(`sheet.${reason}.title`)}</h2></div>
      ${!looking && html`<p class="quiet small">${t(`sheet.${reason}.hint`)}</p>
        <div class="row"><input type="search" autocomplete="off" aria-label=${t("products.search")} placeholder=${t("products.search")} value=${filter.text}
          onInput=${(/** @type {any} */ e) => setFilter({ ...filter, text: e.target.value })} />
          <select aria-label=${t("sell.categories")} value=${filter.category} onChange=${(/** @type {any} */ e) => setFilter({ ...filter, category: e.target.value })}>
            <option value="">${t("sell.all")}</option>${categoriesOf(all).map((name) => html`<option key=${name} value=${name}>${name}</option>`)}</select></div>
        ${counted && html`<label class="check"><input type="checkbox" checked=${open} onChange=${(/** @type {any} */ e) => setOpen(e.target.checked)} /> ${t("sheet.show-have")}</label>`}`}
    </header>
    ${looking
      ? html`<${Differences} sheet=${sheet} reason=${reason} all=${all} /><button disabled=${busy} onClick=${() => setLooking(false)}>${t("sheet.back")}</button>
          <button class="plain" disabled=${busy} onClick=${startOver}>${t("sheet.start-over")}</button>`
      : all.length === 0
        ? html`<${EmptyState} title=${t("stock.none")} />`
        : html`<${Windowed} class="rows" items=${matching(all, filter.text, filter.category)} rowHeight=${ROW_PX} label=${t("stock.list")} restartOn=${`${filter.text} ${filter.category}`} key=${sheet.id}
            keyOf=${(/** @type {Product} */ one) => one.sku}
            draw=${(/** @type {Product} */ one) => html`<${Row} product=${one} have=${open ? one.stock_milli : null} row=${sheet.rows[one.sku]} onTyped=${typed} />`} />`}
    ${foot}
  </div><//>`;
}

/** Its field keeps what is being typed while the answer about another one comes in. @param {{product: Product, have: number | null, row?: Counted, onTyped: (sku: string, text: string) => void}} props */
const Row = ({ product, have, row, onTyped }) => html`<label class="row-link sheet-row">
  <span class="what"><span>${product.name}</span><span class="quiet small">${have === null ? product.category : t("sell.in-stock", { n: quantity(have) })}</span></span>
  <input inputmode="decimal" autocomplete="off" aria-label=${product.name} defaultValue=${row ? String(row.milli / 1000) : ""} onChange=${(/** @type {any} */ e) => onTyped(product.sku, e.target.value)} />
</label>`;

/** What booking would change, before it is booked. @param {{sheet: SheetKept, reason: Reason, all: Product[]}} props */
function Differences({ sheet, reason, all }) {
  const names = new Map(all.map((one) => [one.sku, one.name]));
  const rows = Object.entries(sheet.rows).map(([sku, { milli, have }]) => ({ sku, change: milli - have, milli, have }));
  const shown = rows.filter((row) => row.change !== 0);
  return html`<p class="say" role="status"><b>${t(`sheet.${reason}.say`, { n: shown.length })}</b> ${reason === "counted" ? t("sheet.same", { n: rows.length - shown.length }) : ""}</p>
    <ul class="plain-list card sheet-changes">${shown.map((row) => html`<li key=${row.sku} class="row"><span class="what">${names.get(row.sku) ?? row.sku}
      ${reason === "counted" && html`<span class="quiet small import-text">${t("sheet.have", { have: quantity(row.have), counted: quantity(row.milli) })}</span>`}</span>
      <b class=${`sum end ${row.change < 0 ? "bad" : ""}`}>${row.change > 0 ? "+" : ""}${quantity(row.change)}</b></li>`)}</ul>`;
}
