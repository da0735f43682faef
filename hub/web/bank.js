// The simulated bank: a hand for doors that have none. It shows what the simulation says, and pushes and jams.
import { listen } from "/shared/events.js";
import { ask, get, Problem } from "/shared/http.js";
import { Awning, ThemeButton } from "/shared/components/shell.js";
import { Languages } from "/shared/components/languages.js";
import { Chip, Skeleton, StaleNote } from "/shared/components/states.js";
import { nowMs } from "/shared/now.js";
import { clockTime } from "/shared/times.js";
import { html, render, signal, useEffect } from "/shared/vendor/ui.js";
import { BankDrawing } from "./bank_drawing.js";
import { language, locale, speech, t } from "./words.js";

/**
 * @typedef {"open" | "shut" | "jammed"} DoorState
 * @typedef {{compartment: number, size: import("./bank_layout.js").Size, state: DoorState, bolt: "locked" | "released"}} Door
 * @typedef {{doors: Door[], runs_on: string}} Bank
 * @typedef {{atMs: number, compartment: number, state: DoorState}} Sight
 */

const SIGHTS_KEPT = 8;

const doors = signal(/** @type {Door[] | null} */ (null));
const runsOn = signal("");
const seen = signal(/** @type {Sight[]} */ ([]));

/** @param {Bank} said */
function take({ doors: next, runs_on }) {
  const before = doors.peek();
  const moved = next.filter((door) => before?.some((old) => old.compartment === door.compartment && old.state !== door.state));
  const sights = moved.map(({ compartment, state }) => ({ atMs: Date.now(), compartment, state }));
  if (sights.length > 0) seen.value = [...sights, ...seen.peek()].slice(0, SIGHTS_KEPT);
  doors.value = next;
  runsOn.value = runs_on;
}

/** Asks for all doors: before the stream's first word, and after a hand moved one. */
async function look() {
  try {
    take(await get("/api/doors"));
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem; // the stream's own state says that nobody answers
  }
}

/**
 * @param {number} compartment
 * @param {"push" | "jam"} verb
 * @param {Record<string, boolean>} [body]
 */
async function move(compartment, verb, body = {}) {
  await ask("POST", `/api/doors/${compartment}/${verb}`, body).catch(() => undefined);
  await look();
}

const stream = listen("/api/events", { doors: take });

function BankPage() {
  useEffect(() => {
    document.title = `${t("bank.title")} (${t("bank.simulation")})`;
  }, [language.value]);
  const found = doors.value;
  return html`<div class="shell centred bank-page">
    <${Awning} />
    <header class="shell-head">
      <h1>${t("bank.title")}</h1><span class="simulation">${t("bank.simulation")}</span>
      <div class="head-tools"><${Languages} speech=${speech} label=${t("language")} /><${ThemeButton} toDay=${t("theme.day")} toNight=${t("theme.night")} /></div>
    </header>
    <main id="main" class="shell-main">
      <${StaleNote} stale=${stream.freshness.value === "stale"}>${t("bank.lost", { time: clockTime(stream.heardAtMs.value || nowMs.value, nowMs.value, locale.value) })}</${StaleNote}>
      ${found ? html`<p class="say" role="status">${sentence(found)}</p>` : html`<${Skeleton} lines=${1} height="2rem" label=${t("loading")} />`}
      <p class="quiet">${t("bank.hint")}${" "}${runsOn.value && t(`bank.on.${runsOn.value}`)}</p>
      <div class="bank-and-rest">
        ${found ? html`<${Cabinet} found=${found} />` : html`<span class="skeleton cabinet"></span>`}
        <div class="stack">${found && html`<${Jams} found=${found} />`}<${Seen} /></div>
      </div>
    </main>
  </div>`;
}

/** @param {Door[]} found */
function sentence(found) {
  /** @param {DoorState} state */
  const count = (state) => found.filter((door) => door.state === state).length;
  return `${t("bank.say.open", { n: count("open") })} ${t("bank.say.jammed", { n: count("jammed") })}`.trim();
}

/** @param {{found: Door[]}} props */
const Cabinet = ({ found }) => html`<${BankDrawing} doors=${found} label=${t("bank.label")} class="cabinet">
  ${(/** @type {Door} */ door) => html`<${DoorLeaf} door=${door} />`}
</${BankDrawing}>`;

/** @param {{door: Door}} props */
function DoorLeaf({ door: { compartment, state } }) {
  return html`<button type="button" class=${`door ${state}`} aria-disabled=${state !== "open"}
    onClick=${() => state === "open" && move(compartment, "push")}>
    <span class="sr-only">${t("result.door")} </span><b>${compartment}</b> <small>${t(`bank.${state}`)}</small>${state === "open" && html`<small class="push">${t("bank.push")}</small>`}
  </button>`;
}

/** @param {{found: Door[]}} props */
const Jams = ({ found }) => html`<section class="card pad stack">
  <div><h2>${t("bank.jam")}</h2><p class="quiet small">${t("bank.jam.hint")}</p></div>
  <div class="jams">${found.map(({ compartment, state }) => html`<button key=${compartment} type="button" role="switch" class="pill"
    aria-checked=${state === "jammed"} aria-label=${`${t("bank.jam")}: ${compartment}`}
    onClick=${() => move(compartment, "jam", { jammed: state !== "jammed" })}>${compartment}${state === "jammed" ? ` ${t("bank.jammed")}` : ""}</button>`)}</div>
</section>`;

const Seen = () => html`<section class="card pad stack">
  <h2>${t("bank.seen")}</h2>
  <ol class="seen" aria-live="polite">
    ${seen.value.length === 0 && html`<li class="quiet">${t("bank.seen.none")}</li>`}
    ${seen.value.map(({ atMs, compartment, state }) => html`<li key=${`${atMs} ${compartment}`}>
      <span class="quiet">${new Date(atMs).toLocaleTimeString(locale.value, { hourCycle: "h23" })}</span>
      <${Chip} tone=${state === "open" ? "warn" : state === "jammed" ? "bad" : "good"}>${t("bank.seen.door", { door: compartment, state: t(`bank.${state}`) })}</${Chip}>
    </li>`)}
  </ol>
</section>`;

render(html`<${BankPage} />`, document.body);
void look();
