// Carts put aside: one list for all phones of the till, so that the next customer need not wait.
import { EmptyState, ErrorCard, Skeleton } from "/shared/components/states.js";
import { ask, get, post } from "/shared/http.js";
import { html, useState } from "/shared/vendor/ui.js";
import { useAnswer } from "../answer.js";
import { BackLink, Frame } from "../parts/frame.js";
import { sayProblem } from "../problem_notice.js";
import { go } from "../router.js";
import { cart, cartTotal, deal, heard, notice, session, setCart, setDeal, shop } from "../till.js";
import { uuid7 } from "../uuid7.js";
import { money, t, timeOfDay } from "../words.js";

const taker = uuid7(); // this page, for as long as it is open

export function Parked() {
  const [changed, setChanged] = useState(0);
  const { said, problem, again } = useAnswer(() => get("/api/parked"), String(changed));
  const [name, setName] = useState("");
  const filled = cart.value.length > 0;

  async function park() {
    const { customer: _, ...agreed } = deal.value; // a customer's words lie in the ledger's boxes and nowhere else at the till
    const parked = { cart_id: uuid7(), name: name.trim() || t("parked.nameless", { name: session.value?.cashier ?? "" }), lines: cart.value.length,
      total_minor: cartTotal.value, cart: { lines: cart.value, deal: agreed } };
    try {
      await heard(post("/api/parked", parked));
      setCart([]);
      notice.value = { tone: "good", text: t("parked.done", { name: parked.name }) };
      go("sell");
    } catch (thrown) {
      sayProblem(thrown);
    }
  }

  /** @param {any} one */
  async function takeUp(one) {
    try {
      const found = await heard(post(`/api/parked/${one.cart_id}/take`, { taker }));
      setCart(found.cart.lines);
      setDeal(found.cart.deal);
      await heard(ask("DELETE", `/api/parked/${one.cart_id}`));
      go("cart");
    } catch (thrown) {
      sayProblem(thrown);
      setChanged(changed + 1);
    }
  }

  return html`<${Frame}><div class="narrow stack">
    <div class="product-title"><${BackLink} page="cart" /><h2>${t("nav.parked")}</h2></div>
    ${filled && html`<section class="card pad stack">
      <div><label for="park-name">${t("parked.name")}</label><input id="park-name" value=${name} maxlength="40" autocomplete="off" onInput=${(/** @type {any} */ e) => setName(e.target.value)} /></div>
      <button class="primary wide-button" onClick=${park}>${t("parked.park", { amount: money(cartTotal.value, shop.value.currency) })}</button></section>`}
    ${!said && (problem ? html`<${ErrorCard} title=${problem.message} remedy=${problem.remedy} action=${t("app.again")} onAction=${again} />` : html`<${Skeleton} lines=${3} height="64px" label=${t("app.loading")} />`)}
    ${said?.parked.length === 0 && html`<${EmptyState} title=${t("parked.none")}>${t("parked.none.hint")}<//>`}
    ${said?.parked.length > 0 && html`<ul class="menu card">${said.parked.map((/** @type {any} */ one) => html`<li key=${one.cart_id} class="row pad">
      <span class="grow"><b>${one.name}</b><br /><span class="quiet small">${timeOfDay(one.at)} · ${one.cashier} · ${t("cart.items", { n: one.lines })}</span></span>
      ${one.total_minor !== null && html`<b>${money(one.total_minor, shop.value.currency)}</b>`}
      <button disabled=${filled} onClick=${() => takeUp(one)}>${t("parked.take")}</button></li>`)}</ul>
      ${filled && html`<p class="quiet small">${t("parked.first")}</p>`}`}
  </div><//>`;
}
