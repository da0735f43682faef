// What a person types, and what a scanner does: digits in, a code of nine out. Pure; times in milliseconds.

export const CODE_LENGTH = 9;
const FASTEST_FINGERS_MS = 50;

/** @typedef {{digits: string, quick: string, atMs: number}} Entry quick: what came faster than fingers can, at the end */

/** @type {Entry} */
export const NOTHING = { digits: "", quick: "", atMs: -Infinity };

/**
 * Takes one key of a keyboard, or of a scanner, which types like one but faster.
 * @param {Entry} entry
 * @param {string} digit
 * @param {number} atMs
 * @returns {Entry}
 */
export function typed({ digits, quick, atMs: before }, digit, atMs) {
  const fast = atMs - before <= FASTEST_FINGERS_MS;
  return { digits: (digits + digit).slice(0, CODE_LENGTH), quick: ((fast ? quick : "") + digit).slice(-CODE_LENGTH), atMs };
}

/**
 * The code to try at Enter: a scan of nine digits stands for itself, whatever was half typed before it.
 * @param {Entry} entry
 */
export const codeOf = ({ digits, quick }) => (quick.length === CODE_LENGTH ? quick : digits);

/**
 * The nine digits in what was pasted ("407 123 456"), or nothing.
 * @param {string} text
 */
export function pastedCode(text) {
  const digits = text.replace(/\D/g, "");
  return digits.length === CODE_LENGTH ? digits : "";
}
