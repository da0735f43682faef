// What is in the cart: beside the products where there is room, on a page of its own on a phone.
import { EmptyState } from "/shared/components/states.js";
import { html } from "/shared/vendor/ui.js";
import { ONE_MILLI, itemCount, priceIn } from "../cart.js";
import { hrefOf } from "../router.js";
import { cart, cartTotal, changeQuantity, choosePrices, deal, notice, priceLists, priced, products, setCart, setDeal, shop, takeOverPrices } from "../till.js";
import { amount, money, quantity, t } from "../words.js";

export function CartList() {
  if (cart.value.length === 0) {
    return html`<${EmptyState} title=${t("cart.empty")}>${t("cart.empty.hint")}<//>`;
  }
  return html`<ul class="cart-lines">${priced.value.lines.map((one) => html`<${Line} key=${one.line.sku} priced=${one} />`)}</ul>
    <${CartDiscount} /><${PriceLists} />`;
}

/** What was taken off the whole cart, and the way to do so. */
function CartDiscount() {
  const { discounts, coupon } = deal.value;
  const off_minor = coupon || discounts.some(({ sku }) => !sku) ? priced.value.off_minor : 0; // a line says its own
  return html`<p class="row cart-off">
    <a class="button plain grow" href=${hrefOf("discount")}>${t(off_minor > 0 ? "discount.change" : "discount.give")}</a>
    ${off_minor > 0 && html`<b>−${amount(off_minor, shop.value.currency)}</b>`}
  </p>`;
}

/** By which prices this cart is sold, where the stall has more than its usual ones. */
function PriceLists() {
  if (priceLists.value.length === 0) return null;
  const chosen = deal.value.price_list ?? "";
  return html`<div class="row price-lists" role="group" aria-label=${t("cart.prices")}>
    ${["", ...priceLists.value].map((list) => html`<button key=${list} class="pill" aria-pressed=${list === chosen} onClick=${() => choosePrices(list)}>${list || t("cart.prices.usual")}</button>`)}
  </div>`;
}

/** @param {{priced: import("../pricing.js").PricedLine}} props */
function Line({ priced: { line, off_minor, total_minor } }) {
  const { sku, name, quantity_milli } = line;
  const { currency } = shop.value;
  return html`<li>
    ${line.kind ? html`<span class="name">${name}</span>` : html`<a class="name" href=${hrefOf("discount", sku)} aria-label=${t("discount.title", { name })}>${name}</a>`}
    <span class="sum"><b>${amount(total_minor, currency)}</b>
      ${off_minor > 0 && html`<span class="good small nowrap">−${amount(off_minor, currency)}</span>`}
      ${quantity_milli !== ONE_MILLI && html`<span class="quiet small nowrap">${quantity(quantity_milli)} × ${amount(line.unit_price_minor, currency)}</span>`}</span>
    <span class="stepper">
      <button aria-label=${t("cart.less", { name })} onClick=${() => changeQuantity(sku, line.weighed ? 0 : quantity_milli - ONE_MILLI)}>−</button>
      <b>${quantity(quantity_milli)} ${line.unit}</b>
      ${line.weighed
        ? html`<a class="button" aria-label=${t("cart.more", { name })} href=${hrefOf("measure", sku)}>+</a>`
        : html`<button aria-label=${t("cart.more", { name })} onClick=${() => changeQuantity(sku, quantity_milli + ONE_MILLI)}>+</button>`}
    </span>
    ${line.note && html`<span class="news quiet small">${line.note}</span>`}
    <${News} line=${line} />
  </li>`;
}

/** What has changed since the product was put into the cart; the cart itself waits for the seller's word. @param {{line: import("../cart.js").CartLine}} props */
function News({ line }) {
  if (!products.value || line.kind || line.of) return null;
  const now = products.value.find((p) => p.sku === line.sku);
  if (!now) return html`<span class="news warn small">${t("cart.retired")}</span>`;
  const price_minor = priceIn(now, deal.value.price_list);
  if (price_minor !== line.unit_price_minor)
    return html`<span class="news warn small"><span>${t("cart.new-price", { amount: amount(price_minor, shop.value.currency) })}</span>
      <button class="plain" onClick=${takeOverPrices}>${t("cart.take-over")}</button></span>`;
  const left = now.share_left_milli ?? line.quantity_milli;
  return left < line.quantity_milli ? html`<span class="news quiet small">${t("cart.share", { n: quantity(left) })}</span>` : null;
}

/** Empties the cart; undo brings it back, so nobody is asked whether they are sure. */
export function clearCart() {
  const [before, dealBefore] = [cart.value, deal.value];
  setCart([]);
  notice.value = {
    tone: "",
    text: t("cart.cleared"),
    action: t("cart.undo"),
    onAction: () => {
      setCart(before);
      setDeal(dealBefore);
      notice.value = null;
    },
  };
}

/** The sum and the one thing to do next. */
export function TakePayment() {
  const empty = cart.value.length === 0;
  const { currency } = shop.value;
  return html`<div class="take">
    <a class="sum-up" href=${hrefOf("cart")}>
      <span class="sr-only">${t("cart.show")}: </span>
      <span class="quiet small nowrap">${t("cart.items", { n: itemCount(cart.value) })}${!empty && ` · ${t("cart.vat", { amount: amount(priced.value.vat_minor, currency) })}`}</span>
      <b>${money(cartTotal.value, currency)}</b>
    </a>
    ${empty
      ? html`<button class="primary" disabled>${t("sell.take")}</button>`
      : html`<a class="button primary" href=${hrefOf("pay")}>${t("sell.take")}</a>`}
  </div>`;
}
