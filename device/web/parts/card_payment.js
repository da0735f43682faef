// A card payment on the terminal: asked once, followed to its end, and said by a person where nobody else knows. Loaded when
// somebody pays by card.
import { parseMoney } from "/shared/money.js";
import { Problem, get, post } from "/shared/http.js";
import { html, useEffect, useState } from "/shared/vendor/ui.js";
import { heard, shop } from "../till.js";
import { uuid7 } from "../uuid7.js";
import { amount, money, t, timeOfDay } from "../words.js";
import { PartPayment } from "./part_payment.js";

/** @typedef {import("./part_payment.js").Part} Part */
/**
 * @typedef {{attempt_id: string, about: string, terminal: string, amount_minor: number, currency: string, cashier: string, at: string, direction: "take" | "refund" | "reversal",
 *   state: "under-way" | "approved" | "declined" | "reversed" | "unknown", under_way: boolean, progress: string, code: string, why: string,
 *   reference: string, said_by: string, receipt_lines: string[]}} Attempt
 */

const LOOK_EVERY_MS = 600;

/** @param {{left: number, busy: boolean, onPart: (part: Part) => void}} props */
export function CardPayment({ left, busy, onPart }) {
  const [attempt, setAttempt] = useState(/** @type {Attempt | null} */ (null));
  const [asked, setAsked] = useState("");
  const [apart, setApart] = useState(false);

  useEffect(() => {
    if (!asked) return;
    const timer = setInterval(() => void look(asked, setAttempt), LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, [asked]);
  useEffect(() => {
    if (attempt?.state !== "approved") return;
    setAsked("");
    onPart(partOf(attempt));
  }, [attempt?.state]);

  if (apart || !shop.value.card_terminal) return html`<${PartPayment} method="card" left=${left} busy=${busy} onPart=${onPart} />`;
  if (asked && attempt && attempt.state !== "declined") return html`<${Asked} attempt=${attempt} onSaid=${setAttempt} />`;
  return html`<div class="stack">
    ${attempt?.state === "declined" && html`<p class="note warn" role="alert"><b>${t("card.declined")}</b> ${whyOf(attempt)}</p>`}
    <${Ask} left=${left} busy=${busy} onAsked=${(/** @type {Attempt} */ told) => { setAttempt(told); setAsked(told.attempt_id); }} />
    <${Unused} left=${left} onPart=${onPart} />
    <button onClick=${() => setApart(true)}>${t("card.apart")}</button>
  </div>`;
}

/** Why a terminal did not do it: in this language where there are words for it. @param {{code: string, why: string}} told */
export function whyOf({ code, why }) {
  const words = t(`card.why.${code}`);
  return words.startsWith("card.why.") ? why : words;
}

/** @param {Attempt} attempt @returns {Part} */
const partOf = ({ amount_minor, reference, attempt_id }) => ({ method: "card", amount_minor, reference, attempt_id });

/**
 * A till that does not answer is asked again: the question itself lies in its ledger.
 * @param {string} attemptId
 * @param {(told: Attempt) => void} tell
 */
async function look(attemptId, tell) {
  const told = await heard(get(`/api/card/${attemptId}`)).catch(() => null);
  if (told) tell(told);
}

/** @param {{left: number, busy: boolean, onAsked: (told: Attempt) => void}} props */
function Ask({ left, busy, onAsked }) {
  const { currency } = shop.value;
  const [typed, setTyped] = useState(amount(left, currency));
  const [wrong, setWrong] = useState("");
  const [id] = useState(uuid7());
  const minor = parseMoney(typed, currency);

  /** @param {SubmitEvent} event */
  async function ask(event) {
    event.preventDefault();
    if (minor === null || minor <= 0 || minor > left) return setWrong(t("part.bad-amount", { amount: money(left, currency) }));
    setWrong("");
    try {
      onAsked(await heard(post("/api/card", { attempt_id: id, about: id, amount_minor: minor })));
    } catch (thrown) {
      if (thrown instanceof Problem && !thrown.unreachable) return setWrong(`${thrown.message} ${thrown.remedy}`);
      setWrong(t("card.not-heard"));
    }
  }

  return html`<form class="stack part" onSubmit=${ask} novalidate>
    <div><label for="card-amount">${t("part.amount")}</label>
      <input id="card-amount" inputmode="decimal" value=${typed} autocomplete="off" onInput=${(/** @type {any} */ e) => setTyped(e.target.value)} /></div>
    ${wrong && html`<p class="field-error" role="alert">${wrong}</p>`}
    <button class="primary wide-button" disabled=${busy}>${t("card.ask", { amount: minor ? money(minor, currency) : "" })}</button>
  </form>`;
}

/** What the terminal is at, or what to do when nobody knows. @param {{attempt: Attempt, onSaid: (told: Attempt) => void}} props */
function Asked({ attempt, onSaid }) {
  const sum = money(attempt.amount_minor, attempt.currency);
  if (attempt.state === "unknown") return html`<${Unclear} attempt=${attempt} onSaid=${onSaid} />`;
  return html`<div class="stack card-asked" aria-live="polite">
    <p class="big">${t(`card.now.${attempt.progress}`)}</p>
    <p class="quiet">${t("card.asked", { amount: sum, name: attempt.terminal })}</p>
    <button onClick=${() => void post(`/api/card/${attempt.attempt_id}/cancel`).catch(() => {})}>${t("card.cancel")}</button>
  </div>`;
}

/**
 * Nobody knows whether the card was charged, or given money back: a person looks at the terminal, while the till goes on asking it.
 * @param {{attempt: Attempt, onSaid: (told: Attempt) => void}} props
 */
export function Unclear({ attempt, onSaid }) {
  const isBack = attempt.direction !== "take";
  const [wrong, setWrong] = useState("");
  /** @param {boolean} paid */
  async function say(paid) {
    try {
      onSaid(await heard(post(`/api/card/${attempt.attempt_id}/say`, { paid })));
    } catch (thrown) {
      setWrong(thrown instanceof Problem && !thrown.unreachable ? `${thrown.message} ${thrown.remedy}` : t("card.not-heard"));
    }
  }
  return html`<div class="stack card-asked" role="alert">
    <h3>${t(isBack ? "card.back.unclear" : "card.unclear", { amount: money(attempt.amount_minor, attempt.currency) })}</h3>
    <p>${t("card.unclear.look")}</p>
    <p class="quiet small">${t(isBack ? "card.back.asking" : "card.unclear.asking")} ${whyOf(attempt)}</p>
    ${wrong && html`<p class="field-error">${wrong}</p>`}
    <div class="two"><button onClick=${() => say(true)}>${t(isBack ? "card.back.was" : "card.was-paid")}</button><button onClick=${() => say(false)}>${t(isBack ? "card.back.was-not" : "card.was-not-paid")}</button></div>
  </div>`;
}

/** Card money that belongs to no sale yet, such as after the page was closed in the middle. @param {{left: number, onPart: (part: Part) => void}} props */
function Unused({ left, onPart }) {
  const [open, setOpen] = useState(/** @type {Attempt[]} */ ([]));
  const load = () => heard(get("/api/card")).then(({ open }) => setOpen(open), () => {});
  useEffect(() => void load(), []);
  return html`${open.filter(({ state, direction, amount_minor }) => state === "unknown" || (state === "approved" && direction === "take" && amount_minor <= left)).map((one) => html`<div key=${one.attempt_id} class="card pad stack">
    ${one.state === "unknown"
      ? html`<${Unclear} attempt=${one} onSaid=${load} />`
      : html`<p>${t("card.unused", { amount: money(one.amount_minor, one.currency), time: timeOfDay(one.at) })}</p>
        <button onClick=${() => onPart(partOf(one))}>${t("card.use")}</button>`}
  </div>`)}`;
}
