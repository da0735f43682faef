// All products with a search, in portions: 5,000 of them cost nothing until somebody wants them.
import { html, useMemo, useState } from "/shared/vendor/ui.js";
import { Chip, EmptyState } from "/shared/components/states.js";
import { hrefOf } from "/shared/route.js";
import { usePortion } from "../../shown.js";
import { amount, t } from "../../words.js";
import { percent } from "./field_words.js";
import { search } from "./reading.js";

/** @typedef {import("../../cloud.js").CatalogueNow} CatalogueNow */
/** @typedef {import("../../cloud.js").ProductDetails} ProductDetails */

const FIRST = 50;
const STEP = 200;

/** @param {{now: CatalogueNow}} props */
export function Products({ now }) {
  const [wanted, setWanted] = useState("");
  const found = useMemo(() => search(now.products, wanted), [now.products, wanted]);
  const add = html`<a class="button primary" href=${hrefOf("catalogue", "new")}>${t("product.add")}</a>`;
  if (now.products.length === 0) return html`<${EmptyState} title=${t("products.empty")} action=${add}>${t("products.empty.hint")}</${EmptyState}>`;
  return html`<section class="card pad stack">
    <div class="row find">
      <div class="grow"><label for="find-product">${t("products.find")}</label>
        <input id="find-product" type="search" value=${wanted} onInput=${(/** @type {any} */ event) => setWanted(event.currentTarget.value)} autocomplete="off" /></div>
      ${add}
    </div>
    ${found.length === 0 ? html`<p class="quiet" role="status">${t("products.none.found", { wanted })}</p>` : html`<${ProductTable} key=${wanted} list=${found} currency=${now.currency} />`}
  </section>`;
}

/** @param {{list: ProductDetails[], currency: string}} props */
function ProductTable({ list, currency }) {
  const { portion, more } = usePortion(list, FIRST, STEP);
  return html`<table class="goods">
    <thead><tr><th scope="col">${t("field.name")}</th><th scope="col" class="wide">${t("field.category")}</th>
      <th scope="col" class="wide">${t("field.vat_rate_bp")}</th><th scope="col">${currency}</th></tr></thead>
    <tbody>${portion.map((product) => html`<tr key=${product.sku}>
      <th scope="row"><a class="go" href=${hrefOf("catalogue", "edit", product.sku)}>${product.name}</a>
        <span class="standing">${product.sku}${product.retired && html` <${Chip}>${t("product.retired")}</${Chip}>`}</span></th>
      <td class="wide">${product.category}</td><td class="wide">${percent(product.vat_rate_bp)}</td><td>${amount(product.price_minor, currency)}</td>
    </tr>`)}</tbody>
  </table>${more}`;
}
