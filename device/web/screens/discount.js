// A discount on a line or on the whole cart: a share in one tap, or a sum typed. Loaded when somebody gives one.
import { minorDigits } from "/shared/money.js";
import { Keypad } from "/shared/components/keypad.js";
import { localDay } from "/shared/times.js";
import { html, useState } from "/shared/vendor/ui.js";
import { setNote } from "../cart.js";
import { BackLink, Frame } from "../parts/frame.js";
import { price } from "../pricing.js";
import { go } from "../router.js";
import { cart, coupons, deal, setCart, setDeal, shop } from "../till.js";
import { amount, money, percent, t } from "../words.js";

const SHARES_BP = [500, 1000, 2000];
const REASONS = ["friend", "flaw", "many", "last", "other"];
const LONGEST_AMOUNT = 8;

/** @param {{sku?: string}} props of one line, or of the whole cart */
export function DiscountScreen({ sku }) {
  const [typed, setTyped] = useState("");
  const [reason, setReason] = useState("friend");
  const { currency } = shop.value;
  const line = cart.value.find((one) => one.sku === sku);
  const others = deal.value.discounts.filter((one) => one.sku !== sku);
  const given = deal.value.discounts.filter((one) => one.sku === sku);
  const name = line?.name ?? t("discount.cart");

  /** @param {"amount" | "percent"} kind @param {number} value */
  function give(kind, value) {
    setDeal({ ...deal.value, discounts: [...others, { kind, value, reason: t(`discount.reason.${reason}`), ...(sku && { sku }) }] });
    go("cart");
  }
  const left = price(cart.value, others).lines.filter((one) => !sku || one.line.sku === sku);
  const before = left.reduce((sum, one) => sum + (one.line.kind === "voucher" ? 0 : one.total_minor), 0);
  const minor = Number(typed || 0);
  const main = html`<button class="primary wide-button" disabled=${minor === 0 || minor > before} onClick=${() => give("amount", minor)}>
    ${t("discount.take", { amount: money(minor, currency) })}</button>`;

  return html`<${Frame} foot=${main}>
    <div class="pay">
      <section class="pay-due">
        <div class="due"><${BackLink} page="cart" /><h2 class="strong">${t("discount.title", { name })}</h2><p class="big">${money(before, currency)}</p></div>
        <div class="row reasons" role="group" aria-label=${t("discount.reason")}>
          ${REASONS.map((key) => html`<button key=${key} class="pill" aria-pressed=${key === reason} onClick=${() => setReason(key)}>${t(`discount.reason.${key}`)}</button>`)}
        </div>
        <p class="row"><span class="grow">${t("discount.or")}</span><b>${typed ? amount(minor, currency) : "–"}</b></p>
        ${!sku && coupons.value.length > 0 && html`<${CouponCode} />`}
        ${line && html`<${Note} key=${line.sku} line=${line} />`}
        ${given.length > 0 && html`<button onClick=${() => { setDeal({ ...deal.value, discounts: others }); go("cart"); }}>${t("discount.remove")}</button>`}
      </section>
      <section class="pay-keys">
        <div class="quick" role="group" aria-label=${t("discount.shares")}>
          ${SHARES_BP.map((bp) => html`<button key=${bp} disabled=${before === 0} onClick=${() => give("percent", bp)}>${percent(bp)}</button>`)}
        </div>
        <${Keypad} label=${t("discount.keypad")} value=${typed} maxLength=${LONGEST_AMOUNT} eraseLabel=${t("keypad.erase")}
          onChange=${(/** @type {string} */ next) => setTyped(next.replace(/^0+/, ""))} onEnter=${() => minor > 0 && minor <= before && give("amount", minor)}
          corner=${html`<button type="button" onClick=${() => typed && setTyped(typed + "0".repeat(Math.max(minorDigits(currency), 1)))}>00</button>`} />
        <div class="roomy">${main}</div>
      </section>
    </div>
  <//>`;
}

/** What is to be remembered of a line, such as a name to be engraved; it stands on the receipt. @param {{line: import("../cart.js").CartLine}} props */
const Note = ({ line }) => html`<div><label for="line-note">${t("discount.note")}</label>
  <input id="line-note" value=${line.note ?? ""} maxlength="200" autocomplete="off"
    onInput=${(/** @type {any} */ e) => setCart(setNote(cart.value, line.sku, e.target.value.trim()))} /></div>`;

/** A coupon's code; it counts for this cart once it is known to be good today. */
function CouponCode() {
  const [typed, setTyped] = useState(deal.value.coupon?.code ?? "");
  const [wrong, setWrong] = useState("");
  /** @param {SubmitEvent} event */
  function take(event) {
    event.preventDefault();
    const found = coupons.value.find(({ code }) => code.toLowerCase() === typed.trim().toLowerCase());
    const today = localDay(Date.now());
    if (!found) return setWrong(t("coupon.unknown"));
    if (today < (found.first_day ?? "") || today > (found.last_day ?? "9")) return setWrong(t("coupon.not-today"));
    setDeal({ ...deal.value, coupon: found });
    go("cart");
  }
  return html`<form class="stack part" onSubmit=${take} novalidate>
    <div><label for="coupon">${t("coupon.code")}</label><input id="coupon" value=${typed} maxlength="40" autocomplete="off" autocapitalize="characters" spellcheck=${false} onInput=${(/** @type {any} */ e) => setTyped(e.target.value)} /></div>
    ${wrong && html`<p class="field-error" role="alert">${wrong}</p>`}
    <div class="two"><button disabled=${!typed.trim()}>${t("coupon.take")}</button>
      ${deal.value.coupon && html`<button type="button" onClick=${() => { setDeal({ ...deal.value, coupon: null }); go("cart"); }}>${t("coupon.leave-out")}</button>`}</div>
  </form>`;
}
