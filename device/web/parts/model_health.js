// What the till has found out about the forecast's model on its own days: set aside, too low, or no better than the rule.
import { html } from "/shared/vendor/ui.js";
import { locale, longDate, t } from "../words.js";

/** @param {{model: any}} props as the till tells it with a forecast and with the plan */
export function ModelHealth({ model }) {
  const said = alarmsOf(model);
  return said.length === 0 ? null : html`<div class="note warn stack" role="status">${said.map((words) => html`<p key=${words}>${words}</p>`)}</div>`;
}

/** @param {any} model */
function alarmsOf(model) {
  const { set_aside, too_low, worse } = model;
  return [
    set_aside && t("forecast.set-aside", { kept: t(`forecast.origin.${model.origin}`), percent: set_aside.percent, worse: set_aside.worse, days: set_aside.days }),
    too_low && t("forecast.too-low", { date: longDate(too_low.since), percent: too_low.percent }),
    worse && t("forecast.worse", { worse: worse.worse, days: worse.days }),
  ].filter(Boolean);
}

/** Which model, and how often it was right. @param {{model: any}} props */
export function ModelLine({ model }) {
  const percent = (/** @type {number} */ share) => share.toLocaleString(locale.value, { style: "percent", maximumFractionDigits: 0 });
  return html`<p class="quiet small">${t("forecast.model", { name: model.name, version: model.version, origin: t(`forecast.origin.${model.origin}`) })}
    ${model.covered_90 !== null && html` ${t("forecast.covered", { n: model.days, share: percent(model.covered_90) })}`}</p>`;
}
