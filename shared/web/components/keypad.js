// Ten digits to tap, for a PIN, a pick-up code, or money. Typing on a keyboard does the same.
import { html, useLayoutEffect, useRef } from "../vendor/ui.js";

const DIGITS = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];

/**
 * @param {{
 *   value: string, onChange: (next: string) => void, maxLength: number, onEnter?: () => void,
 *   eraseLabel: string, corner?: unknown, disabled?: boolean, label: string, keys?: boolean,
 * }} props corner is what stands at the lower right (a key of the page's own); keys listens to the keyboard, too
 */
export function Keypad({ value, onChange, maxLength, onEnter, eraseLabel, corner, disabled = false, label, keys = true }) {
  // Two quick keys must see each other's result even when no drawing came between.
  const latest = useRef(value);
  latest.current = value;

  /** @param {string} next */
  const change = (next) => {
    latest.current = next;
    onChange(next);
  };
  /** @param {string} digit */
  const type = (digit) => latest.current.length < maxLength && change(latest.current + digit);
  const erase = () => change(latest.current.slice(0, -1));

  /** @param {KeyboardEvent} event */
  const onKey = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTypedInto(event.target)) return;
    if (/^\d$/.test(event.key)) type(event.key);
    else if (event.key === "Backspace") erase();
    else if (event.key === "Enter" && onEnter && !(event.target instanceof HTMLButtonElement)) onEnter();
    else return;
    event.preventDefault();
  };

  // Before the first paint, so that no key is lost on a busy machine.
  useLayoutEffect(() => {
    if (!keys || disabled) return;
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  });

  /** @param {string} digit */
  const key = (digit) =>
    html`<button key=${digit} type="button" disabled=${disabled} onClick=${() => type(digit)}>${digit}</button>`;

  return html`<div class="keypad" role="group" aria-label=${label}>
    ${DIGITS.map(key)}
    <button type="button" class="soft" disabled=${disabled} onClick=${erase} aria-label=${eraseLabel}>${Backspace()}</button>
    ${key("0")}
    ${corner ?? html`<span></span>`}
  </div>`;
}

/** A field takes its own keys; a tick box has none but the space bar. @param {EventTarget | null} target */
const isTypedInto = (target) => target instanceof HTMLInputElement && target.type !== "checkbox";

const Backspace = () => html`<svg width="28" height="28" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">
  <path d="M8 5h12a1 1 0 0 1 1 1v12a1 1 0 0 1-1 1H8l-6-7Z M11 9.5l5 5M16 9.5l-5 5" />
</svg>`;
