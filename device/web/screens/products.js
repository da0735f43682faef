// The products as the stall can change them, and what the cloud sent: loaded only when somebody goes there.
import { ErrorCard, EmptyState, Skeleton } from "/shared/components/states.js";
import { get, post } from "/shared/http.js";
import { parseMoney } from "/shared/money.js";
import { html, useEffect, useState } from "/shared/vendor/ui.js";
import { useAnswer } from "../answer.js";
import { CatalogueSays } from "../parts/catalogue_says.js";
import { BackLink, Frame } from "../parts/frame.js";
import { PhotoField } from "../parts/photo_field.js";
import { ProductMore, moreOf, wishOf } from "../parts/product_more.js";
import { takeNote } from "../parts/settled.js";
import { sayProblem } from "../problem_notice.js";
import { rateOf } from "../product_texts.js";
import { go, hrefOf, route } from "../router.js";
import { matching } from "../search.js";
import { documents, heard, notice, saved, shop } from "../till.js";
import { Windowed } from "../windowed.js";
import { amount, locale, t } from "../words.js";

/** @typedef {import("../till.js").Product & {retired: boolean}} Product */

export const NEW = "+";
const COLOURS = ["#b4866b", "#8a9a5b", "#5b7f95", "#a34a3f", "#c9a227", "#6b5b73"];
const COLOURS_MAX = 11;

/** @param {{sku?: string}} props */
export function Products({ sku }) {
  const { said, problem, again } = useAnswer(() => get("/api/products"), documents.value?.key);
  /** @type {Product[] | undefined} */
  const products = said?.products;
  if (problem && !products) return framed(html`<${ErrorCard} title=${problem.message} remedy=${problem.remedy} action=${t("app.again")} onAction=${again} />`);
  if (!products) return framed(html`<${Skeleton} lines=${8} height="48px" label=${t("app.loading")} />`);
  if (sku === undefined) return html`<${List} products=${products} />`;
  const product = products.find((one) => one.sku === sku);
  if (!product && sku !== NEW) return framed(html`<${EmptyState} title=${t("products.gone")} />`);
  return framed(html`<${Form} key=${sku} product=${product} others=${products} />`);
}

/** @param {unknown} content */
const framed = (content) => html`<${Frame}><div class="narrow stack">${content}</div><//>`;

/** @param {{products: Product[]}} props */
function List({ products }) {
  const [text, setText] = useState("");
  const shown = /** @type {Product[]} */ (matching(products, text, ""));
  return html`<${Frame} class="counter" foot=${html`<a class="button primary wide-button" href=${hrefOf("products", NEW)}>${t("products.add")}</a>`}>
  <div class="list-page narrow">
    <header class="stack products-head">
      <div class="product-title"><${BackLink} page="stock" /><h2>${t("products.title")}</h2>
        <div class="end"><a class="button" href=${hrefOf("import")}>${t("import.link")}</a></div>
        <div class="roomy"><a class="button primary" href=${hrefOf("products", NEW)}>${t("products.add")}</a></div></div>
      <${CatalogueSays} /><${Refused} />
      ${products.length > 0 && html`<input type="search" autocomplete="off" placeholder=${t("products.search")} aria-label=${t("products.search")}
        value=${text} onInput=${(/** @type {any} */ e) => setText(e.target.value)} />`}
    </header>
    ${shown.length === 0
      ? html`<${EmptyState} title=${t(text ? "sell.no-match" : "stock.none", { text })}>${t(text ? "sell.no-match.hint" : "products.none.hint")}<//>`
      : html`<${Windowed} class="rows" items=${shown} restartOn=${text} rowHeight=${64} label=${t("products.title")}
          keyOf=${(/** @type {Product} */ one) => one.sku} draw=${(/** @type {Product} */ one) => html`<${Row} product=${one} />`} />`}
  </div>
<//>`;
}

/** @param {{product: Product}} props */
const Row = ({ product }) => html`<a class="row-link" href=${hrefOf("products", product.sku)}>
  <span class="what"><span class=${product.retired ? "quiet" : ""}>${product.name}</span>
    <span class="quiet small">${product.retired ? t("field.retired.yes") : product.category}</span></span>
  <b class="sum">${amount(product.price_minor, shop.value.currency)}</b>
</a>`;

/** What came from the cloud and was not accepted, with what to do. */
function Refused() {
  const refused = documents.value?.refused ?? [];
  if (refused.length === 0) return null;
  return html`<details class="note warn"><summary>${t("refused.n", { n: refused.length })}</summary><div class="stack">
    ${refused.map((one) => html`<p key=${`${one.kind} ${one.version} ${one.fault}`}>
      <b>${t(`refused.${one.fault}`, { what: t(`document.${one.kind}`), version: one.version, reason: one.reason })}</b> ${t(`refused.${one.fault}.remedy`)}</p>`)}
    <div><button onClick=${() => takeNote({ refused: true })}>${t("settled.noted")}</button></div>
  </div></details>`;
}

/** @param {{product?: Product, others: Product[]}} props */
function Form({ product, others }) {
  const { currency } = shop.value;
  const [typed, setTyped] = useState(() => textsOf(product, currency));
  const [first] = useState(() => moreOf(product, currency));
  const [more, setMore] = useState(first);
  const [open, setOpen] = useState(false);
  const [wrong, setWrong] = useState(/** @type {{field?: string, text?: string}} */ ({}));
  const [busy, setBusy] = useState(false);
  useEffect(() => /** @type {HTMLElement | null} */ (document.querySelector(".product-form [aria-invalid]"))?.focus(), [wrong]);

  /** @param {Record<string, unknown>} wish */
  async function send(wish) {
    const here = route.value;
    setBusy(true);
    setWrong({});
    try {
      await heard(post(product ? `/api/products/${encodeURIComponent(product.sku)}` : "/api/products", wish));
      notice.value = { tone: "good", text: t(saved.value?.progress ? "products.saved" : "products.saved.here", { name: typed.name }) };
      if (route.value === here) go("products"); // whoever went on to sell is not called back
    } catch (thrown) {
      const problem = /** @type {any} */ (thrown);
      const silent = problem.status === 0;
      if (problem.detail?.field) setOpen(open || problem.detail.field in more || problem.detail.field === "cost_minor");
      if (problem.detail?.field) setWrong({ field: problem.detail.field, text: problem.message });
      else notice.value = { tone: "bad", text: silent ? t("sign-in.silent") : problem.message, remedy: silent ? t("sign-in.silent.remedy") : problem.remedy };
      setBusy(false);
    }
  }

  async function makeBarcode() {
    if (!product) return;
    setBusy(true);
    try {
      const { barcode } = await heard(post(`/api/products/${encodeURIComponent(product.sku)}/barcode`));
      setTyped((now) => ({ ...now, barcode }));
    } catch (thrown) {
      sayProblem(thrown);
    }
    setBusy(false);
  }

  /** @param {SubmitEvent} event */
  function save(event) {
    event.preventDefault();
    const price_minor = parseMoney(typed.price, currency);
    const vat_rate_bp = rateOf(typed.vat);
    if (!typed.name.trim()) return setWrong({ field: "name", text: t("products.bad-name") });
    if (price_minor === null || price_minor < 0) return setWrong({ field: "price_minor", text: t("products.bad-price") });
    if (vat_rate_bp === null) return setWrong({ field: "vat_rate_bp", text: t("products.bad-vat") });
    if (!typed.category.trim()) return setWrong({ field: "category", text: t("products.bad-category") });
    const wish = { name: typed.name.trim(), category: typed.category.trim(), price_minor, barcode: typed.barcode.trim(),
      vat_rate_bp, colour: typed.colour };
    if (typed.photo !== (product?.photo ?? "")) Object.assign(wish, { photo: typed.photo });
    const rest = wishOf(more, first, currency);
    if ("field" in rest) return setWrong({ field: rest.field, text: t("more.wrong") });
    void send(Object.assign(rest.wish, Object.fromEntries(Object.entries(wish).filter(([field, value]) => !product || /** @type {any} */ (product)[field] !== value))));
  }

  /**
   * @param {"name" | "category" | "price" | "vat" | "barcode"} key
   * @param {string} field
   * @param {object} more
   */
  const input = (key, field, more = {}) => html`<div>
    <label for=${`product-${key}`}>${t(`field.${field}`)}</label>
    <input id=${`product-${key}`} value=${typed[key]} autocomplete="off" aria-invalid=${wrong.field === field || undefined} aria-describedby=${wrong.field === field ? "product-wrong" : undefined}
      onInput=${(/** @type {any} */ e) => setTyped({ ...typed, [key]: e.target.value })} ...${more} />
    ${wrong.field === field && html`<p id="product-wrong" class="field-error" role="alert">${wrong.text}</p>`}
  </div>`;

  return html`<div class="product-title"><${BackLink} page="products" /><h2>${product?.name ?? t("products.new")}</h2></div>
    <form class="stack product-form" onSubmit=${save} novalidate>
      ${input("name", "name")}
      <div class="pair">${input("price", "price_minor", { inputmode: "decimal" })}${input("vat", "vat_rate_bp", { inputmode: "decimal" })}</div>
      <div class="pair">${input("category", "category", { list: "product-categories" })}${input("barcode", "barcode")}</div>
      <datalist id="product-categories">${[...new Set(others.map((one) => one.category))].map((name) => html`<option value=${name}></option>`)}</datalist>
      <${PhotoField} photo=${typed.photo} onChange=${(/** @type {string} */ photo) => setTyped((now) => ({ ...now, photo }))} />
      <${Colours} chosen=${typed.colour} others=${others} onChoose=${(/** @type {string} */ colour) => setTyped({ ...typed, colour })} />
      <button type="button" class="plain" aria-expanded=${open} onClick=${() => setOpen(!open)}>${t(open ? "products.less" : "products.more")}</button>
      ${open && html`<${ProductMore} more=${more} wrong=${wrong} onChange=${setMore} />`}
      <button class="primary wide-button" disabled=${busy}>${t("products.save")}</button>
      ${product && !product.barcode && !typed.barcode && html`<button type="button" disabled=${busy} onClick=${makeBarcode}>${t("products.make-barcode")}</button>`}
      ${product && html`<button type="button" disabled=${busy} onClick=${() => send({ retired: !product.retired })}>${t(product.retired ? "products.offer-again" : "products.retire")}</button>`}
    </form>`;
}

/**
 * @param {Product | undefined} product
 * @param {string} currency
 */
function textsOf(product, currency) {
  const price = product ? amount(product.price_minor, currency) : "";
  const vat = product ? (product.vat_rate_bp / 100).toLocaleString(locale.value) : "";
  return { name: product?.name ?? "", category: product?.category ?? "", price, vat, barcode: product?.barcode ?? "", colour: product?.colour ?? "", photo: product?.photo ?? "" };
}

/** @param {{chosen: string, others: Product[], onChoose: (colour: string) => void}} props */
function Colours({ chosen, others, onChoose }) {
  const known = [...new Set([chosen, ...others.map((one) => one.colour ?? ""), ...COLOURS])].filter(Boolean).slice(0, COLOURS_MAX);
  return html`<fieldset class="colours"><legend>${t("field.colour")}</legend>
    ${["", ...known].map((colour, index) => html`<button key=${colour} type="button" aria-pressed=${colour === chosen} style=${{ backgroundColor: colour || "var(--card)" }}
      aria-label=${colour ? t("products.colour-n", { n: index }) : t("field.nothing")} onClick=${() => onChoose(colour)}>${colour === chosen ? "✓" : ""}</button>`)}
  </fieldset>`;
}
