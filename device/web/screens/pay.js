// Paying: exact cash in one tap, a note in one tap, or typed, with the change as it is typed; card and voucher for all or a part.
import { minorDigits } from "/shared/money.js";
import { Keypad } from "/shared/components/keypad.js";
import { html, useEffect, useState } from "/shared/vendor/ui.js";
import { leastMinor, worthMinor } from "../foreign_cash.js";
import { MOST_KEPT } from "../kept_sales.js";
import { BackLink, Frame } from "../parts/frame.js";
import { Later } from "../parts/later.js";
import { roundToCoins } from "../pricing.js";
import { quickCash } from "../quick_cash.js";
import { go } from "../router.js";
import { answers, cart, cartTotal, deal, kept, notice, priced, saved, sell, setDeal, shop, takeOverPrices } from "../till.js";
import { amount, money, quantity, t } from "../words.js";

/** @typedef {import("../parts/part_payment.js").Part} Part */

const LONGEST_AMOUNT = 8; // digits: 999,999.99 is more cash than a stall has
const METHODS = /** @type {const} */ (["cash", "card", "voucher"]);
const TIPS_PERCENT = [0, 5, 10];
const loadApproval = () => import("../parts/approval.js").then((loaded) => loaded.Approval);
const loadCard = () => import("../parts/card_payment.js").then((loaded) => loaded.CardPayment);
const loadPart = () => import("../parts/part_payment.js").then((loaded) => loaded.PartPayment);

export function Pay() {
  const [method, setMethod] = useState(/** @type {"cash" | "card" | "voucher"} */ ("cash"));
  const [parts, setParts] = useState(/** @type {Part[]} */ ([]));
  const [typed, setTyped] = useState("");
  const [atLocker, setAtLocker] = useState(false);
  const [abroad, setAbroad] = useState(/** @type {import("../foreign_cash.js").Rate | null} */ (null));
  const [busy, setBusy] = useState(false);
  const [needed, setNeeded] = useState("");
  const [approval, setApproval] = useState("");
  const { currency, trade } = shop.value;
  const left = cartTotal.value + deal.value.tip_minor - parts.reduce((sum, part) => sum + part.amount_minor, 0);
  const due = roundToCoins(left, trade?.cash_step_minor ?? 1);
  const asked = abroad ? leastMinor(due, abroad, currency) : due;
  const given = typed === "" ? asked : Number(typed);
  const worth = abroad ? worthMinor(given, abroad, currency) : given;

  useEffect(() => {
    if (cart.value.length === 0 && !busy) go("sell");
  }, []);

  /** @param {import("../till.js").Paid[]} payments */
  async function take(payments) {
    if (busy) return;
    if (kept.value.length >= MOST_KEPT) {
      notice.value = { tone: "bad", text: t("kept.full"), remedy: t("kept.full.remedy") };
      return;
    }
    setBusy(true);
    notice.value = null;
    try {
      const outcome = await sell({ payments, collectAtLocker: atLocker, approval });
      if (outcome.kind === "delivered") go("receipt", outcome.sale.id);
      else if (outcome.kind === "kept") go("kept", outcome.sale.id);
      else refusedNow(outcome.problem);
    } catch {
      notice.value = { tone: "bad", text: t("app.unexpected"), remedy: t("pay.refused.remedy") };
    } finally {
      setBusy(false);
    }
  }

  /** @param {import("../kept_sales.js").Said} problem */
  function refusedNow(problem) {
    if (problem.code === "approval-needed") return setNeeded(problem.message);
    if (problem.code === "voucher-refused") setParts(parts.filter((part) => part.method !== "voucher"));
    notice.value = { tone: "bad", text: problem.message, remedy: problem.remedy || t("pay.refused.remedy"), ...wayOn(problem.code) };
  }

  /** @param {number} tendered_minor */
  function takeCash(tendered_minor) {
    if (tendered_minor >= asked) return void take([...parts.map(asPaid), { method: "cash", tendered_minor, ...abroad }]);
    if (!canBePart(tendered_minor)) return;
    setParts([...parts, { method: "cash", amount_minor: tendered_minor }]);
    setTyped("");
  }

  /** Less than is due, in the stall's own coins: something else pays the rest. @param {number} minor */
  const canBePart = (minor) => !abroad && typed !== "" && minor > 0 && roundToCoins(minor, trade?.cash_step_minor ?? 1) === minor;

  /** @param {Part} part */
  function addPart(part) {
    if (part.amount_minor === left) return void take([...parts, part].map(asPaid));
    setParts([...parts, part]);
    setMethod("cash");
  }

  const main = html`<${TakeButton} busy=${busy} given=${given} total=${asked} currency=${abroad?.currency ?? currency} exact=${typed === "" && !abroad} asPart=${canBePart(given)} onTake=${() => takeCash(given)} />`;
  return html`<${Frame} foot=${method === "cash" && main}>
    <div class="pay">
      <section class="pay-due">
        <div class="due"><${BackLink} page="sell" /><h2>${t(parts.length ? "pay.left" : "pay.due")}</h2><p class="big">${money(left, currency)}</p></div>
        ${parts.length > 0 && html`<${Parts} parts=${parts} onDrop=${(/** @type {Part} */ gone) => setParts(parts.filter((part) => part !== gone))} />`}
        ${trade?.tips && parts.length === 0 && html`<${Tips} />`}
        <div class="methods" role="group" aria-label=${t("pay.methods")}>
          ${METHODS.map((one) => html`<button key=${one} aria-pressed=${one === method} disabled=${busy} onClick=${() => setMethod(one)}>${t(`pay.method.${one}`)}</button>`)}
        </div>
        ${method === "cash" && (trade?.rates ?? []).length > 0 && html`<${Currencies} rates=${trade?.rates} chosen=${abroad} onChoose=${(/** @type {any} */ rate) => { setAbroad(rate); setTyped(""); }} />`}
        ${method === "cash" && html`<${Given} typed=${typed || (abroad ? String(asked) : "")} given=${given} worth=${worth} total=${due} currency=${abroad?.currency ?? currency} />`}
        ${method === "cash" && due !== left && html`<p class="quiet small">${t("pay.rounded", { amount: money(due, currency) })}</p>`}
        <${LockerChoice} checked=${atLocker} onChange=${setAtLocker} />
        <${Sold} />
      </section>
      <section class="pay-keys">
        ${needed && !approval
          ? html`<${Later} key="approval" bare load=${loadApproval} props=${{ act: "discount", says: needed, onApproved: setApproval }} />`
          : method === "cash"
          ? html`<div class="quick" role="group" aria-label=${t("pay.quick")}>
              ${quickCash(asked, minorDigits(abroad?.currency ?? currency)).map((cash) => html`<button key=${cash} disabled=${busy} onClick=${() => takeCash(cash)}>${amount(cash, abroad?.currency ?? currency)}</button>`)}
            </div>
            <${Keypad} label=${t("pay.keypad")} value=${typed} maxLength=${LONGEST_AMOUNT} disabled=${busy} eraseLabel=${t("keypad.erase")}
              onChange=${(/** @type {string} */ next) => setTyped(next.replace(/^0+/, ""))} onEnter=${() => takeCash(given)}
              corner=${html`<${DoubleNought} disabled=${busy} onTap=${() => setTyped((now) => (now && now.length < LONGEST_AMOUNT - 1 ? `${now}00` : now))} />`} />
            <div class="roomy">${main}</div>`
          : html`<${Later} key=${`${method} ${parts.length}`} bare load=${method === "card" && shop.value.card_terminal ? loadCard : loadPart} props=${{ method, left, busy, onPart: addPart }} />`}
      </section>
    </div>
  <//>`;
}

/** A part in cash is what was handed over. @param {Part} part @returns {import("../till.js").Paid} */
const asPaid = (part) => (part.method === "cash" ? { method: "cash", tendered_minor: part.amount_minor } : part);

/** What is paid already, each to be taken back until the sale is made. @param {{parts: Part[], onDrop: (part: Part) => void}} props */
const Parts = ({ parts, onDrop }) => html`<ul class="parts">${parts.map((part, i) => html`<li key=${i} class="row">
  <span class="grow">${t(`pay.method.${part.method}`)}</span><b>${amount(part.amount_minor, shop.value.currency)}</b>
  <button class="plain" onClick=${() => onDrop(part)}>${t("pay.take-back")}</button></li>`)}</ul>`;

/** A tip in one tap, where the stall takes tips. */
function Tips() {
  const tips = TIPS_PERCENT.map((percent) => Math.round((cartTotal.value * percent) / 100));
  return html`<div class="methods tips" role="group" aria-label=${t("pay.tip")}>${tips.map((tip_minor, i) => html`<button key=${i} aria-pressed=${deal.value.tip_minor === tip_minor}
    onClick=${() => setDeal({ ...deal.value, tip_minor })}>${tip_minor ? t("pay.tip.of", { amount: amount(tip_minor, shop.value.currency) }) : t("pay.tip.none")}</button>`)}</div>`;
}

/** Where the till's prices are others than the cart's, the seller takes them over by hand. @param {string} code */
const wayOn = (code) =>
  code === "total-changed"
    ? { action: t("cart.take-over"), onAction: () => void takeOverPrices().then(() => (notice.value = null)) }
    : {};

/** @param {{disabled: boolean, onTap: () => void}} props */
const DoubleNought = ({ disabled, onTap }) => html`<button type="button" disabled=${disabled} onClick=${onTap}>00</button>`;

/** Notes of which currency are handed over; the change is always the stall's own. @param {{rates: import("../foreign_cash.js").Rate[], chosen: any, onChoose: (rate: any) => void}} props */
const Currencies = ({ rates, chosen, onChoose }) => html`<div class="row currencies" role="group" aria-label=${t("pay.currency")}>
  ${[null, ...rates].map((rate) => html`<button key=${rate?.currency ?? ""} class="pill" aria-pressed=${chosen?.currency === rate?.currency} onClick=${() => onChoose(rate)}>${rate?.currency ?? shop.value.currency}</button>`)}
</div>`;

/** @param {{busy: boolean, given: number, total: number, currency: string, exact: boolean, asPart: boolean, onTake: () => void}} props */
function TakeButton({ busy, given, total, currency, exact, asPart, onTake }) {
  const cash = money(given, currency);
  const isPart = given < total && asPart;
  const words = busy ? t("pay.saving") : t(exact ? "pay.exact" : isPart ? "pay.part" : "pay.take", { amount: cash });
  return html`<button class=${`${isPart ? "" : "primary "}wide-button`} disabled=${busy || (given < total && !isPart)} onClick=${onTake}>${words}</button>`;
}

/** What was typed, and what that means. @param {{typed: string, given: number, worth: number, total: number, currency: string}} props */
function Given({ typed, given, worth, total, currency }) {
  const enough = worth >= total;
  return html`<dl class="given" aria-live="polite">
    <div><dt>${t("pay.given")}</dt><dd>${typed ? money(given, currency) : "–"}</dd></div>
    <div class=${typed && !enough ? "bad" : ""}><dt>${t(enough ? "pay.change" : "pay.missing")}</dt>
      <dd><b>${typed ? money(Math.abs(worth - total), shop.value.currency) : "–"}</b></dd></div>
  </dl>`;
}

const Sold = () => html`<ul class="sold card" aria-label=${t("cart.title")}>
  ${priced.value.lines.map(({ line, total_minor }) => html`<li key=${line.sku}><span>${line.name} <span class="quiet nowrap">× ${quantity(line.quantity_milli)}</span></span>
    <span>${amount(total_minor, shop.value.currency)}</span></li>`)}
</ul>`;

/** @param {{checked: boolean, onChange: (next: boolean) => void}} props */
function LockerChoice({ checked, onChange }) {
  if (saved.value && !saved.value.progress) return null; // lockers stand at a hub, and this till belongs to none
  const possible = answers.value;
  return html`<label class="check card locker">
    <input type="checkbox" checked=${checked && possible} disabled=${!possible} onChange=${(/** @type {any} */ e) => onChange(e.target.checked)} />
    <span><b>${t("pay.locker")}</b><br /><span class="quiet small">${t(possible ? "pay.locker.hint" : "pay.locker.silent")}</span></span>
  </label>`;
}
