// The chart of sales by hour, by uPlot. Bars and a dashed line with rings differ in shape, not only in colour.
import uPlot from "/shared/vendor/uplot.js";
import { minorDigits } from "/shared/money.js";

/** @typedef {import("../cloud.js").Hour} Hour */

const COMPACT_FROM = 10_000;
const MARGIN_HOURS = 0.6;

/**
 * @param {HTMLElement} place
 * @param {{hours: Hour[], currency: string, locale: string, onPick: (hour: number | null) => void}} given
 */
export function drawHours(place, { hours, currency, locale, onPick }) {
  const chart = new uPlot(optionsOf(place, currency, locale, onPick), dataOf(hours, currency), place);
  const watch = new ResizeObserver(() => chart.setSize(sizeOf(place)));
  watch.observe(place);
  return {
    /** @param {Hour[]} next */
    update: (next) => chart.setData(dataOf(next, currency)),
    remove() {
      watch.disconnect();
      chart.destroy();
    },
  };
}

/** @param {HTMLElement} place */
const sizeOf = (place) => ({ width: Math.max(200, place.clientWidth), height: Math.max(160, place.clientHeight) });

/**
 * Whole units are for the eye only; every figure in words is exact.
 * @param {Hour[]} hours
 * @param {string} currency
 * @returns {[number[], number[], number[]]}
 */
function dataOf(hours, currency) {
  const unit = 10 ** minorDigits(currency);
  return [
    hours.map(({ hour }) => hour),
    hours.map(({ total_minor }) => total_minor / unit),
    hours.map(({ last_week_total_minor }) => last_week_total_minor / unit),
  ];
}

/**
 * @param {HTMLElement} place
 * @param {string} currency
 * @param {string} locale
 * @param {(hour: number | null) => void} onPick
 * @returns {import("uplot").Options}
 */
function optionsOf(place, currency, locale, onPick) {
  const style = getComputedStyle(place);
  /** @param {string} name */
  const colour = (name) => style.getPropertyValue(name).trim();
  const font = `14px ${style.fontFamily}`;
  const axis = { stroke: colour("--quiet"), font, ticks: { show: false } };
  return {
    ...sizeOf(place),
    legend: { show: false },
    padding: [10, 4, 0, 0],
    cursor: { points: { show: false }, y: false, drag: { x: false, y: false } },
    scales: {
      x: { time: false, range: (_, low, high) => [low - MARGIN_HOURS, high + MARGIN_HOURS] },
      y: { range: (_, __, high) => [0, high > 0 ? high * 1.08 : 1] },
    },
    series: [
      {},
      { fill: colour("--awning"), stroke: colour("--awning"), width: 0, paths: uPlot.paths.bars?.({ size: [0.62, 56], radius: 0.12 }), points: { show: false } },
      { stroke: colour("--ink"), width: 2, dash: [5, 5], points: { show: true, size: 9, width: 2, stroke: colour("--ink"), fill: colour("--card") } },
    ],
    axes: [
      { ...axis, size: 34, grid: { show: false }, splits: (chart) => wholeHours(chart), values: (_, splits) => splits.map(String) },
      { ...axis, size: 62, grid: { stroke: colour("--line"), width: 1 }, values: (_, splits) => splits.map((value) => moneyOnAxis(value, currency, locale)) },
    ],
    hooks: { setCursor: [(chart) => onPick(typeof chart.cursor.idx === "number" ? chart.data[0][chart.cursor.idx] : null)] },
  };
}

/** Every hour has its number as long as they fit. @param {import("uplot")} chart */
function wholeHours(chart) {
  const hours = [...chart.data[0]];
  const step = Math.ceil((hours.length * 28) / Math.max(1, chart.width - 62));
  return hours.filter((_, i) => i % step === 0);
}

/**
 * @param {number} value
 * @param {string} currency
 * @param {string} locale
 */
function moneyOnAxis(value, currency, locale) {
  const notation = value >= COMPACT_FROM ? "compact" : "standard";
  return value.toLocaleString(locale, { style: "currency", currency, currencyDisplay: "narrowSymbol", maximumFractionDigits: 0, notation });
}
