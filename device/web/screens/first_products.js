// The first products of a new till: typed by hand or from a CSV file, then straight to selling.
import { ask, get, post } from "/shared/http.js";
import { parseMoney } from "/shared/money.js";
import { html, useState } from "/shared/vendor/ui.js";
import { useAnswer } from "../answer.js";
import { CatalogueSample } from "../parts/catalogue_sample.js";
import { Frame } from "../parts/frame.js";
import { sayProblem } from "../problem_notice.js";
import { hrefOf } from "../router.js";
import { heard, loadProducts, notice, products, shop } from "../till.js";
import { money, percent, t } from "../words.js";

export function FirstProducts() {
  const { said } = useAnswer(() => get("/api/vat-rates"), "");
  /** @type {number[]} */
  const rates = said?.rates_bp?.length ? said.rates_bp : [0];
  const goods = products.value ?? [];
  const start = goods.length > 0 && html`<a class="button primary wide-button" href=${hrefOf("sell")}>${t("first.products.sell")}</a>`;
  return html`<${Frame} foot=${start}><div class="narrow first-products">
    <div class="product-title"><h2>${t("first.products.title")}</h2>
      ${goods.length > 0 && html`<div class="roomy"><a class="button primary" href=${hrefOf("sell")}>${t("first.products.sell")}</a></div>`}</div>
    <p class="quiet">${t("first.products.hint")}</p>
    <${Typed} key=${rates.join()} rates=${rates} />
    <ul class="goods">${goods.slice(-8).reverse().map((one) => html`<li key=${one.sku}><a href=${hrefOf("products", one.sku)}><span>${one.name}</span><b>${money(one.price_minor, shop.value.currency)}</b></a></li>`)}</ul>
    <${FromFile} />
    <a class="button plain" href=${hrefOf("printers")}>${t("first.products.printer")}</a>
  </div><//>`;
}

/** @param {{rates: number[]}} props in basis points, the standard rate first */
function Typed({ rates }) {
  const [name, setName] = useState("");
  const [price, setPrice] = useState("");
  const [rate, setRate] = useState(rates[0]);
  const [wrong, setWrong] = useState(false);

  /** @param {SubmitEvent} event */
  async function add(event) {
    event.preventDefault();
    const price_minor = parseMoney(price, shop.value.currency);
    setWrong(price_minor === null);
    if (price_minor === null) return void document.getElementById("first-price")?.focus();
    try {
      await heard(post("/api/products", { name: name.trim(), category: t("first.products.category"), price_minor, vat_rate_bp: rate }));
      await loadProducts();
      notice.value = null;
      setName("");
      setPrice("");
      document.getElementById("first-name")?.focus();
    } catch (thrown) {
      sayProblem(thrown);
    }
  }

  return html`<form class="first-products" onSubmit=${add} novalidate>
    <div class="pair">
      <div><label for="first-name">${t("first.products.name")}</label><input id="first-name" value=${name} maxlength="60" autocomplete="off" onInput=${(/** @type {any} */ e) => setName(e.target.value)} /></div>
      <div><label for="first-price">${t("first.products.price")}</label><input id="first-price" inputmode="decimal" value=${price} autocomplete="off" aria-invalid=${wrong || undefined} aria-describedby=${wrong ? "first-price-wrong" : undefined} onInput=${(/** @type {any} */ e) => setPrice(e.target.value)} /></div>
    </div>
    ${wrong && html`<p id="first-price-wrong" class="field-error" role="alert">${t("products.bad-price")}</p>`}
    ${rates.length > 1 && html`<div class="row" role="group" aria-label=${t("first.products.vat")}><span class="quiet">${t("first.products.vat")}</span>
      ${rates.map((one) => html`<button type="button" key=${one} class="pill" aria-pressed=${one === rate} onClick=${() => setRate(one)}>${percent(one)}</button>`)}</div>`}
    <button disabled=${!name.trim() || !price.trim()}>${t("first.products.add")}</button>
  </form>`;
}

function FromFile() {
  const [refused, setRefused] = useState(/** @type {{row: number, reason: string}[]} */ ([]));
  /** @param {any} event */
  async function take(event) {
    const [file] = event.target.files;
    if (!file) return;
    try {
      const said = await heard(ask("POST", "/api/catalogue/import", file));
      setRefused(said.refused.slice(0, 5));
      notice.value = { tone: said.refused.length ? "warn" : "good", text: t("first.products.taken", { n: said.imported }) };
      await loadProducts();
    } catch (thrown) {
      sayProblem(thrown);
    }
  }
  return html`<div><label for="first-file">${t("first.products.file")}</label><input id="first-file" type="file" accept=".csv,text/csv" onChange=${take} />
    ${refused.map((one) => html`<p key=${one.row} class="small">${t("first.products.refused", one)}</p>`)}
    <details class="sample-fold"><summary>${t("import.sample")}</summary><${CatalogueSample} /></details></div>`;
}
