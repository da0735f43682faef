// One product's forecast: a sentence, the chart, what was told and what came, and which forecast is used here.
import { EmptyState, ErrorCard, Skeleton } from "/shared/components/states.js";
import { get } from "/shared/http.js";
import { html } from "/shared/vendor/ui.js";
import { useAnswer } from "../answer.js";
import { ForecastChart, ForecastLegend } from "../parts/forecast_chart.js";
import { FirstSteps } from "../parts/first_steps.js";
import { BackLink, Frame } from "../parts/frame.js";
import { ModelHealth, ModelLine } from "../parts/model_health.js";
import { Stale } from "../parts/stale.js";
import { products } from "../till.js";
import { locale, longDate, t } from "../words.js";

/** @param {{sku: string}} props */
export function Forecast({ sku }) {
  const { said, atMs, problem, again } = useAnswer(() => get(`/api/forecast/${encodeURIComponent(sku)}`), sku);
  return html`<${Frame}>
    <div class="wide stack">
      ${problem && !said && html`<${ErrorCard} title=${problem.message} remedy=${problem.remedy} action=${t("app.again")} onAction=${again} />`}
      ${!said && !problem && html`<${Skeleton} lines=${6} height="48px" label=${t("app.loading")} />`}
      ${said && (said.words
        ? html`<div class="product-title"><${BackLink} page="make" /><h2>${products.value?.find((one) => one.sku === sku)?.name ?? t("forecast.link")}</h2></div>
          <${EmptyState} title=${t("make.none")}>${said.words}<//><${FirstSteps} />`
        : html`<${Told} said=${said} atMs=${atMs} />`)}
    </div>
  <//>`;
}

/** @param {{said: any, atMs: number}} props */
function Told({ said, atMs }) {
  const ranOut = said.past.some((/** @type {any} */ one) => one.sold_out);
  return html`<div class="product-title"><${BackLink} page="make" /><h2>${said.name}</h2></div>
    <p class="say"><b>${nextDay(said)}</b> ${said.past.length === 0 ? t("make.reason.never-sold") : withinWords(said.within)}</p>
    ${said.ahead.length > 1 && html`<p>${t("forecast.together", { n: said.ahead.length, likely: figure(said.together["0.5"]), low: figure(said.together["0.1"]), high: figure(said.together["0.9"]) })}</p>`}
    ${said.today && html`<p>${t("forecast.today", { sold: figure(said.today.sold), n: said.today.more })}</p>`}
    <${Stale} atMs=${atMs} />
    <${ModelHealth} model=${said.model} />
    <section class="card forecast"><${ForecastChart} past=${said.past} ahead=${said.ahead} label=${nextDay(said)} /><${ForecastLegend} ranOut=${ranOut} /></section>
    <p>${nearer(said)}</p>
    <details class="card forecast-table"><summary>${t("forecast.table")}</summary><${Table} said=${said} /></details>
    <${ModelLine} model=${said.model} />`;
}

/** @param {any} said */
function nextDay({ ahead }) {
  const [first] = ahead;
  return t("forecast.say", { day: longDate(first.day), likely: figure(first.told["0.5"]), low: figure(first.told["0.1"]), high: figure(first.told["0.9"]) });
}

/** @param {{days: number, of: number}} within */
const withinWords = ({ days, of }) => (of === 0 ? t("forecast.no-days") : t("forecast.within", { n: days, of }));

/** Which forecast is used here, and by how much both were off. @param {any} said */
function nearer({ measured, used }) {
  const which = t(`forecast.used.${used}`);
  if (measured.days === 0) return "";
  const figures = { n: measured.days, model: fraction(measured.model), naive: fraction(measured.naive) };
  return `${t("forecast.error", figures)} ${which}`;
}

/** @param {{said: any}} props */
const Table = ({ said }) => html`<table>
  <thead><tr><th>${t("forecast.day")}</th><th>${t("forecast.told")}</th><th>${t("forecast.sold")}</th></tr></thead>
  <tbody>${[...said.ahead].reverse().map((one) => html`<tr key=${one.day}><td>${shortDate(one.day)}</td><td>${toldWords(one.told)}</td><td class="quiet">${t("forecast.ahead")}</td></tr>`)}
    ${[...said.past].reverse().map((one) => html`<tr key=${one.day}><td>${shortDate(one.day)}</td>
      <td>${toldWords(one.told)}${!one.afterwards && html` <span class="quiet small">${t("forecast.that-morning")}</span>`}</td><td>${soldWords(one)}</td></tr>`)}</tbody>
</table><p class="quiet small">${t("forecast.afterwards")}</p>`;

/** @param {string} isoDate */
const shortDate = (isoDate) =>
  new Date(`${isoDate}T12:00:00Z`).toLocaleDateString(locale.value, { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" });

/** @param {Record<string, number>} told */
const toldWords = (told) => t("forecast.range", { low: figure(told["0.1"]), likely: figure(told["0.5"]), high: figure(told["0.9"]) });

/** @param {any} one */
function soldWords({ sold, sold_out }) {
  if (sold === null) return html`<span class="quiet">${t("forecast.not-sold")}</span>`;
  return sold_out ? `${figure(sold)} ${t("forecast.ran-out")}` : figure(sold);
}

/** @param {number | undefined} pieces */
const figure = (pieces) => (pieces ?? 0).toLocaleString(locale.value, { maximumFractionDigits: 1 });

/** @param {number} pieces */
const fraction = (pieces) => pieces.toLocaleString(locale.value, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
