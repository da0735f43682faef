// One parcel: its number large, what it is, where it is, and the one thing to do next.
import { html, useEffect } from "/shared/vendor/ui.js";
import { Chip } from "/shared/components/states.js";
import { problemWords } from "/shared/problem_words.js";
import { nowMs } from "/shared/now.js";
import { clockTime } from "/shared/times.js";
import { locale, t } from "../words.js";
import { askNewCode, askTakeBack, deposit, renewCode, resolve, setStep, standingOf, steps, takeBack } from "./hub.js";

/** @typedef {import("./hub.js").Parcel} Parcel */

const TONES = /** @type {const} */ ({ unclear: "warn", "given-back": "warn", opening: "", reserved: "", waiting: "", deposited: "good", collected: "good", expired: "warn" });

/** @param {{parcel: Parcel}} props */
export function ParcelCard({ parcel }) {
  const { number, compartment, locked } = parcel;
  const state = standingOf(parcel);
  const step = steps.value[parcel.parcel_id];
  const busy = step?.kind === "opening";
  const asks = isOpen(parcel.state) && (step?.kind === "asking" || step?.kind === "asking-new-code");
  return html`<li class=${`parcel card ${state}`} id=${`parcel-${parcel.parcel_id}`}>
    <p class="no" aria-hidden="true">${number}</p>
    <div class="what">
      <h3><span class="sr-only">${t("parcel.number", { number })}: </span>${parcel.items}</h3>
      <p class="quiet small">${t("parcel.from", { receipt: parcel.receipt_number, till: parcel.till })}</p>
      <p class="row chips">
        ${compartment !== null && state !== "collected" && state !== "expired" && html`<b>${t("parcel.door", { door: compartment })}</b>`}
        <${Chip} tone=${TONES[state]}>${t(`state.one.${state}`)}</${Chip}>
        ${locked && state !== "given-back" && html`<${Chip} tone="warn">${t("parcel.locked")}</${Chip}>`}
        <span class="quiet small nowrap">${t("parcel.since", { time: clockTime(Date.parse(parcel.since), nowMs.value, locale.value) })}</span>
      </p>
    </div>
    ${!asks && html`<div class="acts"><${Acts} parcel=${parcel} busy=${busy} opened=${step?.kind === "opened"} /></div>`}
    <div class="step" role="status"><${StepNote} parcel=${parcel} step=${step} /></div>
  </li>`;
}

/** @param {{parcel: Parcel, busy: boolean, opened: boolean}} props */
function Acts({ parcel, busy, opened }) {
  const door = parcel.compartment ?? "";
  switch (standingOf(parcel)) {
    case "reserved":
      return html`<button class=${opened ? "" : "primary"} disabled=${busy} onClick=${() => deposit(parcel)}>${t("parcel.deposit", { door })}</button>
        <${Quiet} parcel=${parcel} busy=${busy} />`;
    case "given-back":
      return html`<button disabled=${busy} onClick=${() => askTakeBack(parcel)}>${t("parcel.take-back")}</button>`;
    case "deposited":
    case "waiting":
      return html`<${Quiet} parcel=${parcel} busy=${busy} />`;
    case "unclear":
      return html`<button disabled=${busy} onClick=${() => resolve(parcel, "collected")}>${t("parcel.take-out")}</button>
        <button disabled=${busy} onClick=${() => resolve(parcel, "still-inside")}>${t("parcel.still-inside")}</button>`;
    default:
      return null;
  }
}

/** What is seldom done. A locked code opens nothing any more, so there is nothing to ask. @param {{parcel: Parcel, busy: boolean}} props */
const Quiet = ({ parcel, busy }) => html`
  <button class=${parcel.locked ? "" : "plain"} disabled=${busy} onClick=${() => (parcel.locked ? renewCode(parcel) : askNewCode(parcel))}>${t("parcel.renew")}</button>
  <button class="plain" disabled=${busy} onClick=${() => askTakeBack(parcel)}>${t("parcel.take-back")}</button>`;

/**
 * What is under way with this parcel, what came of it, or what it waits for.
 * @param {{parcel: Parcel, step: import("./hub.js").Step | undefined}} props
 */
function StepNote({ parcel, step }) {
  const { number, state } = parcel;
  const door = parcel.compartment ?? "";
  const finished = (step?.kind === "opened" && state === "deposited") || (step?.kind === "taken-out" && state === "expired");
  useEffect(() => {
    if (!finished && step?.kind !== "resolved") return undefined;
    const timer = setTimeout(() => setStep(parcel.parcel_id, null), 15_000);
    return () => clearTimeout(timer);
  }, [finished, step?.kind]);

  switch (step?.kind) {
    case "opening":
      return state === "reserved" && html`<p class="note"><span>${t("parcel.opening", { door })}</span></p>`;
    case "opened":
      if (finished) return html`<p class="note good"><span>${t("parcel.shut", { number, door })}</span></p>`;
      return state === "reserved" && html`<p class="note warn large"><span>${t("parcel.opened", { number, door })}</span></p>`;
    case "asking-new-code":
      return isOpen(state) ? html`<${Question} ask=${t("parcel.renew.ask")} yes=${t("parcel.renew.yes")} no=${t("parcel.renew.no")}
        onYes=${() => renewCode(parcel)} onNo=${() => setStep(parcel.parcel_id, null)} />` : hint(parcel);
    case "asking":
      return isOpen(state) ? html`<${TakeBack} parcel=${parcel} />` : hint(parcel);
    case "taken-out":
      if (finished) return html`<p class="note good"><span>${t("parcel.take-back.done", { number })}</span></p>`;
      return state === "opening" && html`<p class="note warn large"><span>${t("parcel.take-back.open", { number, door })}</span></p>`;
    case "code":
      return html`<${NewCode} parcel=${parcel} code=${step.code ?? ""} />`;
    case "resolved":
      return html`<p class="note good"><span>${t(`parcel.resolved.${step.decision}`, { number })}</span></p>`;
    case "problem":
      return step.problem && html`<${Refusal} problem=${step.problem} />`;
    default:
      return hint(parcel);
  }
}

/** Whether the parcel still waits for its customer: a question about any other is past. @param {Parcel["state"]} state */
const isOpen = (state) => state === "waiting" || state === "reserved" || state === "deposited";

/** What a person should know before doing anything. @param {Parcel} parcel */
function hint(parcel) {
  const { locked, compartment } = parcel;
  if (standingOf(parcel) === "unclear") return html`<p class="note warn"><span>${t("parcel.unclear", { door: compartment ?? "" })}</span></p>`;
  if (standingOf(parcel) === "given-back") return html`<p class="note warn"><span>${t("parcel.given-back")}</span></p>`;
  if (locked) return html`<p class="quiet small">${t("parcel.locked.hint")}</p>`;
  return null;
}

/** @param {{parcel: Parcel, code: string}} props */
const NewCode = ({ parcel, code }) => html`<div class="note good new-code">
  <p>${t("parcel.code", { number: parcel.number })}</p>
  <p class="big nowrap">${code}</p>
  <p>${t("parcel.code.hint")}</p>
  <button onClick=${() => setStep(parcel.parcel_id, null)}>${t("parcel.code.done")}</button>
</div>`;

/** @param {{parcel: Parcel}} props */
function TakeBack({ parcel }) {
  const ask = parcel.state === "deposited" ? "parcel.take-back.ask.inside" : "parcel.take-back.ask";
  return html`<${Question} ask=${t(ask, { number: parcel.number, door: parcel.compartment ?? "" })}
    yes=${t("parcel.take-back.yes")} no=${t("parcel.take-back.no")}
    onYes=${() => takeBack(parcel)} onNo=${() => setStep(parcel.parcel_id, null)} />`;
}

/**
 * The second step of what cannot be undone, on the parcel's own card.
 * @param {{ask: string, yes: string, no: string, onYes: () => void, onNo: () => void}} props
 */
const Question = ({ ask, yes, no, onYes, onNo }) => html`<div class="note question">
  <p>${ask}</p>
  <p class="row"><button onClick=${onYes}>${yes}</button><button class="plain" onClick=${onNo}>${no}</button></p>
</div>`;

/** @param {{problem: import("/shared/http.js").Problem}} props */
function Refusal({ problem }) {
  const { title, remedy } = problemWords(t, problem);
  return html`<p class="note bad"><span><b>${title}</b> ${remedy}</span></p>`;
}
