// The cart as a page of its own, for a phone.
import { html } from "/shared/vendor/ui.js";
import { CartList, TakePayment, clearCart } from "../parts/cart_list.js";
import { Frame } from "../parts/frame.js";
import { hrefOf } from "../router.js";
import { cart, deal } from "../till.js";
import { t } from "../words.js";

export function Cart() {
  return html`<${Frame} foot=${html`<${TakePayment} />`}>
    <div class="narrow stack">
      <div class="row"><h2 class="grow">${t("cart.title")}</h2>
        ${cart.value.length > 0 && html`<button class="plain" onClick=${clearCart}>${t("cart.clear")}</button>`}
      </div>
      <${CartList} />
      <div class="methods"><a class="button" href=${hrefOf("parked")}>${t(cart.value.length ? "cart.park" : "nav.parked")}</a>
        ${cart.value.length > 0 && html`<a class="button" href=${hrefOf("orders", "+")}>${t("orders.place")}</a>`}</div>
      ${cart.value.length > 0 && html`<a class="button" href=${hrefOf("customer")}>${deal.value.customer ? t("customer.is", { name: deal.value.customer.name || deal.value.customer.phone }) : t("customer.add")}</a>`}
      <a class="button" href=${hrefOf("sell")}>${t("app.back")}</a>
    </div>
  <//>`;
}
