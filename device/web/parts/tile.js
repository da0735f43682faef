// One product or family on the counter: its photo or colour, name, price, what is left, and how many are in the cart.
import { html } from "/shared/vendor/ui.js";
import { priceIn } from "../cart.js";
import { pick } from "../picked.js";
import { cart, deal, products, shop } from "../till.js";
import { amount, quantity, t } from "../words.js";

const FEW_MILLI = 2000;
const PANEL = matchMedia("(min-width: 700px) and (max-height: 600px)"); // the Pi's 7-inch screen

/** How large tiles are on this screen, in pixels; where there are photos, they get room. */
export function tileSize() {
  const photos = products.value?.some((product) => product.photo);
  if (PANEL.matches) return { height: photos ? 150 : 120, minWidth: 112, gap: 8 };
  return { height: photos ? 184 : 142, minWidth: 106, gap: 10 };
}

/** @typedef {import("../till.js").Product} Product */

/** @param {{item: import("../shelf_items.js").Item}} props */
export function Tile({ item }) {
  const members = "members" in item ? item.members : [item];
  const [{ colour }] = members;
  const photo = members.find((one) => one.photo)?.photo;
  const inCart = cart.value.reduce((sum, line) => (members.some(({ sku }) => sku === (line.of ?? line.sku)) ? sum + line.quantity_milli : sum), 0);
  const stock_milli = members.every((one) => one.stock_milli === null) ? null : members.reduce((sum, one) => sum + Math.max(0, one.stock_milli ?? 0), 0);
  const left = Math.max(0, stock_milli ?? 0);
  const soldOut = stock_milli !== null && left === 0;
  const saysSoldOut = soldOut && inCart === 0; // beside the count there is only room for a nought
  return html`<button class=${`tile card ${soldOut ? "sold-out" : ""} ${inCart ? "taken" : ""}`} onClick=${() => pick(item)}>
    <i class="swatch" style=${{ backgroundColor: colour || "var(--line)" }}>${photo && html`<${Photo} key=${photo} name=${photo} />`}</i>
    ${inCart > 0 && html`<b class="count"><span class="sr-only">${t("sell.in-cart", { n: quantity(inCart) })}, </span><span aria-hidden="true">${quantity(inCart)}</span></b>`}
    <span class="name">${"members" in item ? item.family : item.name}</span>
    <b class="price">${priceSaid(members)}</b>
    ${stock_milli !== null && html`<span class=${`left ${stock_milli <= FEW_MILLI ? "bad" : ""}`}>${saysSoldOut ? t("sell.sold-out") : html`<span class="sr-only">, ${t("sell.in-stock", { n: quantity(left) })}</span><span aria-hidden="true">${quantity(left)}</span>`}</span>`}
  </button>`;
}

/** @param {Product[]} members */
function priceSaid(members) {
  const prices = members.map((one) => priceIn(one, deal.value.price_list));
  const least = Math.min(...prices);
  const said = amount(least, shop.value.currency);
  if (members[0].free_price) return t("sell.free-price");
  if (members[0].weighed) return t("sell.per", { amount: said, unit: members[0].unit });
  return prices.every((price) => price === least) ? said : t("sell.from", { amount: said });
}

/** Lies over the colour, which stays where the photo cannot be had. @param {{name: string}} props */
const Photo = ({ name }) => html`<img src=${`/api/photos/${name}`} alt="" decoding="async" onError=${(/** @type {any} */ e) => (e.target.hidden = true)} />`;
