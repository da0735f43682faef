// What came of a code, so large that it can be read from where the doors are. Goes back to the start by itself.
import { html, useEffect, useRef } from "/shared/vendor/ui.js";
import { BankDrawing } from "../bank_drawing.js";
import { t } from "../words.js";
import { useCountdown } from "./countdown.js";
import { bank } from "./hub.js";
import { meaningOf } from "./outcomes.js";

const SHOWN_S = { opened: 20, other: 15 };

/** @param {{result: import("./hub.js").Result, onDone: () => void}} props */
export function ResultScreen({ result, onDone }) {
  const { words, tone } = meaningOf(result.outcome);
  const opened = words === "opened";
  const left = useCountdown(Math.max(result.waitS, opened ? SHOWN_S.opened : SHOWN_S.other), onDone);
  const wait = useCountdown(result.waitS);
  const heading = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => heading.current?.focus(), []);

  return html`<section class=${`result tone-${tone}`}>
    <div class="said" role="alert">
      ${opened && html`<p class="number" aria-hidden="true"><small>${t("result.door")}</small><b>${result.compartment}</b></p>`}
      <h2 tabindex="-1" ref=${heading}>${!opened && html`<${Mark} tone=${tone} />`}
        ${opened && html`<span class="sr-only">${t("result.door")} ${result.compartment}. </span>`}${t(`result.${words}`)}</h2>
      <p class="remedy">${t(`result.${words}.remedy`)}</p>
    </div>
    ${result.compartment !== null && bank.value && html`<${Where} door=${result.compartment} />`}
    <div class="after">
      <button disabled=${wait > 0} onClick=${onDone}>${opened ? t("result.done") : t("result.back")}</button>
      <p class="quiet">${wait > 0 ? t("result.wait.in", { n: wait }) : t("result.back.in", { n: left })}</p>
    </div>
  </section>`;
}

/** @param {{door: number}} props */
function Where({ door }) {
  return html`<${BankDrawing} doors=${bank.value?.compartments ?? []} label=${t("result.where", { door })} class="where">
    ${(/** @type {{compartment: number}} */ { compartment }) => html`<span class=${compartment === door ? "door you" : "door"}><b>${compartment}</b></span>`}
  </${BankDrawing}>`;
}

const MARKS = {
  good: "M5 12.5l4.5 4.5L19 7.5",
  warn: "M12 6v7M12 17.5v.1",
  bad: "M7 7l10 10M17 7L7 17",
};

/** A mark that differs by shape: tick, exclamation, cross. @param {{tone: "good" | "warn" | "bad"}} props */
const Mark = ({ tone }) => html`<svg class="mark" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2.6" stroke-linecap="round" aria-hidden="true">
  <path d=${MARKS[tone]} />
</svg>`;
