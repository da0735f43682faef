// Tidying up: what is not in order in the catalogue, in plain words, and what mends it right here.
import { EmptyState, ErrorCard, Skeleton } from "/shared/components/states.js";
import { get, post } from "/shared/http.js";
import { parseMoney } from "/shared/money.js";
import { html, useState } from "/shared/vendor/ui.js";
import { useAnswer } from "../answer.js";
import { BackLink, Frame } from "../parts/frame.js";
import { PhotoField } from "../parts/photo_field.js";
import { UNITS } from "../parts/product_more.js";
import { sayProblem } from "../problem_notice.js";
import { rateOf } from "../product_texts.js";
import { hrefOf } from "../router.js";
import { documents, heard, notice, shop } from "../till.js";
import { amount, percent, quantity, t } from "../words.js";

/**
 * @typedef {"no_price" | "no_vat" | "shared_barcode" | "same_name" | "mixed_units" | "no_barcode" | "no_photo" | "long_gone"} Kind
 * @typedef {{sku: string, name: string, category: string, unit: string, barcode: string, price_minor: number, vat_rate_bp: number, options: string, stock_milli: number}} Product
 * @typedef {{kind: Kind, about: string, products: Product[]}} Finding
 * @typedef {{count: number, counts: Record<string, number>, findings: Finding[]}} Told
 * @typedef {(mending: () => Promise<unknown>, said: string, undo?: () => Promise<unknown>) => Promise<void>} Mend
 */

/** @type {Kind[]} */
const KINDS = ["no_price", "no_vat", "shared_barcode", "same_name", "mixed_units", "no_barcode", "no_photo", "long_gone"];

/** @param {string} sku @param {object} wish */
const change = (sku, wish) => heard(post(`/api/products/${encodeURIComponent(sku)}`, wish));
/** @param {string} sku */
const makeBarcode = (sku) => heard(post(`/api/products/${encodeURIComponent(sku)}/barcode`));

export function Tidy() {
  const { said, problem, again } = useAnswer(() => get("/api/tidy"), documents.value?.key);
  const [busy, setBusy] = useState(false);
  /** @type {Told | null} */
  const told = said;

  /** @type {Mend} */
  async function mend(mending, text, undo) {
    setBusy(true);
    try {
      await mending();
      notice.value = { tone: "good", text, ...(undo && { action: t("stock.undo"), onAction: () => void mend(undo, t("tidy.undone")) }) };
    } catch (thrown) {
      sayProblem(thrown);
    }
    await again();
    setBusy(false);
  }

  return html`<${Frame}><div class="narrow stack tidy">
    <div class="product-title"><${BackLink} page="menu" /><h2>${t("nav.tidy")}</h2></div>
    ${problem && !told && html`<${ErrorCard} title=${problem.message} remedy=${problem.remedy} action=${t("app.again")} onAction=${again} />`}
    ${!told && !problem && html`<${Skeleton} lines=${6} height="72px" label=${t("app.loading")} />`}
    ${told && (told.count === 0
      ? html`<${EmptyState} title=${t("tidy.none")}>${t("tidy.none.hint")}<//>`
      : html`<p class="say" role="status"><b>${t("tidy.say", { n: told.count })}</b></p>
        ${KINDS.filter((kind) => told.counts[kind]).map((kind) => html`<${Group} key=${kind} kind=${kind} told=${told} busy=${busy} mend=${mend} />`)}`)}
  </div><//>`;
}

/** @param {{kind: Kind, told: Told, busy: boolean, mend: Mend}} props */
function Group({ kind, told, busy, mend }) {
  const findings = told.findings.filter((finding) => finding.kind === kind);
  const more = told.counts[kind] - findings.length;
  const bare = findings.map(({ products }) => products[0].sku);
  return html`<section class="stack"><h3>${t(`tidy.${kind}`, { n: told.counts[kind] })}</h3>
    <p class="quiet small">${t(`tidy.${kind}.hint`)}</p>
    ${kind === "no_barcode" && bare.length > 1 && html`<div><button disabled=${busy} onClick=${() => mend(() => inTurn(bare, makeBarcode), t("tidy.barcodes-made", { n: bare.length }))}>${t("tidy.make-all", { n: bare.length })}</button></div>`}
    ${findings.map(({ about, products }) => html`<div key=${`${about} ${products[0].sku}`} class="card">
      ${products.length > 1 && html`<p class="about"><b>${about}</b> <span class="quiet small">${t("tidy.together", { n: products.length })}</span></p>`}
      <ul>${products.map((product) => html`<${Row} key=${product.sku} kind=${kind} product=${product} busy=${busy} mend=${mend} />`)}</ul></div>`)}
    ${more > 0 && html`<p class="quiet">${t("tidy.more", { n: more })}</p>`}
  </section>`;
}

/** One after the other: the till goes on selling meanwhile. @param {string[]} skus @param {(sku: string) => Promise<unknown>} step */
async function inTurn(skus, step) {
  for (const sku of skus) await step(sku);
}

/** @param {{kind: Kind, product: Product, busy: boolean, mend: Mend}} props */
function Row({ kind, product, busy, mend }) {
  const { sku, name, options } = product;
  const Tool = TOOLS[kind];
  return html`<li><a class="what" href=${hrefOf("products", sku)}><span>${name}${options && ` · ${options}`}</span><span class="quiet small">${sayAbout(product)}</span></a>
    <div class="mend"><${Tool} product=${product} busy=${busy} mend=${mend} /></div></li>`;
}

/** What tells products of one name apart. @param {Product} product */
const sayAbout = ({ category, price_minor, vat_rate_bp, barcode, stock_milli }) =>
  [category, amount(price_minor, shop.value.currency), percent(vat_rate_bp), barcode, t("sell.in-stock", { n: quantity(stock_milli) })].filter(Boolean).join(" · ");

/** @typedef {{product: Product, busy: boolean, mend: Mend}} ToolProps */

/**
 * A field and what saves it.
 * @param {{label: string, value: string, busy: boolean, inputmode?: string, onSave: (text: string) => void}} props
 */
function Field({ label, value, busy, inputmode = "text", onSave }) {
  const [text, setText] = useState(value);
  return html`<form class="mend-field" onSubmit=${(/** @type {Event} */ e) => { e.preventDefault(); onSave(text.trim()); }}>
    <input aria-label=${label} placeholder=${label} value=${text} inputmode=${inputmode} autocomplete="off" onInput=${(/** @type {any} */ e) => setText(e.target.value)} />
    <button disabled=${busy || text.trim() === value}>${t("products.save")}</button></form>`;
}

/** @param {ToolProps & {field: "price_minor" | "vat_rate_bp", read: (text: string) => number | null, wrong: string}} props */
function Amount({ product: { sku, name }, busy, mend, field, read, wrong }) {
  /** @param {string} text */
  function save(text) {
    const value = read(text);
    if (value === null || value < 0) notice.value = { tone: "bad", text: t(wrong) };
    else void mend(() => change(sku, { [field]: value }), t("products.saved", { name }));
  }
  return html`<${Field} label=${`${t(`field.${field}`)}: ${name}`} value="" inputmode="decimal" busy=${busy} onSave=${save} />`;
}

/** @param {ToolProps} props */
const Retire = ({ product: { sku, name }, busy, mend }) => html`<button disabled=${busy}
  onClick=${() => mend(() => change(sku, { retired: true }), t("tidy.retired", { name }), () => change(sku, { retired: false }))}>${t("products.retire")}<span class="sr-only">: ${name}</span></button>`;

/** @param {ToolProps} props */
function Rename(props) {
  const { product: { sku, name }, busy, mend } = props;
  return html`<${Field} label=${`${t("field.name")}: ${name}`} value=${name} busy=${busy} onSave=${(/** @type {string} */ text) => mend(() => change(sku, { name: text }), t("products.saved", { name: text }), () => change(sku, { name }))} />
    <${Retire} ...${props} />`;
}

/** @param {ToolProps} props */
const Barcode = ({ product: { sku, name }, busy, mend }) => html`<button disabled=${busy} onClick=${() => mend(() => makeBarcode(sku), t("tidy.barcodes-made", { n: 1 }))}>${t("products.make-barcode")}<span class="sr-only">: ${name}</span></button>`;

/** @param {ToolProps} props */
function OtherBarcode(props) {
  const { product: { sku, name }, busy, mend } = props;
  const renew = () => change(sku, { barcode: "" }).then(() => makeBarcode(sku));
  return html`<button disabled=${busy} onClick=${() => mend(renew, t("tidy.barcodes-made", { n: 1 }))}>${t("tidy.other-barcode")}<span class="sr-only">: ${name}</span></button>
    <${Retire} ...${props} />`;
}

/** @param {ToolProps} props */
const Unit = ({ product: { sku, name, unit }, busy, mend }) => html`<select aria-label=${`${t("field.unit")}: ${name}`} value=${unit} disabled=${busy}
  onChange=${(/** @type {any} */ e) => mend(() => change(sku, { unit: e.target.value }), t("products.saved", { name }), () => change(sku, { unit }))}>
  ${[...new Set([...UNITS, unit])].map((one) => html`<option key=${one} value=${one}>${UNITS.includes(one) ? t(`unit.${one}`) : one}</option>`)}</select>`;

/** @param {ToolProps} props */
const Photo = ({ product: { sku, name }, mend }) => html`<${PhotoField} photo="" onChange=${(/** @type {string} */ photo) => mend(() => change(sku, { photo }), t("products.saved", { name }))} />`;

/** @type {Record<Kind, (props: ToolProps) => unknown>} */
const TOOLS = {
  no_price: (props) => html`<${Amount} ...${props} field="price_minor" wrong="products.bad-price" read=${(/** @type {string} */ text) => parseMoney(text, shop.value.currency)} />`,
  no_vat: (props) => html`<${Amount} ...${props} field="vat_rate_bp" wrong="products.bad-vat" read=${rateOf} />`,
  shared_barcode: OtherBarcode,
  same_name: Rename,
  mixed_units: Unit,
  no_barcode: Barcode,
  no_photo: Photo,
  long_gone: Retire,
};
