// The till's texts, in the language that this browser or person chose: those of the first tap at once, those of paying right
// after, all others when a screen that says them is opened. A language that nobody chose is not loaded.
import { formatAmount, formatMoney } from "/shared/money.js";
import { speak } from "/shared/words.js";

/** @typedef {import("/shared/words.js").Catalogue} Catalogue */

/** @type {Record<string, (() => Promise<{words: Catalogue}>)[]>} */
const FILES = {
  en: [() => import("./words/selling.en.js"), () => import("./words/paying.en.js"), () => import("./words/more.en.js")],
  de: [() => import("./words/selling.de.js"), () => import("./words/paying.de.js"), () => import("./words/more.de.js")],
};
let wanted = 1; // how many of them

/** @param {string} tag */
async function fetchWords(tag) {
  const found = await Promise.all(FILES[tag].slice(0, wanted).map((load) => load()));
  return Object.assign({}, ...found.map(({ words }) => words));
}

const { learn, ...speech } = speak({ en: {}, de: {} }, fetchWords);
export const { t, language, languages, locale, setLanguage, suggestLanguage } = speech;
await learn(language.value);

/** @type {Promise<void>[]} by how many files */
const learning = [];

/** @param {number} files */
async function learnFiles(files) {
  const had = wanted;
  wanted = Math.max(had, files);
  await learn(language.value).catch((error) => {
    wanted = had;
    delete learning[files]; // asked again, it is tried again
    throw error;
  });
}

/** More texts: of paying, or of all screens. Rejects where they cannot be loaded now. @param {number} [files] */
export const learnMore = (files = 3) => (learning[files] ??= learnFiles(files));

export const learnPaying = () => learnMore(2);

/**
 * @param {number} minor
 * @param {string} currency
 */
export const money = (minor, currency) => formatMoney(minor, currency, locale.value);

/**
 * @param {number} minor
 * @param {string} currency
 */
export const amount = (minor, currency) => formatAmount(minor, currency, locale.value);

/** @param {number} milli thousandths of the product's unit */
export const quantity = (milli) => (milli / 1000).toLocaleString(locale.value, { maximumFractionDigits: 3 });

/** @param {number} rateBp VAT rate in basis points */
export const percent = (rateBp) =>
  (rateBp / 10_000).toLocaleString(locale.value, { style: "percent", maximumFractionDigits: 2 });

/** @type {Intl.DateTimeFormatOptions} */
const CLOCK = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };

/** @param {string} iso a moment with the stall's own offset: its wall clock is what the seller saw */
export const timeOfDay = (iso) =>
  new Date(`${iso.slice(0, 19)}Z`).toLocaleTimeString(locale.value, { ...CLOCK, timeZone: "UTC" });

/** @param {number} atMs a moment of this browser's own clock */
export const timeHere = (atMs) => new Date(atMs).toLocaleTimeString(locale.value, CLOCK);

/**
 * Hubs and tills have no names for people here, so their own are made readable: "hub-dock" is "Dock".
 * @param {string} source
 */
export const placeOf = (source) =>
  source
    .replace(/^(hub|till)-(?=.)/, "")
    .split("-")
    .map((word) => word.charAt(0).toLocaleUpperCase(locale.value) + word.slice(1))
    .join(" ");

/** @param {string} isoDate */
export const longDate = (isoDate) =>
  new Date(`${isoDate.slice(0, 10)}T12:00:00Z`).toLocaleDateString(locale.value, {
    weekday: "long",
    day: "numeric",
    month: "long",
    timeZone: "UTC",
  });
