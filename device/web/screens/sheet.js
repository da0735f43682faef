// A sheet of many products: a delivery, a stock-take, waste, goods for another stall or from it. It stays on this device
// until it is booked, and is booked as a whole. A count is compared with what the till says is there in the moment of
// counting, so that sales go on meanwhile.
import { EmptyState } from "/shared/components/states.js";
import { get, post } from "/shared/http.js";
import { html, useLayoutEffect, useRef, useState } from "/shared/vendor/ui.js";
import { ONE_MILLI } from "../cart.js";
import { BackLink, Frame } from "../parts/frame.js";
import { UNITS } from "../parts/product_more.js";
import { Place, Transfer, WasteReasons } from "../parts/sheet_about.js";
import { sayProblem } from "../problem_notice.js";
import { go } from "../router.js";
import { takeScans } from "../scanned.js";
import { categoriesOf, matching } from "../search.js";
import { emptySheet, forgetSheet, keepSheet, keptSheet, milliOf, sayBooked } from "../stock_sheet.js";
import { heard, products } from "../till.js";
import { Windowed } from "../windowed.js";
import { quantity, t } from "../words.js";

/**
 * @typedef {import("../stock_sheet.js").Reason} Reason
 * @typedef {import("../stock_sheet.js").SheetKept} SheetKept
 * @typedef {import("../stock_sheet.js").Counted} Counted
 * @typedef {import("../till.js").Product} Product
 */

const ROW_PX = 72;
const TRANSFERS = ["sent", "arrived"];
const OUT = ["wasted", "sent"];

export const Receive = () => html`<${Sheet} reason="received" />`;
export const Count = () => html`<${Sheet} reason="counted" />`;
export const Waste = () => html`<${Sheet} reason="wasted" />`;
export const Send = () => html`<${Sheet} reason="sent" />`;
export const Arrive = () => html`<${Sheet} reason="arrived" />`;

/** @param {{reason: Reason}} props */
function Sheet({ reason }) {
  const [sheet, setSheet] = useState(() => keptSheet(reason));
  const [filter, setFilter] = useState({ text: "", category: "" });
  const [open, setOpen] = useState(false);
  const [looking, setLooking] = useState(false);
  const [scans, setScans] = useState(0);
  const scanning = useRef(Promise.resolve());
  useLayoutEffect(() => keepSheet(reason, sheet), [sheet]); // before it is shown: a reload may follow at once
  useLayoutEffect(() => (looking ? undefined : takeScans((product) => void (scanning.current = scanning.current.then(() => oneMore(product))))), [looking]);
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
      const have = milli === null ? 0 : await haveOf(sku);
      setSheet(({ rows: { [sku]: _, ...rows }, ...rest }) => ({ ...rest, rows: milli === null || (!counted && milli === 0) ? rows : { ...rows, [sku]: { milli, have } } }));
    } catch (thrown) {
      sayProblem(thrown);
    }
  }

  /** @param {string} sku */
  const haveOf = async (sku) => (counted ? (await heard(get(`/api/stock/${encodeURIComponent(sku)}`))).stock_milli : 0);

  /** A piece was scanned: one more of it, and its row alone, so that the number can be seen and mended. @param {Product} product */
  async function oneMore({ sku, name }) {
    try {
      const have = await haveOf(sku);
      setSheet(({ rows, ...rest }) => ({ ...rest, rows: { ...rows, [sku]: { milli: (rows[sku]?.milli ?? 0) + ONE_MILLI, have } } }));
      setFilter({ text: name, category: "" });
      setScans((before) => before + 1);
    } catch (thrown) {
      sayProblem(thrown);
    }
  }

  function startOver() {
    setSheet(emptySheet());
    setLooking(false);
  }

  const head = html`<div class="product-title"><${BackLink} page="stock" /><h2>${t(`sheet.${reason}.title`)}</h2></div>`;
  if (looking) return html`<${Frame} class="counter"><${Look} head=${head} reason=${reason} sheet=${sheet} all=${all} onChange=${setSheet} onBack=${() => setLooking(false)} onStartOver=${startOver} /><//>`;
  return html`<${Frame} class="counter"><div class="list-page beside sheet">
    <header class="stack">${head}
      <p class="quiet small">${t(`sheet.${reason}.hint`)}</p>
      <div class="sheet-find"><input type="search" autocomplete="off" aria-label=${t("products.search")} placeholder=${t("products.search")} value=${filter.text}
        onInput=${(/** @type {any} */ e) => setFilter({ ...filter, text: e.target.value })} />
        <select aria-label=${t("sell.categories")} value=${filter.category} onChange=${(/** @type {any} */ e) => setFilter({ ...filter, category: e.target.value })}>
          <option value="">${t("sell.all")}</option>${categoriesOf(all).map((name) => html`<option key=${name} value=${name}>${name}</option>`)}</select></div>
      ${counted && html`<label class="check"><input type="checkbox" checked=${open} onChange=${(/** @type {any} */ e) => setOpen(e.target.checked)} /> ${t("sheet.show-have")}</label>`}
    </header>
    ${all.length === 0
      ? html`<${EmptyState} title=${t("stock.none")} />`
      : html`<${Windowed} class="rows" items=${matching(all, filter.text, filter.category)} rowHeight=${ROW_PX} label=${t("stock.list")} restartOn=${`${filter.text} ${filter.category}`} key=${`${sheet.id} ${scans}`}
          keyOf=${(/** @type {Product} */ one) => one.sku}
          draw=${(/** @type {Product} */ one) => html`<${Row} product=${one} have=${open ? one.stock_milli : null} row=${sheet.rows[one.sku]} counted=${counted} onTyped=${typed} />`} />`}
    <div class="sheet-foot"><button class="primary wide-button" disabled=${n === 0} onClick=${() => setLooking(true)}>${t("sheet.look", { n })}</button></div>
  </div><//>`;
}

/**
 * Its field keeps what is being typed while the answer about another one comes in. What was counted is told when it is
 * typed to the end, since each telling asks what should be there.
 * @param {{product: Product, have: number | null, row?: Counted, counted: boolean, onTyped: (sku: string, text: string) => void}} props
 */
function Row({ product, have, row, counted, onTyped }) {
  const [wrong, setWrong] = useState(false);
  const { sku, name, category, unit } = product;

  /** @param {string} text */
  function typed(text) {
    setWrong(text.trim() !== "" && milliOf(text) === null);
    onTyped(sku, text);
  }

  return html`<label class="row-link sheet-row">
    <span class="what"><span>${name}</span><span class=${wrong ? "bad small" : "quiet small"}>${wrong ? t("sheet.no-number") : have === null ? category : t("sell.in-stock", { n: quantity(have) })}${!wrong && unit !== "piece" && ` · ${UNITS.includes(unit) ? t(`unit.${unit}`) : unit}`}</span></span>
    <input inputmode="decimal" autocomplete="off" aria-label=${name} aria-invalid=${wrong || undefined} defaultValue=${row ? String(row.milli / 1000) : ""}
      ...${{ [counted ? "onChange" : "onInput"]: (/** @type {any} */ e) => typed(e.target.value) }} />
  </label>`;
}

/**
 * What booking would change, and what else the sheet has to say, before it is booked.
 * @param {{head: unknown, reason: Reason, sheet: SheetKept, all: Product[], onChange: (sheet: SheetKept) => void, onBack: () => void, onStartOver: () => void}} props
 */
function Look({ head, reason, sheet, all, onChange, onBack, onStartOver }) {
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState("");

  /** @param {string} [waste] */
  async function book(waste) {
    setBusy(true);
    setWrong("");
    try {
      const rows = Object.entries(sheet.rows).map(([sku, { milli, have }]) => ({ sku, quantity_milli: milli, have_milli: have }));
      const { id, place = "", transfer = "" } = sheet;
      const said = await heard(post("/api/stock/sheets", { sheet_id: id, reason, rows, place, transfer, ...(waste && { waste }) }));
      forgetSheet(reason);
      sayBooked(t(`sheet.${reason}.done`, { n: said.moved }), said.sheet_id);
      go(reason === "sent" ? "diary" : "stock"); // whoever sends goods needs their number, and the diary says it
    } catch (thrown) {
      const field = /** @type {any} */ (thrown).detail?.field;
      if (["place", "transfer"].includes(field)) setWrong(field);
      else sayProblem(thrown);
      setBusy(false);
    }
  }

  return html`<div class="list-page beside sheet">
    <header class="stack">${head}<${Say} sheet=${sheet} reason=${reason} /></header>
    <div class="sheet-changes stack">
      ${TRANSFERS.includes(reason) && html`<${Place} reason=${reason} place=${sheet.place ?? ""} wrong=${wrong} onChange=${(/** @type {string} */ place) => onChange({ ...sheet, place })} />`}
      ${reason === "arrived" && html`<${Transfer} transfer=${sheet.transfer ?? ""} wrong=${wrong} onChange=${(/** @type {string} */ transfer) => onChange({ ...sheet, transfer })} />`}
      <${Differences} sheet=${sheet} reason=${reason} all=${all} />
    </div>
    <div class="sheet-foot stack">
      ${reason === "wasted"
        ? html`<${WasteReasons} busy=${busy} onChoose=${book} />`
        : html`<button class="primary wide-button" disabled=${busy} onClick=${() => book()}>${t(`sheet.${reason}.book`)}</button>`}
      <div class="pair-buttons"><button disabled=${busy} onClick=${onBack}>${t("sheet.back")}</button>
        <button class="plain" disabled=${busy} onClick=${onStartOver}>${t("sheet.start-over")}</button></div>
    </div>
  </div>`;
}

/** @param {SheetKept} sheet @param {Reason} reason */
const changesOf = (sheet, reason) =>
  Object.entries(sheet.rows).map(([sku, { milli, have }]) => ({ sku, change: OUT.includes(reason) ? -milli : milli - have, milli, have }));

/** @param {{sheet: SheetKept, reason: Reason}} props */
function Say({ sheet, reason }) {
  const rows = changesOf(sheet, reason);
  const shown = rows.filter((row) => row.change !== 0);
  return html`<p class="say" role="status"><b>${t(`sheet.${reason}.say`, { n: shown.length })}</b> ${reason === "counted" ? t("sheet.same", { n: rows.length - shown.length }) : ""}</p>`;
}

/** @param {{sheet: SheetKept, reason: Reason, all: Product[]}} props */
function Differences({ sheet, reason, all }) {
  const names = new Map(all.map((one) => [one.sku, one.name]));
  const shown = changesOf(sheet, reason).filter((row) => row.change !== 0);
  if (shown.length === 0) return null;
  return html`<ul class="plain-list card">${shown.map((row) => html`<li key=${row.sku} class="row"><span class="what">${names.get(row.sku) ?? row.sku}
    ${reason === "counted" && html`<span class="quiet small import-text">${t("sheet.have", { have: quantity(row.have), counted: quantity(row.milli) })}</span>`}</span>
    <b class=${`sum end ${row.change < 0 ? "bad" : ""}`}>${row.change > 0 ? "+" : ""}${quantity(row.change)}</b></li>`)}</ul>`;
}
