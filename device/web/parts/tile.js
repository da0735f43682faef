// One product on the counter: its photo or colour, name, price, what is left, and how many are in the cart.
import { html } from "/shared/vendor/ui.js";
import { addToCart, cart, products, shop } from "../till.js";
import { amount, quantity, t } from "../words.js";

const FEW_MILLI = 2000;
const PANEL = matchMedia("(min-width: 700px) and (max-height: 600px)"); // the Pi's 7-inch screen

/** How large tiles are on this screen, in pixels; where there are photos, they get room. */
export function tileSize() {
  const photos = products.value?.some((product) => product.photo);
  if (PANEL.matches) return { height: photos ? 150 : 120, minWidth: 112, gap: 8 };
  return { height: photos ? 184 : 142, minWidth: 106, gap: 10 };
}

/** @param {{product: import("../till.js").Product}} props */
export function Tile({ product }) {
  const { sku, name, price_minor, stock_milli, colour, photo } = product;
  const inCart = cart.value.find((line) => line.sku === sku)?.quantity_milli ?? 0;
  const left = Math.max(0, stock_milli ?? 0);
  const soldOut = stock_milli !== null && left === 0;
  const saysSoldOut = soldOut && inCart === 0; // beside the count there is only room for a nought
  return html`<button class=${`tile card ${soldOut ? "sold-out" : ""} ${inCart ? "taken" : ""}`} onClick=${() => addToCart(product)}>
    <i class="swatch" style=${{ backgroundColor: colour || "var(--line)" }}>${photo && html`<${Photo} key=${photo} name=${photo} />`}</i>
    ${inCart > 0 && html`<b class="count"><span class="sr-only">${t("sell.in-cart", { n: quantity(inCart) })}, </span><span aria-hidden="true">${quantity(inCart)}</span></b>`}
    <span class="name">${name}</span>
    <b class="price">${amount(price_minor, shop.value.currency)}</b>
    ${stock_milli !== null && html`<span class=${`left ${stock_milli <= FEW_MILLI ? "bad" : ""}`}>${saysSoldOut ? t("sell.sold-out") : html`<span class="sr-only">, ${t("sell.in-stock", { n: quantity(left) })}</span><span aria-hidden="true">${quantity(left)}</span>`}</span>`}
  </button>`;
}

/** Lies over the colour, which stays where the photo cannot be had. @param {{name: string}} props */
const Photo = ({ name }) => html`<img src=${`/api/photos/${name}`} alt="" decoding="async" onError=${(/** @type {any} */ e) => (e.target.hidden = true)} />`;
