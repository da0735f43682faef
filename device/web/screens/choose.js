// One of a family: its members as keys, by their options. A tap puts it into the cart; sold-out ones say so and can be sold all the same.
import { EmptyState } from "/shared/components/states.js";
import { html } from "/shared/vendor/ui.js";
import { priceIn } from "../cart.js";
import { BackLink, Frame } from "../parts/frame.js";
import { pick } from "../picked.js";
import { go } from "../router.js";
import { optionsOf } from "../shelf_items.js";
import { deal, products, shop } from "../till.js";
import { amount, quantity, t } from "../words.js";

/** @typedef {import("../till.js").Product} Product */

/** @param {{family?: string}} props */
export function Choose({ family }) {
  const members = (products.value ?? []).filter((one) => one.family === family);
  return html`<${Frame}><div class="narrow stack">
    <div class="product-title"><${BackLink} page="sell" /><h2>${family}</h2></div>
    ${members.length === 0 && html`<${EmptyState} title=${t("choose.gone")} />`}
    ${grouped(members).map(([title, ones]) => html`<section key=${title} class="stack">
      ${title && html`<h3 class="quiet small">${title}</h3>`}
      <div class="choices">${ones.map((one) => html`<${Choice} key=${one.sku} product=${one} inGroup=${title !== ""} />`)}</div>
    </section>`)}
  </div><//>`;
}

/**
 * Where members differ in two things, one row for each of the first: "blue: S M L".
 * @param {Product[]} members
 * @returns {[string, Product[]][]}
 */
function grouped(members) {
  if (!members.every(({ options = [] }) => options.length >= 2)) return [["", members]];
  /** @type {Map<string, Product[]>} */
  const groups = new Map();
  for (const one of members) groups.set(firstOf(one), [...(groups.get(firstOf(one)) ?? []), one]);
  return [...groups];
}

/** @param {Product} product */
const firstOf = ({ options = [] }) => options[0]?.value ?? "";

/** @param {{product: Product, inGroup: boolean}} props */
function Choice({ product, inGroup }) {
  const { options = [], stock_milli } = product;
  const said = inGroup ? options.slice(1).map(({ value }) => value).join(", ") : optionsOf(product);
  const left = stock_milli === null ? "" : stock_milli <= 0 ? t("sell.sold-out") : t("choose.left", { n: quantity(stock_milli) });
  const take = () => {
    pick(product);
    if (!product.weighed && !product.free_price) go("sell");
  };
  return html`<button class="choice card" onClick=${take}><b>${said}</b>
    <span>${amount(priceIn(product, deal.value.price_list), shop.value.currency)}</span><span class="quiet small">${left}</span></button>`;
}
