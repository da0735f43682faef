// What came of a code, so large that it can be read from where the doors are. Goes back to the start by itself.
import { html, useEffect, useRef, useState } from "/shared/vendor/ui.js";
import { BankDrawing } from "../bank_drawing.js";
import { t } from "../words.js";
import { bank } from "./hub.js";

const SHOWN_S = { opened: 20, other: 15 };

/** Outcomes with words of their own, and how grave each is. */
const TONES = /** @type {Record<string, "good" | "warn" | "bad">} */ ({
  "opened": "good",
  "wrong-code": "bad",
  "wait": "warn",
  "code-locked": "bad",
  "not-here-yet": "warn",
  "already-collected": "warn",
  "taken-back": "warn",
  "door-jammed": "bad",
  "door-unclear": "warn",
  "board-offline": "warn",
  "unreachable": "warn",
});

/** A terminal types nine digits or nothing, so that a text which is no code was mistyped. */
const SAME_AS = /** @type {Record<string, string>} */ ({ "already-open": "opened", "not-a-code": "wrong-code" });

/** @param {{result: import("./hub.js").Result, onDone: () => void}} props */
export function ResultScreen({ result, onDone }) {
  const outcome = SAME_AS[result.outcome] ?? result.outcome;
  const words = outcome in TONES ? outcome : "other";
  const opened = outcome === "opened";
  const left = useCountdown(Math.max(result.waitS, opened ? SHOWN_S.opened : SHOWN_S.other), onDone);
  const wait = useCountdown(result.waitS);
  const heading = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => heading.current?.focus(), []);

  return html`<section class=${`result tone-${TONES[words] ?? "warn"}`}>
    <div class="said" role="alert">
      ${opened && html`<p class="number" aria-hidden="true"><small>${t("result.door")}</small><b>${result.compartment}</b></p>`}
      <h2 tabindex="-1" ref=${heading}>${!opened && html`<${Mark} tone=${TONES[words] ?? "warn"} />`}
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

/**
 * The whole seconds that are left.
 * @param {number} seconds
 * @param {() => void} [onEnd]
 */
function useCountdown(seconds, onEnd) {
  const [left, setLeft] = useState(seconds);
  useEffect(() => {
    if (seconds <= 0) return undefined;
    const endsAt = performance.now() + seconds * 1000;
    const timer = setInterval(() => {
      const now = Math.ceil((endsAt - performance.now()) / 1000);
      setLeft(Math.max(0, now));
      if (now > 0) return;
      clearInterval(timer);
      onEnd?.();
    }, 250);
    return () => clearInterval(timer);
  }, [seconds]);
  return left;
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
