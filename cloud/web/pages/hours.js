// Sales by hour: bars for this day, a dashed line for the same day last week, one hour in words, all hours as a table.
import { html, useEffect, useRef, useState } from "/shared/vendor/ui.js";
import { theme } from "/shared/theme.js";
import { dayName } from "/shared/times.js";
import { locale, money, t } from "../words.js";

/** @typedef {import("../cloud.js").Today} Today */
/** @typedef {import("../cloud.js").Hour} Hour */

/** @param {{now: Today}} props */
export function Hours({ now }) {
  const { hours, currency } = now;
  const [picked, setPicked] = useState(/** @type {number | null} */ (null));
  const day = dayName(now.date, locale.value);
  const strongest = hours.reduce((best, hour) => (hour.total_minor > best.total_minor ? hour : best), NONE);
  const latest = [...hours].reverse().find((hour) => hour.total_minor > 0);
  const told = hours.find(({ hour }) => hour === picked) ?? latest;

  return html`<section class="card pad stack hours" id="hours" tabindex="-1">
    <h2>${t("hours.title")}</h2>
    ${hours.length === 0 ? html`<p class="quiet">${t("hours.none")}</p>` : html`
      <p class="legend small"><span class="bar">${t("hours.today", { day })}</span><span class="dash">${t("hours.last", { day })}</span></p>
      <${Chart} hours=${hours} currency=${currency} onPick=${setPicked}
        label=${t("hours.label", { day, best: strongest === NONE ? "" : t("hours.best", { hour: clock(strongest.hour), total: money(strongest.total_minor, currency) }) })} />
      <p class="small told">${told && t("hours.at", toldOf(told, currency))}</p>
      <details><summary>${t("hours.table")}</summary><${HoursTable} now=${now} day=${day} /></details>`}
  </section>`;
}

const NONE = /** @type {Hour} */ ({ hour: -1, total_minor: 0, last_week_total_minor: 0 });

/** @param {number} hour */
const clock = (hour) => `${String(hour % 24).padStart(2, "0")}:00`;

/**
 * @param {Hour} hour
 * @param {string} currency
 */
const toldOf = ({ hour, total_minor, last_week_total_minor }, currency) => ({
  from: clock(hour),
  to: clock(hour + 1),
  total: money(total_minor, currency),
  last: money(last_week_total_minor, currency),
});

/** @param {{hours: Hour[], currency: string, label: string, onPick: (hour: number | null) => void}} props */
function Chart({ hours, currency, label, onPick }) {
  const place = useRef(/** @type {HTMLDivElement | null} */ (null));
  const drawn = useRef(/** @type {ReturnType<typeof import("./hours_chart.js").drawHours> | null} */ (null));
  const given = useRef({ hours, currency });
  given.current = { hours, currency };

  useEffect(() => {
    let gone = false;
    // The chart's library comes when the first chart is drawn; words and table do not wait for it.
    void import("./hours_chart.js").then(({ drawHours }) => {
      if (gone || !place.current) return;
      drawn.current = drawHours(place.current, { ...given.current, locale: locale.value, onPick });
    });
    return () => {
      gone = true;
      drawn.current?.remove();
      drawn.current = null;
    };
  }, [currency, locale.value, theme.value]);
  useEffect(() => drawn.current?.update(hours), [hours]);

  return html`<div class="chart" role="img" aria-label=${label} ref=${place}></div>`;
}

/** @param {{now: Today, day: string}} props */
function HoursTable({ now: { hours, currency }, day }) {
  /** @param {(hour: Hour) => number} of */
  const sum = (of) => money(hours.reduce((total, hour) => total + of(hour), 0), currency);
  return html`<table>
    <thead><tr><th scope="col">${t("hours.hour")}</th><th scope="col">${t("hours.today", { day })}</th><th scope="col">${t("hours.last", { day })}</th></tr></thead>
    <tbody>${hours.map(({ hour, total_minor, last_week_total_minor }) => html`<tr key=${hour}>
      <th scope="row">${clock(hour)}</th><td>${money(total_minor, currency)}</td><td>${money(last_week_total_minor, currency)}</td></tr>`)}</tbody>
    <tfoot><tr><th scope="row">${t("hours.sum")}</th><td>${sum((hour) => hour.total_minor)}</td><td>${sum((hour) => hour.last_week_total_minor)}</td></tr></tfoot>
  </table>`;
}
