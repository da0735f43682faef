// Who buys, where somebody wants that kept: name and phone with their consent. It goes into the till's ledger as a box that
// can be forgotten. Loaded when somebody asks.
import { html, useState } from "/shared/vendor/ui.js";
import { BackLink, Frame } from "../parts/frame.js";
import { go } from "../router.js";
import { deal, setDeal } from "../till.js";
import { uuid7 } from "../uuid7.js";
import { t } from "../words.js";

const CONSENT_VERSION = "1";

export function CustomerScreen() {
  const before = deal.value.customer;
  const [name, setName] = useState(before?.name ?? "");
  const [phone, setPhone] = useState(before?.phone ?? "");
  const [agreed, setAgreed] = useState(Boolean(before));
  const named = name.trim() || phone.trim();

  /** @param {SubmitEvent} event */
  function keep(event) {
    event.preventDefault();
    const customer = { customer_id: before?.customer_id ?? uuid7(), name: name.trim(), phone: phone.trim(),
      consent_version: CONSENT_VERSION, consent_at: before?.consent_at ?? new Date().toISOString() };
    setDeal({ ...deal.value, customer });
    go("cart");
  }

  function leaveOut() {
    setDeal({ ...deal.value, customer: null });
    go("cart");
  }

  return html`<${Frame}><form class="narrow stack" onSubmit=${keep}>
    <div class="product-title"><${BackLink} page="cart" /><h2>${t("customer.title")}</h2></div>
    <div><label for="customer-name">${t("orders.name")}</label><input id="customer-name" value=${name} maxlength="200" autocomplete="off" onInput=${(/** @type {any} */ e) => setName(e.target.value)} /></div>
    <div><label for="customer-phone">${t("orders.phone")}</label><input id="customer-phone" type="tel" value=${phone} maxlength="200" autocomplete="off" onInput=${(/** @type {any} */ e) => setPhone(e.target.value)} /></div>
    <label class="check card pad"><input type="checkbox" checked=${agreed} onChange=${(/** @type {any} */ e) => setAgreed(e.target.checked)} /><span>${t("customer.consent")}</span></label>
    <button class="primary wide-button" disabled=${!named || !agreed}>${t("customer.keep")}</button>
    ${before && html`<button type="button" onClick=${leaveOut}>${t("customer.leave-out")}</button>`}
  </form><//>`;
}
