// The dashboard's texts, in the language that this browser or person chose, and how it writes figures.
import { formatAmount, formatMoney } from "/shared/money.js";
import { speak } from "/shared/words.js";
import de from "./words.de.js";
import en from "./words.en.js";

export const speech = speak({ en, de });
export const { t, locale } = speech;

/** @param {number} minor @param {string} currency */
export const money = (minor, currency) => formatMoney(minor, currency, locale.value);

/** @param {number} minor @param {string} currency */
export const amount = (minor, currency) => formatAmount(minor, currency, locale.value);

/** Pieces, or parts of them by weight or length. @param {number} milli */
export const quantity = (milli) => (milli / 1000).toLocaleString(locale.value, { maximumFractionDigits: 3 });

/** @param {number} n */
export const count = (n) => n.toLocaleString(locale.value);

/** "Harbour, Old Town and Night Market". @param {string[]} names */
export const listed = (names) => new Intl.ListFormat(locale.value, { type: "conjunction" }).format(names);

/**
 * A text whose {places} are filled with drawn things, such as links, instead of words.
 * @param {string} text
 * @param {Record<string, unknown>} parts
 */
export const woven = (text, parts) => text.split(/\{(\w+)\}/).map((piece, i) => (i % 2 === 0 ? piece : parts[piece]));
