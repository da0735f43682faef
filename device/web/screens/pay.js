// Cash: exact in one tap, a note in one tap, or typed; the change is shown as it is typed.
import { minorDigits } from "/shared/money.js";
import { Keypad } from "/shared/components/keypad.js";
import { html, useEffect, useState } from "/shared/vendor/ui.js";
import { lineTotalMinor } from "../cart.js";
import { MOST_KEPT } from "../kept_sales.js";
import { BackLink, Frame } from "../parts/frame.js";
import { quickCash } from "../quick_cash.js";
import { go } from "../router.js";
import { answers, cart, cartTotal, kept, notice, sell, shop, takeOverPrices } from "../till.js";
import { amount, money, quantity, t } from "../words.js";

const LONGEST_AMOUNT = 8; // digits: 999,999.99 is more cash than a stall has

export function Pay() {
  const [typed, setTyped] = useState("");
  const [atLocker, setAtLocker] = useState(false);
  const [busy, setBusy] = useState(false);
  const { currency } = shop.value;
  const total = cartTotal.value;
  const given = typed === "" ? total : Number(typed);

  useEffect(() => {
    if (cart.value.length === 0 && !busy) go("sell");
  }, []);

  /** @param {number} tenderedMinor */
  async function take(tenderedMinor) {
    if (busy || tenderedMinor < total) return;
    if (kept.value.length >= MOST_KEPT) {
      notice.value = { tone: "bad", text: t("kept.full"), remedy: t("kept.full.remedy") };
      return;
    }
    setBusy(true);
    notice.value = null;
    try {
      const outcome = await sell({ tenderedMinor, collectAtLocker: atLocker });
      if (outcome.kind === "delivered") go("receipt", outcome.sale.id);
      else if (outcome.kind === "kept") go("kept", outcome.sale.id);
      else notice.value = { tone: "bad", text: outcome.problem.message, remedy: outcome.problem.remedy || t("pay.refused.remedy"), ...wayOn(outcome.problem.code) };
    } catch {
      notice.value = { tone: "bad", text: t("app.unexpected"), remedy: t("pay.refused.remedy") };
    } finally {
      setBusy(false);
    }
  }

  const main = html`<${TakeButton} busy=${busy} given=${given} total=${total} exact=${typed === ""} onTake=${() => take(given)} />`;
  return html`<${Frame} foot=${main}>
    <div class="pay">
      <section class="pay-due">
        <div class="due"><${BackLink} page="sell" /><h2>${t("pay.due")}</h2><p class="big">${money(total, currency)}</p></div>
        <${Given} typed=${typed} given=${given} total=${total} />
        <${LockerChoice} checked=${atLocker} onChange=${setAtLocker} />
        <${Sold} lines=${cart.value} />
      </section>
      <section class="pay-keys">
        <div class="quick" role="group" aria-label=${t("pay.quick")}>
          ${quickCash(total, minorDigits(currency)).map((cash) => html`<button key=${cash} disabled=${busy} onClick=${() => take(cash)}>${amount(cash, currency)}</button>`)}
        </div>
        <${Keypad} label=${t("pay.keypad")} value=${typed} maxLength=${LONGEST_AMOUNT} disabled=${busy} eraseLabel=${t("keypad.erase")}
          onChange=${(/** @type {string} */ next) => setTyped(next.replace(/^0+/, ""))} onEnter=${() => take(given)}
          corner=${html`<${DoubleNought} disabled=${busy} onTap=${() => setTyped((now) => (now && now.length < LONGEST_AMOUNT - 1 ? `${now}00` : now))} />`} />
        <div class="roomy">${main}</div>
      </section>
    </div>
  <//>`;
}

/** Where the till's prices are others than the cart's, the seller takes them over by hand. @param {string} code */
const wayOn = (code) =>
  code === "total-changed"
    ? { action: t("cart.take-over"), onAction: () => void takeOverPrices().then(() => (notice.value = null)) }
    : {};

/** @param {{disabled: boolean, onTap: () => void}} props */
const DoubleNought = ({ disabled, onTap }) => html`<button type="button" disabled=${disabled} onClick=${onTap}>00</button>`;

/** @param {{busy: boolean, given: number, total: number, exact: boolean, onTake: () => void}} props */
function TakeButton({ busy, given, total, exact, onTake }) {
  const cash = money(given, shop.value.currency);
  const words = busy ? t("pay.saving") : t(exact ? "pay.exact" : "pay.take", { amount: cash });
  return html`<button class="primary wide-button" disabled=${busy || given < total} onClick=${onTake}>${words}</button>`;
}

/** What was typed, and what that means. @param {{typed: string, given: number, total: number}} props */
function Given({ typed, given, total }) {
  const { currency } = shop.value;
  const enough = given >= total;
  return html`<dl class="given" aria-live="polite">
    <div><dt>${t("pay.given")}</dt><dd>${typed ? money(given, currency) : "–"}</dd></div>
    <div class=${typed && !enough ? "bad" : ""}><dt>${t(enough ? "pay.change" : "pay.missing")}</dt>
      <dd><b>${typed ? money(Math.abs(given - total), currency) : "–"}</b></dd></div>
  </dl>`;
}

/** @param {{lines: import("../cart.js").Cart}} props */
const Sold = ({ lines }) => html`<ul class="sold card" aria-label=${t("cart.title")}>
  ${lines.map((line) => html`<li key=${line.sku}><span>${line.name} <span class="quiet nowrap">× ${quantity(line.quantity_milli)}</span></span>
    <span>${amount(lineTotalMinor(line), shop.value.currency)}</span></li>`)}
</ul>`;

/** @param {{checked: boolean, onChange: (next: boolean) => void}} props */
function LockerChoice({ checked, onChange }) {
  const possible = answers.value;
  return html`<label class="check card locker">
    <input type="checkbox" checked=${checked && possible} disabled=${!possible} onChange=${(/** @type {any} */ e) => onChange(e.target.checked)} />
    <span><b>${t("pay.locker")}</b><br /><span class="quiet small">${t(possible ? "pay.locker.hint" : "pay.locker.silent")}</span></span>
  </label>`;
}
