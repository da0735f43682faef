// The first screen: nine boxes, ten digits, one button.
import { html, useEffect, useRef, useState } from "/shared/vendor/ui.js";
import { Keypad } from "/shared/components/keypad.js";
import { BankDrawing } from "../bank_drawing.js";
import { t } from "../words.js";
import { CODE_LENGTH, codeOf, NOTHING, pastedCode, typed } from "./code_entry.js";
import { useCountdown } from "./countdown.js";
import { answers, bank } from "./hub.js";
import { meaningOf } from "./outcomes.js";

const FORGET_MS = 30_000; // half a code left behind is not the next customer's business
const REFUSAL_SHOWN_S = 15;

/** @typedef {import("./hub.js").Result} Result */

/**
 * @param {{onCode: (code: string) => Promise<void>, busy: boolean, refused: Result | null, onForget: () => void}} props
 *   refused is what came of the code before, while it is worth saying; a next one can be typed meanwhile
 */
export function Typing({ onCode, busy, refused, onForget }) {
  const [entry, setEntry] = useState(NOTHING);
  const [short, setShort] = useState(0);
  const latest = useRef(entry);
  const wait = useCountdown(refused?.waitS ?? 0, undefined, refused);
  useCountdown(refused ? Math.max(refused.waitS, REFUSAL_SHOWN_S) : 0, onForget, refused);

  /** @param {import("./code_entry.js").Entry} next */
  const change = (next) => {
    latest.current = next;
    setEntry(next);
    setShort(0);
  };
  const submit = async () => {
    const code = codeOf(latest.current);
    if (code.length < CODE_LENGTH) return setShort(CODE_LENGTH - code.length);
    if (wait > 0) return undefined;
    await onCode(code);
    return change(NOTHING);
  };

  useKeyboard(busy, latest, change, submit, wait > 0);
  useEffect(() => {
    if (entry.digits === "" || busy) return undefined;
    const timer = setTimeout(() => change(NOTHING), FORGET_MS);
    return () => clearTimeout(timer);
  }, [entry, busy]);

  const complete = entry.digits.length === CODE_LENGTH;
  return html`<div class="typing">
    <section class="ask">
      <p class="prompt">${t("collect.prompt")}</p>
      <${CodeBoxes} digits=${entry.digits} />
      <p class="below" role=${wait > 0 ? undefined : "status"}>${below(busy, wait, short)}</p>
      ${refused ? html`<${Refused} result=${refused} />` : html`<${DoorsAway} />`}
      ${!refused && bank.value && html`<${BankDrawing} doors=${bank.value.compartments} label=${t("collect.bank")} class="faint">
        ${(/** @type {{compartment: number}} */ door) => html`<span class="door"><b>${door.compartment}</b></span>`}
      </${BankDrawing}>`}
    </section>
    <${Keypad} value=${entry.digits} maxLength=${CODE_LENGTH} label=${t("collect.keys")} eraseLabel=${t("collect.erase")} keys=${false} disabled=${busy}
      onChange=${(/** @type {string} */ digits) => change({ ...NOTHING, digits })}
      corner=${html`<button type="button" class="primary" disabled=${busy || wait > 0} aria-disabled=${!complete} onClick=${submit}>${t("collect.open")}</button>`} />
  </div>`;
}

/**
 * @param {boolean} busy
 * @param {number} wait
 * @param {number} short
 */
function below(busy, wait, short) {
  if (busy) return t("collect.opening");
  if (wait > 0) return t("result.wait.in", { n: wait });
  return short > 0 ? t("collect.short", { n: short }) : t("collect.hint");
}

/** @param {{digits: string}} props */
function CodeBoxes({ digits }) {
  return html`<div class="code" role="img" aria-label=${`${t("collect.code")}: ${t("collect.digits", { n: digits.length })}`}>
    ${[0, 3, 6].map((start) => html`<span key=${start} class="three">${[start, start + 1, start + 2].map((i) =>
      html`<i key=${i} class=${i === digits.length ? "next" : ""}>${digits[i] ?? ""}</i>`)}</span>`)}
  </div>`;
}

/** What came of the code before. @param {{result: Result}} props */
function Refused({ result }) {
  const { words, tone } = meaningOf(result.outcome);
  return html`<p class=${`note refused ${tone}`} role="alert"><span><b>${t(`result.${words}`)}</b> ${t(`result.${words}.remedy`)}</span></p>`;
}

/** Says it when a code would not help now. */
function DoorsAway() {
  const key = !answers.value ? "collect.unreachable" : bank.value?.online === false ? "collect.offline" : "";
  if (!key) return null;
  return html`<p class="note warn" role="status"><span><b>${t(key)}</b> ${t(`${key}.remedy`)}</span></p>`;
}

/**
 * Keys, a scanner's keys, and what is pasted, wherever the focus is.
 * @param {boolean} busy
 * @param {{current: import("./code_entry.js").Entry}} latest
 * @param {(next: import("./code_entry.js").Entry) => void} change
 * @param {() => void} submit
 * @param {boolean} waits
 */
function useKeyboard(busy, latest, change, submit, waits) {
  useEffect(() => {
    if (busy) return undefined;
    /** @param {KeyboardEvent} event */
    const onKey = (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const onButton = event.target instanceof HTMLButtonElement;
      if (/^\d$/.test(event.key)) change(typed(latest.current, event.key, event.timeStamp));
      else if (event.key === "Backspace") change({ ...NOTHING, digits: latest.current.digits.slice(0, -1) });
      else if (event.key === "Escape") change(NOTHING);
      else if (event.key === "Enter" && (!onButton || latest.current.quick.length === CODE_LENGTH)) submit();
      else return;
      event.preventDefault();
    };
    /** @param {ClipboardEvent} event */
    const onPaste = (event) => {
      const code = pastedCode(event.clipboardData?.getData("text") ?? "");
      if (code) change({ ...NOTHING, digits: code });
    };
    addEventListener("keydown", onKey);
    addEventListener("paste", onPaste);
    return () => {
      removeEventListener("keydown", onKey);
      removeEventListener("paste", onPaste);
    };
  }, [busy, waits]);
}
