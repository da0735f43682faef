// One product's days: what was sold as bars, what was told as a thin line beside each, and what is likely as a fan. Sold-out
// days are striped and marked, so that nothing is told by colour alone. The page's table says the same in words.
import { html, useEffect, useRef, useState } from "/shared/vendor/ui.js";
import { locale, t } from "../words.js";

/** @typedef {{day: string, sold: number | null, sold_out: boolean, told: Record<string, number>, afterwards: boolean}} PastDay */
/** @typedef {{day: string, told: Record<string, number>}} DayAhead */

const HEIGHT = 240;
const TOP = 14;
const FOOT = 30;
const AXIS = 40;
const SLOT_MIN = 17; // a weekday's letter fits
const SLOT_MAX = 44;
const AHEAD_WIDER = 1.5;

/** @param {{past: PastDay[], ahead: DayAhead[], label: string}} props */
export function ForecastChart({ past, ahead, label }) {
  const place = useRef(/** @type {HTMLElement | null} */ (null));
  const [width, setWidth] = useState(0);
  useEffect(() => {
    if (!place.current) return;
    const watch = new ResizeObserver(([entry]) => setWidth(Math.floor(entry.contentRect.width)));
    watch.observe(place.current);
    return () => watch.disconnect();
  }, []);
  return html`<div class="forecast-chart" ref=${place}>${width > 0 && html`<${Drawn} past=${past} ahead=${ahead} label=${label} width=${width} />`}</div>`;
}

/** @param {{past: PastDay[], ahead: DayAhead[], label: string, width: number}} props */
function Drawn({ past, ahead, label, width }) {
  const room = width - AXIS;
  const fits = Math.max(3, Math.floor(room / SLOT_MIN - ahead.length * AHEAD_WIDER));
  const shown = past.slice(-fits);
  const slot = Math.min(SLOT_MAX, room / (shown.length + ahead.length * AHEAD_WIDER));
  const top = roundTop(Math.max(1, ...shown.map((one) => Math.max(one.sold ?? 0, one.told["0.9"] ?? 0)), ...ahead.map((one) => one.told["0.95"] ?? one.told["0.9"] ?? 0)));
  /** @param {number} pieces */
  const y = (pieces) => TOP + (1 - Math.min(pieces, top) / top) * (HEIGHT - TOP - FOOT);
  const begin = AXIS + shown.length * slot;
  return html`<svg role="img" aria-label=${label} width=${width} height=${HEIGHT} viewBox=${`0 0 ${width} ${HEIGHT}`}>
    <defs><pattern id="ran-out" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="3" height="6" class="bar" /></pattern></defs>
    ${[0, top / 2, top].map((pieces) => html`<line key=${pieces} class="grid" x1=${AXIS} x2=${width} y1=${y(pieces)} y2=${y(pieces)} />
      <text key=${`n${pieces}`} class="tick" x=${AXIS - 6} y=${y(pieces) + 5} text-anchor="end">${pieces.toLocaleString(locale.value)}</text>`)}
    ${shown.map((one, i) => html`<${Past} key=${one.day} one=${one} x=${AXIS + i * slot} slot=${slot} y=${y} />`)}
    ${shown.length > 0 && html`<line class="now" x1=${begin} x2=${begin} y1=${TOP} y2=${HEIGHT - FOOT} />`}
    ${ahead.map((one, i) => html`<${Ahead} key=${one.day} one=${one} x=${begin + i * slot * AHEAD_WIDER} slot=${slot * AHEAD_WIDER} y=${y} />`)}
  </svg>`;
}

/** @param {{one: PastDay, x: number, slot: number, y: (pieces: number) => number}} props */
function Past({ one, x, slot, y }) {
  const middle = x + slot / 2;
  const sold = one.sold ?? 0;
  return html`<g>
    ${one.sold !== null && html`<rect x=${x + slot * 0.18} width=${slot * 0.64} y=${y(sold)} height=${Math.max(0, y(0) - y(sold))} class=${one.sold_out ? "ran-out" : "bar"} />`}
    ${one.sold_out && html`<path class="cross" d=${`M${middle - 4} ${y(sold) - 12}l8 8m0 -8l-8 8`} />`}
    <line class="told" x1=${middle} x2=${middle} y1=${y(one.told["0.9"] ?? 0)} y2=${y(one.told["0.1"] ?? 0)} />
    <line class="told" x1=${middle - 4} x2=${middle + 4} y1=${y(one.told["0.5"] ?? 0)} y2=${y(one.told["0.5"] ?? 0)} />
    <text class="tick" x=${middle} y=${HEIGHT - 10} text-anchor="middle">${letterOf(one.day)}</text>
  </g>`;
}

/** @param {{one: DayAhead, x: number, slot: number, y: (pieces: number) => number}} props */
function Ahead({ one, x, slot, y }) {
  /** @param {string} low @param {string} high @param {string} name */
  const band = (low, high, name) =>
    html`<rect class=${name} x=${x + slot * 0.14} width=${slot * 0.72} y=${y(one.told[high] ?? 0)} height=${Math.max(2, y(one.told[low] ?? 0) - y(one.told[high] ?? 0))} rx="3" />`;
  const middle = y(one.told["0.5"] ?? 0);
  return html`<g>
    ${band("0.1", "0.9", "fan wide-fan")}${band("0.25", "0.75", "fan")}
    <line class="likely" x1=${x + slot * 0.08} x2=${x + slot * 0.92} y1=${middle} y2=${middle} />
    <text class="tick ahead" x=${x + slot / 2} y=${HEIGHT - 10} text-anchor="middle">${letterOf(one.day)}</text>
  </g>`;
}

/** What the marks mean. @param {{ranOut: boolean}} props */
export const ForecastLegend = ({ ranOut }) => html`<ul class="forecast-legend small" aria-hidden="true">
  <li><svg width="16" height="16"><rect class="bar" x="3" y="2" width="10" height="14" /></svg>${t("forecast.legend.sold")}</li>
  ${ranOut && html`<li><svg width="16" height="16"><path class="cross" d="M4 4l8 8m0 -8l-8 8" /></svg>${t("forecast.legend.ran-out")}</li>`}
  <li><svg width="16" height="16"><line class="told" x1="8" x2="8" y1="1" y2="15" /><line class="told" x1="4" x2="12" y1="8" y2="8" /></svg>${t("forecast.legend.told")}</li>
  <li><svg width="16" height="16"><rect class="fan wide-fan" x="1" y="1" width="14" height="14" rx="3" /><rect class="fan" x="1" y="4" width="14" height="8" rx="3" /><line class="likely" x1="0" x2="16" y1="8" y2="8" /></svg>${t("forecast.legend.ahead")}</li>
</ul>`;

/** A round number that is not below, whose half is whole too. @param {number} most */
function roundTop(most) {
  const step = 10 ** Math.max(0, Math.floor(Math.log10(most)));
  return [2, 4, 6, 8, 10, 12, 14, 16, 20].map((times) => times * step).find((round) => round >= most) ?? most;
}

/** @param {string} isoDate */
const letterOf = (isoDate) => new Date(`${isoDate}T12:00:00Z`).toLocaleDateString(locale.value, { weekday: "narrow", timeZone: "UTC" });
