// What a plan says in words: its first sentence, why a product stands in it, and its sums. Pure.
import { locale, longDate, money, percent, t } from "./words.js";
import { shortDate } from "./signal_texts.js";

/**
 * @typedef {import("./effects_of_plan.js").Effect} Effect
 * @typedef {{sku: string, name: string, supply: "made" | "bought", low: number, likely: number, high: number, stock_milli: number, at_hub: number, today: number, too_old: number, coming: number,
 *   ordered: number, level_bp: number, policy: string, target: number, make: number, wanted: number, cut: string | null, by: string, start: string,
 *   late: boolean, bring: number, usual: number | null, work_s: number, cash_minor: number, cost_guessed: boolean, batch: number, reason: string,
 *   reason_code: string, used: string, effects: Effect[]}} Line
 * @typedef {{work_s: number, cash_minor: number, work_limit_s: number | null, cash_limit_minor: number | null}} Totals
 */

const NAMED_IN_SENTENCE = 3;
const MINUTE_S = 60;
const HOUR_S = 3600;

/** @param {Line[]} lines most to make first @param {boolean} [isTakenOn] whether something was taken on and has not come */
export function sentence(lines, isTakenOn = false) {
  const made = lines.filter(({ make, supply }) => make > 0 && supply === "made");
  const bought = lines.filter(({ make, supply }) => make > 0 && supply === "bought");
  if (made.length + bought.length === 0) return t(isTakenOn ? "make.enough-taken" : "make.enough");
  return [made.length > 0 && t("make.say", { list: named(made) }), bought.length > 0 && t("make.say.order", { list: named(bought) })].filter(Boolean).join(" ");
}

/** @param {Line[]} lines */
function named(lines) {
  const first = lines.slice(0, NAMED_IN_SENTENCE).map(({ make, name }) => `${make}\u00a0×\u00a0${name}`);
  const rest = lines.length - first.length;
  return rest > 0 ? t("make.say-more", { n: rest, list: first.join(", ") }) : listed(first);
}

/** @param {string[]} things */
export const listed = (things) => new Intl.ListFormat(locale.value).format(things);

/** In the person's language where we have the words, else as the till said it. @param {Line} line */
export function reasonOf({ reason_code, reason }) {
  const key = `make.reason.${reason_code}`;
  const words = t(key);
  return words === key ? reason : words;
}

/** The figures behind a number, and by when. @param {Line} line @param {boolean} isPlanned */
export function lineWords(line, isPlanned) {
  const { reason_code, stock_milli, likely, high, late, by } = line;
  const words = reason_code === "never-sold" ? reasonOf(line) : t("make.line", { here: pieces(Math.floor(stock_milli / 1000)), likely, high });
  return isPlanned ? `${words} ${t(late ? "make.late" : "make.by", { day: shortDate(by) })}` : words;
}

/** The sentences behind a number, the weightiest first. @param {Line} line @param {string} today @returns {string[]} */
export const whyOf = (line, today) =>
  [
    reasonOf(line),
    t("make.why.have", { here: pieces(line.stock_milli / 1000), coming: pieces(line.coming), ordered: pieces(line.ordered) }),
    line.today > 0 && t("make.why.today", { n: line.today }),
    line.too_old > 0 && t("make.why.too-old", { n: line.too_old }),
    line.at_hub > 0 && t("make.why.at-hub", { n: pieces(line.at_hub) }),
    t("make.why.sure", { n: line.target, sure: percent(line.level_bp) }),
    line.policy === "newsvendor" && t("make.why.spoils"),
    line.make > 0 && (line.start <= today ? t("make.why.start-now") : t("make.why.start", { day: longDate(line.start) })),
    line.batch > 1 && t("make.why.batch", { n: line.batch }),
    line.cut && t(`make.why.cut.${line.cut}`, { n: line.wanted - line.make }),
    line.make > 0 && line.cost_guessed && t("make.why.cost"),
  ].filter((words) => typeof words === "string");

/** @param {number} n */
const pieces = (n) => n.toLocaleString(locale.value, { maximumFractionDigits: 3 });

/** @param {number} seconds */
export function hoursWords(seconds) {
  const hours = Math.floor(seconds / HOUR_S);
  const minutes = Math.round((seconds % HOUR_S) / MINUTE_S);
  if (hours === 0) return t("make.minutes", { n: minutes });
  return minutes === 0 ? t("make.hours", { n: hours }) : t("make.hours-minutes", { hours, n: minutes });
}

/** What the plan takes of the hours and the money that there are. @param {Totals} totals @param {string} currency @returns {string[]} */
export const limitWords = ({ work_s, cash_minor, work_limit_s, cash_limit_minor }, currency) =>
  [
    work_limit_s !== null && t("make.limit.hours", { used: hoursWords(work_s), limit: hoursWords(work_limit_s) }),
    cash_limit_minor !== null && t("make.limit.cash", { used: money(cash_minor, currency), limit: money(cash_limit_minor, currency) }),
  ].filter((words) => typeof words === "string");
