// What lies ahead of the stalls, as somebody said it at their tills: market days, and what goes on around them.
import { Chip } from "/shared/components/states.js";
import { html } from "/shared/vendor/ui.js";
import { fleet, market } from "../cloud.js";
import { usePortion } from "../shown.js";
import { count, locale, t } from "../words.js";

/** @typedef {import("../cloud.js").DayAhead} DayAhead */
/** @typedef {import("../cloud.js").SignalAhead} SignalAhead */

const FIRST = 4;
const STEP = 20;
const STEP_MILLI = 1000;
const STEPS_MAX = 3;
/** @type {Intl.DateTimeFormatOptions} */
const SHORT = { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" };

/** Nothing is shown while nobody has said anything. */
export function Market() {
  const { days, signals } = market.value.value ?? { days: [], signals: [] };
  if (days.length === 0 && signals.length === 0) return null;
  return html`<section class="card pad stack ahead" id="market" tabindex="-1">
    <h2>${t("market.title")}</h2>
    ${days.length > 0 && html`<${Rows} title=${t("market.days")} list=${days} Row=${Day} />`}
    ${signals.length > 0 && html`<${Rows} title=${t("market.signals")} list=${signals} Row=${Signal} />`}
    <p class="quiet small">${t("market.hint")}</p>
  </section>`;
}

/** @param {{title: string, list: any[], Row: (props: {one: any}) => unknown}} props */
function Rows({ title, list, Row }) {
  const { portion, more } = usePortion(list, FIRST, STEP);
  return html`<h3>${title}</h3>
    <ul>${portion.map((one) => html`<${Row} key=${`${one.source} ${one.signal_id ?? one.day}`} one=${one} />`)}</ul>
    ${more}`;
}

/** @param {{one: DayAhead}} props */
function Day({ one }) {
  const details = one.is_dropped ? [] : [one.place, hours(one), one.visitors > 0 && t("market.visitors", { n: one.visitors, visitors: count(one.visitors) }), one.note];
  return html`<li><p><b>${shortDate(one.day)}</b> · ${stall(one.source)} ${one.is_dropped && html`<${Chip} tone="warn">${t("market.dropped")}<//>`}</p>
    ${joined(details)}</li>`;
}

/** @param {{one: SignalAhead}} props */
function Signal({ one }) {
  const days = one.first === one.last ? shortDate(one.first) : new Intl.DateTimeFormat(locale.value, SHORT).formatRange(noon(one.first), noon(one.last));
  return html`<li><p><b>${t(`signal.${one.kind}`)}</b> · ${strength(one)} ${one.is_on && html`<${Chip} tone="good">${t("market.now")}<//>`}</p>
    ${joined([stall(one.source), days, one.about, one.heard_from])}</li>`;
}

/** @param {unknown[]} details */
const joined = (details) => details.some(Boolean) && html`<p class="quiet small">${details.filter(Boolean).join(" · ")}</p>`;

/** A counted figure, or in words how it looks; weather is better or worse. @param {SignalAhead} one */
function strength({ kind, value, strength_milli }) {
  if (value > 0) return t("market.counted", { n: count(value) });
  const step = Math.max(-STEPS_MAX, Math.min(STEPS_MAX, Math.round(strength_milli / STEP_MILLI) || Math.sign(strength_milli)));
  return kind === "weather" ? t(`weather.${step}`) : t(`strength.${step}`);
}

/** @param {DayAhead} one */
function hours({ opens, closes }) {
  if (opens && closes) return t("market.from-to", { opens, closes });
  if (opens) return t("market.from", { opens });
  return closes && t("market.to", { closes });
}

/** The stall's name as its hub knows it. @param {string} source */
const stall = (source) => fleet.value.value?.sources.find((one) => one.source === source)?.name || source;

/** @param {string} isoDate */
const noon = (isoDate) => new Date(`${isoDate}T12:00:00Z`);

/** @param {string} isoDate */
const shortDate = (isoDate) => noon(isoDate).toLocaleDateString(locale.value, SHORT);
