// A barcode scanner types like a keyboard, only faster than fingers can: characters within FASTEST_FINGERS_MS
// of each other, closed by Enter. This reader is pure: keys and times in, codes out.

const FASTEST_FINGERS_MS = 50;
const SHORTEST_CODE = 4;
const LONGEST_CODE = 400; // a receipt's signed proof is longer than any barcode

/** @typedef {{atMs: number, text: string}} Burst what was typed so fast that it may be a scanner */

export class ScanReader {
  /** @type {Burst} */
  #burst = { atMs: -Infinity, text: "" };

  /**
   * Takes one key; returns the code when this key was the Enter that closes one.
   * @param {string} key as in KeyboardEvent.key
   * @param {number} atMs
   * @returns {string | null}
   */
  take(key, atMs) {
    const quick = atMs - this.#burst.atMs <= FASTEST_FINGERS_MS;
    const text = quick ? this.#burst.text : "";
    if (key === "Enter") {
      this.#burst = { atMs: -Infinity, text: "" };
      return text.length >= SHORTEST_CODE ? text : null;
    }
    if (key.length !== 1) {
      // Shift, which scanners press for capitals, keeps the burst alive; it adds nothing.
      if (key === "Shift" && quick) this.#burst = { atMs, text };
      return null;
    }
    this.#burst = { atMs, text: (text + key).slice(-LONGEST_CODE) };
    return null;
  }
}

/**
 * Whether a number of 8, 12, 13 or 14 digits carries the right GS1 check digit (General Specifications, 7.9).
 * @param {string} code
 */
export function hasGoodCheckDigit(code) {
  const digits = Array.from(code, Number).reverse();
  const sum = digits.reduce((total, digit, i) => total + digit * (i % 2 === 0 ? 1 : 3), 0);
  return sum % 10 === 0;
}

/**
 * True for an EAN or UPC that the scanner or the fingers got wrong.
 * @param {string} code
 */
export const isMisread = (code) => /^(\d{8}|\d{12,14})$/.test(code) && !hasGoodCheckDigit(code);

/**
 * Tells every scanned code, wherever the focus is.
 * @param {(code: string) => void} onCode
 * @returns {() => void} stops listening
 */
export function listenForScans(onCode) {
  const reader = new ScanReader();
  /** @param {KeyboardEvent} event */
  const onKey = (event) => {
    const code = reader.take(event.key, event.timeStamp);
    if (code === null) return;
    event.preventDefault(); // else the scanner's Enter presses whichever button has the focus
    event.stopPropagation();
    takeBack(event.target, code);
    onCode(code);
  };
  addEventListener("keydown", onKey, { capture: true });
  return () => removeEventListener("keydown", onKey, { capture: true });
}

/**
 * A scan made while the cursor stood in a field typed itself in there, too.
 * @param {EventTarget | null} target
 * @param {string} code
 */
function takeBack(target, code) {
  if (!(target instanceof HTMLInputElement) || !target.value.endsWith(code)) return;
  target.value = target.value.slice(0, -code.length);
  target.dispatchEvent(new Event("input", { bubbles: true }));
}
