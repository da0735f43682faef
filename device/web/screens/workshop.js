// What the workshop can do: hours a day and money for goods, which the plan stays within. Empty is no limit.
import { formatAmount, parseMoney } from "/shared/money.js";
import { ErrorCard, Skeleton } from "/shared/components/states.js";
import { ask, get } from "/shared/http.js";
import { html, useState } from "/shared/vendor/ui.js";
import { useAnswer } from "../answer.js";
import { BackLink, Frame } from "../parts/frame.js";
import { sayProblem } from "../problem_notice.js";
import { go } from "../router.js";
import { heard, notice, shop } from "../till.js";
import { locale, t } from "../words.js";

/** @typedef {{work_s_a_day: number | null, cash_minor: number | null, hour_minor: number}} WorkshopSaid */

const HOUR_S = 3600;
const DAY_HOURS = 24;

export function Workshop() {
  const { said, problem, again } = useAnswer(() => get("/api/making"), "");
  if (said) return html`<${Form} said=${said.workshop} />`;
  return html`<${Frame}><div class="narrow">${problem
    ? html`<${ErrorCard} title=${problem.message} remedy=${problem.remedy} action=${t("app.again")} onAction=${again} />`
    : html`<${Skeleton} lines=${4} height="56px" label=${t("app.loading")} />`}</div><//>`;
}

/** @param {{said: WorkshopSaid}} props */
function Form({ said }) {
  const { currency } = shop.value;
  const shown = (/** @type {number | null} */ minor) => (minor ? formatAmount(minor, currency, locale.value) : "");
  const [hours, setHours] = useState(said.work_s_a_day === null ? "" : String(said.work_s_a_day / HOUR_S));
  const [cash, setCash] = useState(said.cash_minor === 0 ? "0" : shown(said.cash_minor));
  const [hour, setHour] = useState(shown(said.hour_minor));
  const wish = { work_s_a_day: secondsOf(hours), cash_minor: minorOf(cash, currency, null), hour_minor: minorOf(hour, currency, 0) };
  const wrong = Object.values(wish).some((value) => value === undefined);

  async function keep() {
    try {
      await heard(ask("PUT", "/api/workshop", wish));
      notice.value = { tone: "good", text: t("workshop.kept") };
      go("make");
    } catch (thrown) {
      sayProblem(thrown);
    }
  }

  const main = html`<button class="primary wide-button" disabled=${wrong} onClick=${keep}>${t("making.keep")}</button>`;
  return html`<${Frame} foot=${main}><div class="narrow stack">
    <div class="product-title"><${BackLink} page="make" /><h2>${t("nav.workshop")}</h2></div>
    <p>${t("workshop.hint")}</p>
    <div class="card pad stack">
      <${Field} name="hours" value=${hours} onChange=${setHours} />
      <${Field} name="cash" value=${cash} onChange=${setCash} />
      <${Field} name="hour" value=${hour} onChange=${setHour} />
    </div>
    <div class="roomy">${main}</div>
  </div><//>`;
}

/** @param {{name: string, value: string, onChange: (text: string) => void}} props */
const Field = ({ name, value, onChange }) => html`<div><label for=${`workshop-${name}`}>${t(`workshop.${name}`)}</label>
  <input id=${`workshop-${name}`} inputmode="decimal" autocomplete="off" value=${value} onInput=${(/** @type {any} */ e) => onChange(e.target.value)} />
  <p class="quiet small">${t(`workshop.${name}.hint`)}</p></div>`;

/** Null for nothing, undefined for what is no number of hours. @param {string} text */
function secondsOf(text) {
  if (text.trim() === "") return null;
  const hours = Number(text.trim().replace(",", "."));
  return hours >= 0 && hours <= DAY_HOURS ? Math.round(hours * HOUR_S) : undefined;
}

/** @param {string} text @param {string} currency @param {number | null} otherwise */
function minorOf(text, currency, otherwise) {
  return text.trim() === "" ? otherwise : (parseMoney(text, currency) ?? undefined);
}
