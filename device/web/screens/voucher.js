// Selling a gift voucher: its worth, in one tap or typed. Its code is drawn by the till and stands on the receipt.
import { minorDigits } from "/shared/money.js";
import { Keypad } from "/shared/components/keypad.js";
import { html, useState } from "/shared/vendor/ui.js";
import { BackLink, Frame } from "../parts/frame.js";
import { go } from "../router.js";
import { addVoucher, shop } from "../till.js";
import { money, t } from "../words.js";

const WORTHS = [20, 50, 100];

export function VoucherScreen() {
  const [typed, setTyped] = useState("");
  const { currency } = shop.value;
  const minor = Number(typed || 0);
  /** @param {number} worth */
  function put(worth) {
    addVoucher(worth, t("voucher.name"));
    go("cart");
  }
  const main = html`<button class="primary wide-button" disabled=${minor === 0} onClick=${() => put(minor)}>${t("voucher.put", { amount: money(minor, currency) })}</button>`;
  return html`<${Frame} foot=${main}>
    <div class="pay">
      <section class="pay-due">
        <div class="due"><${BackLink} page="sell" /><h2 class="strong">${t("voucher.title")}</h2></div>
        <p class="quiet">${t("voucher.hint")}</p>
        <p class="row"><span class="grow">${t("voucher.or")}</span><b>${typed ? money(minor, currency) : "–"}</b></p>
      </section>
      <section class="pay-keys">
        <div class="quick" role="group" aria-label=${t("voucher.worths")}>
          ${WORTHS.map((worth) => html`<button key=${worth} onClick=${() => put(worth * 10 ** minorDigits(currency))}>${worth}</button>`)}
        </div>
        <${Keypad} label=${t("voucher.worths")} value=${typed} maxLength=${8} eraseLabel=${t("keypad.erase")}
          onChange=${(/** @type {string} */ next) => setTyped(next.replace(/^0+/, ""))} onEnter=${() => minor > 0 && put(minor)}
          corner=${html`<button type="button" onClick=${() => typed && setTyped(`${typed}00`)}>00</button>`} />
        <div class="roomy">${main}</div>
      </section>
    </div>
  <//>`;
}
