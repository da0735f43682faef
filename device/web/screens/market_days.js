// The days on which the stall sells: six weeks to tap on, what is known of each, and how the last ones went.
import { ErrorCard, Skeleton } from "/shared/components/states.js";
import { ask, get } from "/shared/http.js";
import { html, useState } from "/shared/vendor/ui.js";
import { useAnswer } from "../answer.js";
import { BackLink, Frame } from "../parts/frame.js";
import { Stale } from "../parts/stale.js";
import { sayProblem } from "../problem_notice.js";
import { go, hrefOf } from "../router.js";
import { holidayWords, shortDate } from "../signal_texts.js";
import { heard, notice } from "../till.js";
import { locale, longDate, quantity, t } from "../words.js";

/**
 * @typedef {{day: string, is_open: boolean, is_usual: boolean, is_planned: boolean, place: string, opens: string, closes: string | null,
 *   visitors: number, note: string, holidays: {key: string, in_parts: boolean}[]}} Day
 * @typedef {{day: string, place: string, visitors: number, sold_milli: number, products: number, ran_out: number}} PastDay
 */

const SHOWN_AT_FIRST = 6;
const A_DAY = /^\d{4}-\d{2}-\d{2}$/;

/** @param {{day?: string}} props */
export function MarketDays({ day }) {
  const { said, atMs, problem, again } = useAnswer(() => get("/api/market-days"), day ?? "");
  if (!said) return html`<${Frame}><div class="narrow">${problem
    ? html`<${ErrorCard} title=${problem.message} remedy=${problem.remedy} action=${t("app.again")} onAction=${again} />`
    : html`<${Skeleton} lines=${8} height="56px" label=${t("app.loading")} />`}</div><//>`;
  /** @type {Day[]} */
  const days = said.days;
  if (day && A_DAY.test(day)) return html`<${Edit} key=${day} known=${days.find((one) => one.day === day) ?? blank(day)} places=${placesOf(said)} />`;
  const open = days.filter((one) => one.is_open);
  return html`<${Frame}><div class="narrow stack market">
    <div class="product-title"><${BackLink} page="menu" /><h2>${t("nav.market")}</h2></div>
    <p class="say"><b>${open.length > 0 ? t("market.next", { day: longDate(open[0].day) }) : t("market.never")}</b>
      ${open[0]?.place && ` ${open[0].place}.`} <span class="quiet">${t("market.hint")}</span></p>
    <${Stale} atMs=${atMs} />
    <${Weeks} days=${days} onChanged=${again} />
    <${Usual} key=${JSON.stringify(said.usual)} usual=${said.usual} onChanged=${again} />
    <${Planned} days=${open} />
    <${AnotherDay} />
    <${Past} days=${said.past} />
  </div><//>`;
}

/** @param {string} day @returns {Day} */
const blank = (day) => ({ day, is_open: false, is_usual: false, is_planned: false, place: "", opens: "", closes: null, visitors: 0, note: "", holidays: [] });

/** The places that were named before, each once. @param {{days: Day[], past: PastDay[]}} said */
const placesOf = ({ days, past }) => [...new Set([...days, ...past].map(({ place }) => place).filter(Boolean))].slice(0, 4);

/** Six weeks; a tap adds or drops a day. @param {{days: Day[], onChanged: () => void}} props */
function Weeks({ days, onChanged }) {
  const [busy, setBusy] = useState("");
  const before = (new Date(`${days[0].day}T12:00:00Z`).getUTCDay() + 6) % 7;

  /** @param {Day} day */
  async function tap(day) {
    setBusy(day.day);
    try {
      if (day.is_open) {
        await heard(ask("DELETE", `/api/market-days/${day.day}`));
        notice.value = { tone: "good", text: t("market.dropped", { day: longDate(day.day) }), action: t("market.undo"), onAction: () => void back(day) };
      } else await heard(ask("PUT", `/api/market-days/${day.day}`, {}));
    } catch (thrown) {
      sayProblem(thrown);
    }
    setBusy("");
    onChanged();
  }

  /** @param {Day} day */
  async function back(day) {
    notice.value = null;
    await heard(ask("PUT", `/api/market-days/${day.day}`, bodyOf(day))).catch(sayProblem);
    onChanged();
  }

  return html`<div class="weeks card" role="group" aria-label=${t("market.weeks")}>
    ${weekdayNames().map((name) => html`<span key=${name} class="weekday quiet small" aria-hidden="true">${name}</span>`)}
    ${Array.from({ length: before }, (_, place) => html`<span key=${place}></span>`)}
    ${days.map((day, place) => html`<button type="button" key=${day.day} value=${day.day} data-month=${place === 0 || day.day.endsWith("-01") ? monthOf(day.day) : undefined} class=${`day ${day.holidays.length > 0 ? "holiday" : ""}`} disabled=${busy === day.day}
      aria-pressed=${day.is_open} aria-label=${[longDate(day.day), holidayWords(day.holidays)].filter(Boolean).join(", ")} onClick=${() => tap(day)}>
      <b>${Number(day.day.slice(8))}</b></button>`)}
  </div>`;
}

/** The weekdays on which the stall sells, and when it opens. @param {{usual: {weekdays: number[], opens: string, source: string}, onChanged: () => void}} props */
function Usual({ usual, onChanged }) {
  const [weekdays, setWeekdays] = useState(usual.weekdays);
  const [opens, setOpens] = useState(usual.opens);
  const changed = opens !== usual.opens || weekdays.length !== usual.weekdays.length || weekdays.some((day) => !usual.weekdays.includes(day));
  const fromAfar = usual.source === "afar";

  async function keep() {
    try {
      await heard(ask("PUT", "/api/market-days/usual", { weekdays, opens: opens || null }));
      notice.value = { tone: "good", text: t("market.usual.kept") };
    } catch (thrown) {
      sayProblem(thrown);
    }
    onChanged();
  }

  return html`<details class="card pad rules-group"><summary><b>${t("market.usual")}</b> <span class="quiet">${usualWords(usual)}</span></summary><div class="stack">
    <p class="quiet small">${t(`market.usual.${usual.source}`)}</p>
    <div class="row" role="group" aria-label=${t("market.usual")}>${weekdayNames().map((name, day) => html`<button type="button" key=${name} class="pill" disabled=${fromAfar} aria-pressed=${weekdays.includes(day)}
      onClick=${() => setWeekdays(weekdays.includes(day) ? weekdays.filter((one) => one !== day) : [...weekdays, day])}>${name}</button>`)}</div>
    <div><label for="usual-opens">${t("market.opens")}</label><input id="usual-opens" class="date" type="time" value=${opens} onInput=${(/** @type {any} */ e) => setOpens(e.target.value)} /></div>
    <button type="button" disabled=${!changed} onClick=${keep}>${t("market.keep")}</button></div></details>`;
}

/** @param {{weekdays: number[], opens: string}} usual */
const usualWords = ({ weekdays, opens }) => (weekdays.length === 0 ? t("market.usual.none") : `${weekdays.map((day) => weekdayNames()[day]).join(", ")} · ${t("market.from", { time: opens })}`);

/** From Monday on. */
const weekdayNames = () => Array.from({ length: 7 }, (_, day) => new Date(Date.UTC(2024, 0, 1 + day)).toLocaleDateString(locale.value, { weekday: "short", timeZone: "UTC" }));

/** @param {string} day */
const monthOf = (day) => new Date(`${day}T12:00:00Z`).toLocaleDateString(locale.value, { month: "short", timeZone: "UTC" });

/** The next days, and those further off of which something is known. @param {{days: Day[]}} props */
function Planned({ days }) {
  const [all, setAll] = useState(false);
  const shown = days.filter((one, place) => all || place < SHOWN_AT_FIRST || one.place || one.note || one.visitors > 0 || one.holidays.length > 0);
  if (days.length === 0) return null;
  return html`<ul class="menu card">${shown.map((one) => html`<${Row} key=${one.day} day=${one} />`)}</ul>
    ${shown.length < days.length && html`<button onClick=${() => setAll(true)}>${t("market.all", { n: days.length })}</button>`}`;
}

/** @param {{day: Day}} props */
const Row = ({ day }) => html`<li><a href=${hrefOf("market", day.day)}><span>
  <b>${shortDate(day.day)}</b>${day.place && ` · ${day.place}`}
  ${day.holidays.length > 0 && html` <span class="chip">${holidayWords(day.holidays)}</span>`}<br />
  <span class="quiet small">${[hours(day), day.visitors > 0 && t("market.visitors.n", { n: day.visitors }), day.note].filter(Boolean).join(" · ")}</span></span></a></li>`;

/** @param {Day} day */
const hours = (day) => (day.closes ? `${day.opens}–${day.closes}` : t("market.from", { time: day.opens }));

function AnotherDay() {
  const [day, setDay] = useState("");
  return html`<div><label for="another-day">${t("market.another")}</label><div class="row">
    <input id="another-day" class="date" type="date" value=${day} onInput=${(/** @type {any} */ e) => setDay(e.target.value)} />
    <button disabled=${!day} onClick=${() => go("market", day)}>${t("market.plan")}</button></div></div>`;
}

/** @param {{days: PastDay[]}} props */
const Past = ({ days }) => days.length > 0 && html`<section class="stack past-days"><h3>${t("market.past")}</h3>
  <ul class="card">${days.map((day) => html`<li key=${day.day} class="past-day"><span><b>${shortDate(day.day)}</b>${day.place && ` · ${day.place}`}<br />
    <span class="quiet small">${[t("market.products", { n: day.products }), day.ran_out > 0 && t("market.ran-out", { n: day.ran_out }), day.visitors > 0 && t("market.visitors.n", { n: day.visitors })].filter(Boolean).join(" · ")}</span></span>
    <b class="sum">${t("market.sold", { n: quantity(day.sold_milli) })}</b></li>`)}</ul></section>`;

/** @param {{known: Day, places: string[]}} props */
function Edit({ known, places }) {
  const [day, setDay] = useState(known);
  const [busy, setBusy] = useState(false);
  /** @param {string} name */
  const type = (name) => (/** @type {any} */ e) => setDay({ ...day, [name]: e.target.value });

  /** @param {string} method @param {unknown} body @param {string} words */
  async function send(method, body, words) {
    setBusy(true);
    try {
      await heard(ask(method, `/api/market-days/${day.day}`, body));
      notice.value = { tone: "good", text: words };
      go("market");
    } catch (thrown) {
      sayProblem(thrown);
    }
    setBusy(false);
  }

  const main = html`<button class="primary wide-button" disabled=${busy} onClick=${() => send("PUT", bodyOf(day), t("market.kept", { day: longDate(day.day) }))}>${t(known.is_open ? "market.keep" : "market.add")}</button>`;
  return html`<${Frame} foot=${main}><div class="narrow stack">
    <div class="product-title"><${BackLink} page="market" /><h2>${longDate(day.day)}</h2></div>
    ${day.holidays.length > 0 && html`<p class="quiet">${t("market.holiday", { name: holidayWords(day.holidays) })}</p>`}
    <div><label for="day-place">${t("market.place")}</label><input id="day-place" value=${day.place} maxlength="80" onInput=${type("place")} />
      ${places.length > 0 && html`<div class="row under-field" role="group" aria-label=${t("market.places")}>${places.map((place) => html`<button type="button" key=${place} class="pill" aria-pressed=${place === day.place} onClick=${() => setDay({ ...day, place })}>${place}</button>`)}</div>`}</div>
    <div class="pair">
      <div><label for="day-opens">${t("market.opens")}</label><input id="day-opens" type="time" value=${day.opens} onInput=${type("opens")} /></div>
      <div><label for="day-closes">${t("market.closes")}</label><input id="day-closes" type="time" value=${day.closes ?? ""} onInput=${type("closes")} /></div>
    </div>
    <div><label for="day-visitors">${t("market.visitors")}</label><input id="day-visitors" inputmode="numeric" maxlength="7" value=${day.visitors || ""} onInput=${(/** @type {any} */ e) => setDay({ ...day, visitors: Number(e.target.value.replace(/\D/g, "")) })} />
      <p class="quiet small">${t("market.visitors.hint")}</p></div>
    <div><label for="day-note">${t("market.note")}</label><input id="day-note" value=${day.note} maxlength="200" onInput=${type("note")} /></div>
    <div class="roomy">${main}</div>
    ${known.is_open && html`<button type="button" disabled=${busy} onClick=${() => send("DELETE", undefined, t("market.dropped", { day: longDate(day.day) }))}>${t("market.drop")}</button>`}
  </div><//>`;
}

/** What is sent of a day. @param {Day} day */
const bodyOf = ({ place, opens, closes, visitors, note }) => ({ place, opens: opens || null, closes: closes || null, visitors, note });
