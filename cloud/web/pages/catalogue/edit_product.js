// One product as a form. What is sent says what the page showed before, so that the cloud can see who contradicts whom.
import { html, useState } from "/shared/vendor/ui.js";
import { post } from "/shared/http.js";
import { parseMoney } from "/shared/money.js";
import { hrefOf } from "/shared/route.js";
import { amount, locale, t } from "../../words.js";
import { useAsking } from "./asking.js";
import { parsePercent } from "./reading.js";

/** @typedef {import("../../cloud.js").CatalogueNow} CatalogueNow */
/** @typedef {import("../../cloud.js").ProductDetails} ProductDetails */

const EMPTY = /** @type {ProductDetails} */ ({ sku: "", name: "", category: "", price_minor: 0, vat_rate_bp: 1900, barcode: "", colour: "", unit: "piece", retired: false });

/** @param {{now: CatalogueNow, product: ProductDetails}} props */
export function EditProduct({ now, product }) {
  const [seen] = useState({ product, revision: now.revision }); // what was on the screen when the typing began
  return html`<${ProductForm} now=${now} before=${seen.product} revision=${seen.revision} title=${seen.product.name} />`;
}

/** @param {{now: CatalogueNow}} props */
export const NewProduct = ({ now }) => html`<${ProductForm} now=${now} before=${null} revision=${now.revision} title=${t("product.new")} />`;

/** @param {{now: CatalogueNow, before: ProductDetails | null, revision: number, title: string}} props */
function ProductForm({ now, before, revision, title }) {
  const asking = useAsking();
  const first = before ?? { ...EMPTY, vat_rate_bp: now.products[0]?.vat_rate_bp ?? EMPTY.vat_rate_bp, category: "" };
  const price = before ? amount(before.price_minor, now.currency) : "";

  /** @param {ProductDetails} after */
  async function save(after) {
    if (await asking.send(() => post("/api/catalogue/changes", { seen_revision: revision, changes: [{ before, after }] }))) location.hash = hrefOf("catalogue");
  }

  /** @param {SubmitEvent} event */
  function submit(event) {
    event.preventDefault();
    const typed = Object.fromEntries(new FormData(/** @type {HTMLFormElement} */ (event.currentTarget)));
    const read = readProduct(first, /** @type {Record<string, string>} */ (typed), now.currency);
    if (typeof read === "string") asking.refuse(t(read));
    else if (!before && now.products.some(({ sku }) => sku === read.sku)) asking.refuse(t("product.taken", { sku: read.sku }));
    else void save(read);
  }

  return html`<form class="card pad stack product" onSubmit=${submit}>
    <h2>${title}</h2>
    <div class="fields">
      ${!before && html`<${Field} name="sku" value="" hint=${t("product.sku.hint")} />`}
      <${Field} name="name" value=${first.name} />
      <${Field} name="category" value=${first.category} list=${categories(now)} />
      <${Field} name="price" value=${price} label=${t("product.price", { currency: now.currency })} mode="decimal" />
      <${Field} name="vat" value=${(first.vat_rate_bp / 100).toLocaleString(locale.value)} label=${t("product.vat")} mode="decimal" />
      <${Field} name="barcode" value=${first.barcode} optional />
    </div>
    ${asking.note}
    <div class="row">
      <button class="primary" disabled=${asking.busy}>${t("product.save")}</button>
      <a class="button plain" href=${hrefOf("catalogue")}>${t("product.back")}</a>
      ${before && html`<button type="button" disabled=${asking.busy} onClick=${() => save({ ...before, retired: !before.retired })}>
        ${t(before.retired ? "product.offer" : "product.retire")}</button>`}
    </div>
    ${before && html`<p class="quiet small">${t("product.retire.hint")}</p>`}
  </form>`;
}

/** @param {CatalogueNow} now */
const categories = ({ products }) => [...new Set(products.map(({ category }) => category))].sort();

/** @param {{name: string, value: string, label?: string, hint?: string, mode?: string, list?: string[], optional?: boolean}} props */
function Field({ name, value, label = t(`field.${name}`), hint, mode, list, optional = false }) {
  const id = `product-${name}`;
  return html`<div>
    <label for=${id}>${label}</label>
    <input id=${id} name=${name} defaultValue=${value} inputmode=${mode} required=${!optional} autocomplete="off" maxlength="120"
      list=${list && `${id}-known`} aria-describedby=${hint && `${id}-hint`} />
    ${list && html`<datalist id=${`${id}-known`}>${list.map((one) => html`<option key=${one} value=${one} />`)}</datalist>`}
    ${hint && html`<p class="quiet small" id=${`${id}-hint`}>${hint}</p>`}
  </div>`;
}

/**
 * What was typed as a product, or the key of the words that say what is wrong.
 * @param {ProductDetails} first
 * @param {Record<string, string>} typed
 * @param {string} currency
 * @returns {ProductDetails | string}
 */
export function readProduct(first, typed, currency) {
  const price_minor = parseMoney(typed.price ?? "", currency);
  if (price_minor === null || price_minor < 0) return "product.price.wrong";
  const vat_rate_bp = parsePercent(typed.vat ?? "");
  if (vat_rate_bp === null) return "product.vat.wrong";
  const { sku = first.sku, name = "", category = "", barcode = "" } = typed;
  return { ...first, sku: sku.trim(), name: name.trim(), category: category.trim(), barcode: barcode.trim(), price_minor, vat_rate_bp };
}
