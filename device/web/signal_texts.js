// What signals and market days are called, and how their days and strengths are said.
import { localDay } from "/shared/times.js";
import { products } from "./till.js";
import { locale, t } from "./words.js";

/**
 * @typedef {{signal_id: string, kind: string, first: string, last: string, expires: string, strength_milli: number, value: number,
 *   scope: string, about: string, source: string, cashier: string}} Signal
 */

export const KINDS = ["attendance", "social", "weather", "promotion", "livestream", "sms", "search"];
/** Of these somebody may know a figure. */
export const COUNTED = ["attendance", "sms", "search"];
export const STEP_MILLI = 1000;
export const STEPS = [-3, -2, -1, 1, 2, 3];

/** @param {number} percent */
export const signedPercent = (percent) => (percent / 100).toLocaleString(locale.value, { style: "percent", signDisplay: "exceptZero" });

/**
 * In words, such as "much more"; weather is better or worse.
 * @param {string} kind
 * @param {number} milli
 */
export function strengthWords(kind, milli) {
  const step = Math.max(-3, Math.min(3, Math.round(milli / STEP_MILLI) || Math.sign(milli)));
  return t(`${kind === "weather" ? "weather" : "strength"}.${step}`);
}

/** @param {string} isoDate */
const noon = (isoDate) => new Date(`${isoDate.slice(0, 10)}T12:00:00Z`);

/** @type {Intl.DateTimeFormatOptions} */
const SHORT = { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" };

/** @param {string} isoDate */
export const shortDate = (isoDate) => noon(isoDate).toLocaleDateString(locale.value, SHORT);

/** @param {string} first @param {string} last */
export const dateRange = (first, last) =>
  first === last ? shortDate(first) : new Intl.DateTimeFormat(locale.value, SHORT).formatRange(noon(first), noon(last));

const DAY_MS = 86_400_000;

/** A day by this browser's own clock. @param {number} [ahead] days from today */
export const dayFromToday = (ahead = 0) => localDay(Date.now() + ahead * DAY_MS);

/** @param {{key: string, in_parts: boolean}[]} holidays */
export const holidayWords = (holidays) =>
  holidays.map(({ key, in_parts }) => (in_parts ? t("holiday.in-parts", { name: t(`holiday.${key}`) }) : t(`holiday.${key}`))).join(", ");

/** What a signal is about; nothing where it is about everything. @param {Signal} signal */
export const aboutWords = ({ scope, about }) => (scope === "everything" ? "" : (products.value?.find(({ sku }) => sku === about)?.name ?? about));
