// Times in people's words. Pure: now is an argument.

const MINUTE_S = 60;
const HOUR_S = 60 * MINUTE_S;
const DAY_S = 24 * HOUR_S;

/**
 * The unit that fits a span, and how many of it: 200 s is 3 minutes.
 * @param {number} seconds
 * @returns {["second" | "minute" | "hour" | "day", number]}
 */
export function spanOf(seconds) {
  if (seconds < MINUTE_S) return ["second", Math.max(0, Math.round(seconds))];
  if (seconds < HOUR_S) return ["minute", Math.floor(seconds / MINUTE_S)];
  if (seconds < DAY_S) return ["hour", Math.floor(seconds / HOUR_S)];
  return ["day", Math.floor(seconds / DAY_S)];
}

/**
 * "14 min", "2 hr", as long as something has lasted.
 * @param {number} seconds
 * @param {string} locale
 */
export function duration(seconds, locale) {
  const [unit, n] = spanOf(seconds);
  const unitDisplay = unit === "day" || unit === "hour" ? "long" : "short";
  return new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay }).format(n);
}

/**
 * "now", "3 minutes ago", "yesterday".
 * @param {number} thenMs
 * @param {number} atMs now
 * @param {string} locale
 */
export function ago(thenMs, atMs, locale) {
  const [unit, n] = spanOf((atMs - thenMs) / 1000);
  const recent = unit === "second";
  return new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(recent ? 0 : -n, unit);
}

/**
 * "14:02" when it is today, "Thu 14:02" in the past week, "12 Nov 14:02" before that.
 * @param {number} thenMs
 * @param {number} atMs now
 * @param {string} locale
 */
export function clockTime(thenMs, atMs, locale) {
  const then = new Date(thenMs);
  /** @type {Intl.DateTimeFormatOptions} */
  const time = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  if (then.toDateString() === new Date(atMs).toDateString()) return then.toLocaleTimeString(locale, time);
  const week = atMs - thenMs < 6 * DAY_S * 1000;
  return then.toLocaleString(locale, week ? { weekday: "short", ...time } : { day: "numeric", month: "short", ...time });
}

/**
 * "Saturday", for a business day, which has no time of day.
 * @param {string} isoDate
 * @param {string} locale
 * @param {Intl.DateTimeFormatOptions} [style]
 */
export function dayName(isoDate, locale, style = { weekday: "long" }) {
  return new Date(`${isoDate.slice(0, 10)}T12:00:00Z`).toLocaleDateString(locale, { ...style, timeZone: "UTC" });
}

/**
 * The day of a moment by this browser's own calendar, as ISO 8601 writes it.
 * @param {number} atMs
 */
export const localDay = (atMs) => new Date(atMs - new Date(atMs).getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
