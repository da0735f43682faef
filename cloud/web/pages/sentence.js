// Words first: what matters now, in a few sentences. Every figure leads to where it comes from.
import { html } from "/shared/vendor/ui.js";
import { hrefOf } from "/shared/route.js";
import { nowMs } from "/shared/now.js";
import { clockTime, dayName } from "/shared/times.js";
import { fleet } from "../cloud.js";
import { listed, locale, money, t, woven } from "../words.js";
import { alarmsOf } from "./why.js";

/** @typedef {import("../cloud.js").Today} Today */

/** @param {{now: Today}} props */
export const Sentence = ({ now }) => html`<p class="say">
  ${alarm()} ${sales(now)} ${best(now)} ${behind(now)} ${parcels(now)} ${otherMoney(now)}
</p>`;

/** What needs a person comes before the figures: they may lack something because of it. */
export function alarm() {
  const [first] = alarmsOf(fleet.value.value?.sources ?? []);
  return first && figure("fleet", "", first, "bad");
}

/**
 * @param {string} page
 * @param {string} section
 * @param {unknown} text
 * @param {string} [tone]
 */
const figure = (page, section, text, tone = "") => html`<a class=${tone} href=${section ? hrefOf(page, section) : hrefOf(page)}>${text}</a>`;

/** @param {Today} now */
function sales({ date, total_minor, currency, sales: n, sentence_parts: { comparison, percent } }) {
  const past = date < isoDay(nowMs.value) ? "past." : "";
  const kind = comparison === "less" ? "more" : comparison; // the word itself says which way
  return woven(t(`say.${past}${kind}`), {
    total: figure("today", "hours", money(total_minor, currency)),
    sales: figure("today", "stalls", t("say.sales", { n })),
    change: figure("today", "hours", changeWords(comparison, percent ?? 0), comparison === "more" ? "good" : "warn"),
    day: dayName(date, locale.value),
  });
}

/** The calendar day of this browser. @param {number} ms */
function isoDay(ms) {
  const at = new Date(ms);
  return `${at.getFullYear()}-${String(at.getMonth() + 1).padStart(2, "0")}-${String(at.getDate()).padStart(2, "0")}`;
}

/**
 * @param {string} comparison
 * @param {number} percent
 */
const changeWords = (comparison, percent) =>
  t(`say.change.${comparison}`, { percent: (percent / 100).toLocaleString(locale.value, { style: "percent" }) });

/** @param {Today} now */
const best = ({ sentence_parts: { best_product: product } }) =>
  product && woven(t("say.best"), { product: figure("today", "products", product) });

/** @param {Today} now */
const behind = ({ stalls_table }) => {
  const names = stalls_table.filter((stall) => !stall.online).map((stall) => stall.name);
  return names.length > 0 && woven(t("say.behind", { n: names.length }), { stalls: figure("today", "stalls", listed(names.slice(0, 3)), "warn") });
};

/** @param {Today} now */
function parcels({ sentence_parts: { parcels_in_lockers: n, oldest_parcel_since: since } }) {
  if (n === 0) return null;
  return woven(t("say.parcels", { n }), {
    parcels: figure("lockers", "", t("say.parcels.n", { n })),
    since: since ? clockTime(Date.parse(since), nowMs.value, locale.value) : "–",
  });
}

/** Sums of other currencies are named, never added. @param {Today} now */
const otherMoney = ({ other_currencies: others }) =>
  others.length > 0 && t("say.others", { others: listed(others.map(({ currency, total_minor }) => money(total_minor, currency))) });
