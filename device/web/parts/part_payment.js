// Paying a part, or all of it, by card or voucher; cash pays the rest. Loaded when somebody asks for another way than cash.
import { parseMoney } from "/shared/money.js";
import { html, useState } from "/shared/vendor/ui.js";
import { shop } from "../till.js";
import { amount, money, t } from "../words.js";

/** @typedef {{method: "cash" | "card" | "voucher", amount_minor: number, reference?: string, attempt_id?: string}} Part */

/**
 * @param {{method: "card" | "voucher", left: number, busy: boolean, onPart: (part: Part) => void}} props
 */
export function PartPayment({ method, left, busy, onPart }) {
  const { currency } = shop.value;
  const [typed, setTyped] = useState(amount(left, currency));
  const [reference, setReference] = useState("");
  const [wrong, setWrong] = useState("");
  const minor = parseMoney(typed, currency);

  /** @param {SubmitEvent} event */
  function take(event) {
    event.preventDefault();
    if (minor === null || minor <= 0 || minor > left) return setWrong(t("part.bad-amount", { amount: money(left, currency) }));
    if (method === "voucher" && reference.replace(/[^0-9a-z]/gi, "").length !== 16) return setWrong(t("part.bad-code"));
    setWrong("");
    onPart({ method, amount_minor: minor, reference: reference.trim() });
  }

  return html`<form class="stack part" onSubmit=${take} novalidate>
    <p class="quiet small">${t(`part.${method}.hint`)}</p>
    ${method === "voucher" && html`<div><label for="part-code">${t("part.code")}</label>
      <input id="part-code" value=${reference} autocomplete="off" autocapitalize="characters" spellcheck=${false} onInput=${(/** @type {any} */ e) => setReference(e.target.value)} /></div>`}
    <div><label for="part-amount">${t("part.amount")}</label>
      <input id="part-amount" inputmode="decimal" value=${typed} autocomplete="off" onInput=${(/** @type {any} */ e) => setTyped(e.target.value)} /></div>
    ${method === "card" && html`<div><label for="part-note">${t("part.reference")}</label>
      <input id="part-note" value=${reference} autocomplete="off" maxlength="40" onInput=${(/** @type {any} */ e) => setReference(e.target.value)} /></div>`}
    ${wrong && html`<p class="field-error" role="alert">${wrong}</p>`}
    <button class="primary wide-button" disabled=${busy}>${t(`part.${method}.take`, { amount: minor ? money(minor, currency) : "" })}</button>
  </form>`;
}
