// Noting a signal in a few taps: what, how strong, when, about what.
import { post } from "/shared/http.js";
import { html, useState } from "/shared/vendor/ui.js";
import { BackLink, Frame } from "../parts/frame.js";
import { GoesWith } from "../parts/goes_with.js";
import { sayProblem } from "../problem_notice.js";
import { go } from "../router.js";
import { matching } from "../search.js";
import { COUNTED, KINDS, STEPS, STEP_MILLI, dayFromToday, strengthWords } from "../signal_texts.js";
import { heard, notice, products } from "../till.js";
import { uuid7 } from "../uuid7.js";
import { t } from "../words.js";

const FOUND_SHOWN = 6;
const SATURDAY = 6;
const SPANS = ["today", "tomorrow", "weekend", "week"];

export function NoteSignal() {
  const [signal, setSignal] = useState(() => ({
    signal_id: uuid7(), kind: "", strength_milli: 0, value: 0, first: dayFromToday(), last: dayFromToday(), scope: "everything", about: "", source: "",
  }));
  const [busy, setBusy] = useState(false);
  /** @param {Partial<typeof signal>} some */
  const change = (some) => setSignal({ ...signal, ...some });
  const ready = signal.kind !== "" && (signal.strength_milli !== 0 || signal.value > 0) && signal.first <= signal.last && (signal.scope === "everything" || signal.about !== "");

  async function keep() {
    setBusy(true);
    try {
      await heard(post("/api/signals", signal));
      notice.value = { tone: "good", text: t("signals.noted") };
      go("signals");
    } catch (thrown) {
      sayProblem(thrown);
    }
    setBusy(false);
  }

  const main = html`<button class="primary wide-button" disabled=${!ready || busy} onClick=${keep}>${t("signals.keep")}</button>`;
  return html`<${Frame} foot=${main}><div class="narrow stack">
    <div class="product-title"><${BackLink} page="signals" /><h2>${t("signals.add")}</h2></div>
    <div class="choices kinds" role="group" aria-label=${t("signals.what")}>${KINDS.map((kind) => html`<button type="button" key=${kind} class="choice card" aria-pressed=${kind === signal.kind} onClick=${() => change({ kind, strength_milli: 0, value: 0 })}>
      <b>${t(`signal.${kind}`)}</b><span class="quiet small">${t(`signal.${kind}.hint`)}</span></button>`)}</div>
    ${signal.kind && html`<${Strength} signal=${signal} onChange=${change} />
      <${When} signal=${signal} onChange=${change} />
      <${About} signal=${signal} onChange=${change} />
      <div><label for="signal-source">${t("signals.source")}</label><input id="signal-source" value=${signal.source} maxlength="80" onInput=${(/** @type {any} */ e) => change({ source: e.target.value })} /></div>`}
    <div class="roomy">${main}</div>
  </div><//>`;
}

/** @typedef {{kind: string, strength_milli: number, value: number, first: string, last: string, scope: string, about: string}} Draft */

/** @param {{signal: Draft, onChange: (some: any) => void}} props */
const Strength = ({ signal: { kind, strength_milli, value }, onChange }) => html`<section class="stack tight"><h3>${t("signals.strength")}</h3>
  <div class="steps" role="group" aria-label=${t("signals.strength")}>${STEPS.map((step) => html`<button type="button" key=${step} aria-pressed=${strength_milli === step * STEP_MILLI} onClick=${() => onChange({ strength_milli: step * STEP_MILLI })}>
    <${Bars} step=${step} /><span class="small">${strengthWords(kind, step * STEP_MILLI)}</span></button>`)}</div>
  ${COUNTED.includes(kind) && html`<div><label for="signal-value">${t(`signals.value.${kind}`)}</label>
    <input id="signal-value" inputmode="numeric" maxlength="9" value=${value || ""} onInput=${(/** @type {any} */ e) => onChange({ value: Number(e.target.value.replace(/\D/g, "")) })} />
    <p class="quiet small">${t("signals.value.hint")}</p></div>`}</section>`;

/** As many bars as steps; hanging where it is less. @param {{step: number}} props */
const Bars = ({ step }) => html`<svg width="30" height="20" viewBox="0 0 30 20" aria-hidden="true">
  ${[1, 2, 3].map((bar) => html`<rect x=${(bar - 1) * 11} width="8" rx="2" height=${4 + 5 * bar} y=${step > 0 ? 16 - 5 * bar : 0} fill=${bar <= Math.abs(step) ? "currentColor" : "none"} stroke="currentColor" stroke-width="1.5" />`)}</svg>`;

/** @param {string} span @returns {{first: string, last: string}} */
function daysOf(span) {
  const toSaturday = (SATURDAY - new Date().getDay() + 7) % 7;
  if (span === "tomorrow") return { first: dayFromToday(1), last: dayFromToday(1) };
  if (span === "weekend") return { first: dayFromToday(toSaturday), last: dayFromToday(toSaturday + 1) };
  return { first: dayFromToday(), last: dayFromToday(span === "week" ? 6 : 0) };
}

/** @param {{signal: Draft, onChange: (some: any) => void}} props */
const When = ({ signal: { first, last }, onChange }) => html`<section class="stack tight"><h3>${t("signals.when")}</h3>
  <div class="row" role="group" aria-label=${t("signals.when")}>${SPANS.map((span) => {
    const days = daysOf(span);
    return html`<button type="button" key=${span} class="pill" aria-pressed=${days.first === first && days.last === last} onClick=${() => onChange(days)}>${t(`signals.span.${span}`)}</button>`;
  })}</div>
  <div class="pair">
    <div><label for="signal-first">${t("signals.first")}</label><input id="signal-first" type="date" value=${first} onInput=${(/** @type {any} */ e) => onChange({ first: e.target.value, last: e.target.value > last ? e.target.value : last })} /></div>
    <div><label for="signal-last">${t("signals.last")}</label><input id="signal-last" type="date" value=${last} min=${first} onInput=${(/** @type {any} */ e) => onChange({ last: e.target.value })} /></div>
  </div></section>`;

/** @param {{signal: Draft, onChange: (some: any) => void}} props */
function About({ signal: { scope, about }, onChange }) {
  const [text, setText] = useState("");
  const all = products.value ?? [];
  const categories = [...new Set(all.map(({ category }) => category).filter(Boolean))];
  const chosen = all.find(({ sku }) => sku === about);
  const found = text ? matching(all, text, "").slice(0, FOUND_SHOWN) : [];
  return html`<section class="stack tight"><h3>${t("signals.about")}</h3>
    <div class="row" role="group" aria-label=${t("signals.about")}>
      ${["everything", "category", "product"].map((one) => html`<button type="button" key=${one} class="pill" aria-pressed=${one === scope} onClick=${() => onChange({ scope: one, about: "" })}>${t(`signals.about.${one}`)}</button>`)}</div>
    ${scope === "category" && html`<div class="row" role="group" aria-label=${t("signals.about.category")}>${categories.map((one) => html`<button type="button" key=${one} class="pill" aria-pressed=${one === about} onClick=${() => onChange({ about: one })}>${one}</button>`)}</div>`}
    ${scope === "product" && html`<input type="search" autocomplete="off" placeholder=${t("products.search")} aria-label=${t("products.search")} value=${text} onInput=${(/** @type {any} */ e) => setText(e.target.value)} />
      <div class="row" role="group" aria-label=${t("signals.about.product")}>${[...(chosen ? [chosen] : []), ...found.filter((one) => one !== chosen)].map((one) => html`<button type="button" key=${one.sku} class="pill" aria-pressed=${one.sku === about} onClick=${() => onChange({ about: one.sku })}>${one.name}</button>`)}</div>
      <p class="quiet small">${t("signals.relatives")}</p>
      ${chosen && html`<${GoesWith} key=${chosen.sku} sku=${chosen.sku} />`}`}</section>`;
}
