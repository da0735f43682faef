// What to make, order and bring for the selling days ahead: a sentence, the lines with a number to change, one button that takes
// it on; then what is on its way.
import { EmptyState, ErrorCard, Skeleton } from "/shared/components/states.js";
import { get, post } from "/shared/http.js";
import { html, useState } from "/shared/vendor/ui.js";
import { useAnswer } from "../answer.js";
import { sharedEffects } from "../effects_of_plan.js";
import { SharedEffects } from "../parts/effect.js";
import { FirstSteps } from "../parts/first_steps.js";
import { BackLink, Frame } from "../parts/frame.js";
import { ModelHealth, ModelLine } from "../parts/model_health.js";
import { PlanLine } from "../parts/plan_line.js";
import { Stale } from "../parts/stale.js";
import { TakenOn } from "../parts/taken_on.js";
import { hoursWords, limitWords, listed, sentence } from "../plan_words.js";
import { sayProblem } from "../problem_notice.js";
import { hrefOf } from "../router.js";
import { shortDate } from "../signal_texts.js";
import { heard, notice, session, shop } from "../till.js";
import { uuid7 } from "../uuid7.js";
import { locale, longDate, t } from "../words.js";

/** @typedef {import("../plan_words.js").Line} Line */

const PERIODS = ["3-days", "week"];
const SHOWN_AT_FIRST = 100; // thousands of lines would only slow the page

export function MakeNext() {
  const [period, setPeriod] = useState(PERIODS[0]);
  const { said, atMs, problem, again } = useAnswer(() => get(`/api/make-next?period=${period}`), period);
  if (problem && !said) return framed(html`<${ErrorCard} title=${problem.message} remedy=${problem.remedy} action=${t("app.again")} onAction=${again} />`);
  if (!said) return framed(html`<${Skeleton} lines=${8} height="48px" label=${t("app.loading")} />`);
  if (said.products.length === 0) {
    return framed(html`<${EmptyState} title=${t("make.none")}>${said.words ?? t("make.none.hint")}<//><${FirstSteps} />
      ${said.taken_on.length > 0 && html`<${TakenOn} awaited=${said.taken_on} onChanged=${again} />`}`);
  }
  return html`<${Plan} key=${`${said.period} ${said.based_on}`} plan=${said} atMs=${atMs} onPeriod=${setPeriod} onChanged=${again} />`;
}

/** @param {unknown} content */
const framed = (content) => html`<${Frame}><div class="narrow stack">${title()}${content}</div><//>`;

const title = () => html`<div class="product-title"><${BackLink} page="menu" /><h2>${t("nav.make")}</h2></div>`;

/** @param {{plan: any, atMs: number, onPeriod: (period: string) => void, onChanged: () => void}} props */
function Plan({ plan, atMs, onPeriod, onChanged }) {
  const [changed, setChanged] = useState(/** @type {Record<string, number>} */ ({}));
  const [planId] = useState(uuid7); // taken on once, however often the button is tapped
  const [busy, setBusy] = useState(false);
  /** @type {Line[]} */
  const lines = plan.products;
  const piecesOf = (/** @type {Line} */ line) => changed[line.sku] ?? line.make;
  const total = lines.reduce((sum, line) => sum + piecesOf(line), 0);

  async function take() {
    setBusy(true);
    try {
      await heard(post("/api/make-next/accept", { plan_id: planId, period: plan.period, based_on: plan.based_on, pieces: changed, shown: shownBy(lines) }));
      notice.value = { tone: "good", text: t("make.accepted") };
      scrollTo(0, 0);
    } catch (thrown) {
      sayProblem(thrown);
    }
    setBusy(false);
    onChanged();
  }

  const main = total > 0 && html`<button class="primary wide-button" disabled=${busy} onClick=${take}>${t("make.accept", { n: total })}</button>`;
  const parts = { lines, piecesOf, plan, onChange: (/** @type {string} */ sku, /** @type {number} */ pieces) => setChanged({ ...changed, [sku]: pieces }) };
  return html`<${Frame} foot=${main}><div class="plan-page stack">
    <header class="stack">
      ${title()}
      <div class="row" role="group" aria-label=${t("make.period")}>${PERIODS.map((one) => html`<button type="button" key=${one} class="pill" aria-pressed=${one === plan.period} onClick=${() => onPeriod(one)}>${t(`make.period.${one}`)}</button>`)}
        ${session.value?.role === "manager" && html`<a class="button" href=${hrefOf("workshop")}>${t("nav.workshop")}</a>`}<div class="roomy end">${main}</div></div>
      <p class="say"><b>${sentence(lines, plan.taken_on.length > 0)}</b> <span class="quiet">${t("make.days", { days: listed(plan.window.days.map(shortDate)) })}</span></p>
      <${SharedEffects} shared=${sharedEffects(lines)} />
      ${total > 0 && knowsNoLimits(plan.totals) && html`<p class="note"><span>${t("make.no-limits")}</span></p>`}
      <${Stale} atMs=${atMs} /><${ModelHealth} model=${plan.watched} />
    </header>
    ${plan.taken_on.length > 0 && html`<${TakenOn} awaited=${plan.taken_on} onChanged=${onChanged} />`}
    <${Lines} ...${parts} title=${t("make.section.make")} fits=${(/** @type {Line} */ line) => line.make > 0 && line.supply === "made"} />
    <${Lines} ...${parts} title=${t("make.section.order")} fits=${(/** @type {Line} */ line) => line.make > 0 && line.supply === "bought"} />
    <p class="row">${lines.some(({ make, supply }) => make > 0 && supply === "bought") && html`<a class="button" href=${hrefOf("buy")}>${t("nav.buy")}</a>`}<a class="button" href=${hrefOf("materials")}>${t("nav.materials")}</a></p>
    <${Sums} plan=${plan} changed=${Object.keys(changed).length > 0} />
    <${Bring} lines=${lines} day=${plan.window.days[0]} />
    <${Enough} ...${parts} />
    <div class="quiet small"><${ModelNote} model=${plan.model} /><${ModelLine} model=${plan.watched} /></div>
  </div><//>`;
}

/** Nobody said how long anything takes, nor what there is of time and money. @param {any} totals */
const knowsNoLimits = ({ work_s, work_limit_s, cash_limit_minor }) => work_s === 0 && work_limit_s === null && cash_limit_minor === null;

/** What was proposed here: what has moved since is not taken on unseen. @param {Line[]} lines */
const shownBy = (lines) => Object.fromEntries(lines.filter(({ make }) => make > 0).map(({ sku, make }) => [sku, make]));

/** @typedef {{lines: Line[], piecesOf: (line: Line) => number, plan: any, onChange: (sku: string, pieces: number) => void}} Parts */

/** @param {Parts & {title: string, fits: (line: Line) => boolean}} props */
function Lines({ lines, piecesOf, plan, onChange, title, fits }) {
  const [shown, setShown] = useState(SHOWN_AT_FIRST);
  const own = lines.filter(fits);
  if (own.length === 0) return null;
  const most = Math.max(1, ...lines.map(({ high }) => high));
  const shared = sharedEffects(lines);
  return html`<section class="stack tight">${title && html`<h3>${title}</h3>`}
    <ul class="card plan-lines">${own.slice(0, shown).map((line) => html`<${PlanLine} key=${line.sku} line=${line} pieces=${piecesOf(line)} most=${most} today=${plan.today} shared=${shared}
      onChange=${(/** @type {number} */ pieces) => onChange(line.sku, pieces)} />`)}</ul>
    ${own.length > shown && html`<button type="button" onClick=${() => setShown(shown + 10 * SHOWN_AT_FIRST)}>${t("make.more", { n: own.length - shown })}</button>`}
  </section>`;
}

/** What lasts stands behind one line; more of it can be taken on all the same. @param {Parts} props */
function Enough(props) {
  const [open, setOpen] = useState(false);
  const fits = (/** @type {Line} */ line) => line.make === 0;
  const count = props.lines.filter(fits).length;
  if (count === 0) return null;
  return html`<details class="plan-enough" open=${open} onToggle=${(/** @type {any} */ e) => setOpen(e.target.open)}><summary>${t("make.section.enough", { n: count })}</summary>
    ${open && html`<${Lines} ...${props} title="" fits=${fits} />`}</details>`;
}

/** @param {{plan: any, changed: boolean}} props */
function Sums({ plan, changed }) {
  const { totals } = plan;
  const words = limitWords(totals, shop.value.currency);
  if (words.length === 0 && totals.work_s === 0) return null;
  return html`<p class="small">${words.length > 0 ? words.join(" ") : t("make.work", { hours: hoursWords(totals.work_s) })}${changed && html` <span class="quiet">${t("make.as-proposed")}</span>`}</p>`;
}

/** @param {{lines: Line[], day: string}} props */
function Bring({ lines, day }) {
  const brought = lines.filter(({ bring }) => bring > 0).sort((a, b) => b.bring - a.bring);
  if (brought.length === 0) return null;
  return html`<details class="card pad"><summary><b>${t("make.section.bring", { day: longDate(day) })}</b> <span class="quiet">${t("make.bring.pieces", { n: brought.reduce((sum, { bring }) => sum + bring, 0) })}</span></summary>
    <ul class="bring">${brought.map(({ sku, name, bring }) => html`<li key=${sku}><b>${bring}</b> ${name}</li>`)}</ul></details>`;
}

/** @param {{model: any}} props */
function ModelNote({ model }) {
  if (!model || model.error == null) return null;
  const figure = (/** @type {number} */ error) => error.toLocaleString(locale.value, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  return html`<p>${t("make.model", { error: figure(model.error), naive: figure(model.naive_error), used: t(`make.used.${model.used}`) })}</p>`;
}
