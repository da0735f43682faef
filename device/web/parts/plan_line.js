// One product's line of the plan: what and by when, a number to change, and why on a tap.
import { html, useState } from "/shared/vendor/ui.js";
import { lineWords, whyOf } from "../plan_words.js";
import { hrefOf } from "../router.js";
import { t } from "../words.js";
import { OwnEffects } from "./effect.js";

/** @typedef {import("../plan_words.js").Line} Line */

const MOST_PIECES = 100_000;

/** @param {{line: Line, pieces: number, most: number, today: string, shared: any[], onChange: (pieces: number) => void}} props */
export function PlanLine({ line, pieces, most, today, shared, onChange }) {
  const [open, setOpen] = useState(false);
  return html`<li class="plan-line">
    <button type="button" class="plain plan-what" aria-expanded=${open} onClick=${() => setOpen(!open)}>
      <b>${line.name}</b><span class="quiet small">${lineWords(line, pieces > 0)}</span></button>
    <${Stepper} name=${line.name} pieces=${pieces} step=${line.batch} onChange=${onChange} />
    ${line.usual !== null && line.usual !== pieces && html`<button type="button" class="pill plan-usual" onClick=${() => onChange(line.usual ?? 0)}>${t("make.usually", { n: line.usual })}</button>`}
    ${line.cut && html`<p class="plan-more small">${t(`make.why.cut.${line.cut}`, { n: line.wanted - line.make })}</p>`}
    <div class="plan-more"><${OwnEffects} row=${line} shared=${shared} /></div>
    ${open && html`<div class="plan-more stack tight">
      <div class="range-row"><span class="small">${t("make.likely")}</span><${Range} line=${line} most=${most} /></div>
      ${whyOf(line, today).map((words) => html`<p key=${words} class="small">${words}</p>`)}
      <div class="row"><a class="button" href=${hrefOf("forecast", line.sku)}>${t("make.chart")}</a><a class="button" href=${hrefOf("making", line.sku)}>${t("make.rules")}</a></div>
    </div>`}
  </li>`;
}

/** @param {{name: string, pieces: number, step: number, onChange: (pieces: number) => void}} props */
function Stepper({ name, pieces, step, onChange }) {
  const set = (/** @type {number} */ n) => onChange(Math.max(0, Math.min(MOST_PIECES, n)));
  return html`<span class="stepper">
    <button type="button" aria-label=${t("cart.less", { name })} disabled=${pieces === 0} onClick=${() => set(pieces - step)}>−</button>
    <input aria-label=${t("make.pieces", { name })} inputmode="numeric" value=${pieces} onInput=${(/** @type {any} */ e) => set(Number(e.target.value.replace(/\D/g, "")) || 0)} />
    <button type="button" aria-label=${t("cart.more", { name })} onClick=${() => set(pieces + step)}>+</button>
  </span>`;
}

/** The likely sale as a bar from low to high, with a mark at the likeliest. @param {{line: Line, most: number}} props */
function Range({ line, most }) {
  /** @param {number} pieces */
  const x = (pieces) => (Math.min(pieces, most) / most) * 116 + 2;
  return html`<span class="range">
    <svg viewBox="0 0 120 20" preserveAspectRatio="none" aria-hidden="true">
      <rect x="2" y="8" width="116" height="4" rx="2" fill="var(--line)" />
      <rect x=${x(line.low)} y="5" width=${Math.max(2, x(line.high) - x(line.low))} height="10" rx="3" fill="var(--edge)" />
      <rect x=${x(line.likely) - 1.5} y="1" width="3" height="18" fill="var(--ink)" />
    </svg>
    <span class="small"><span class="sr-only">${t("make.range", { low: line.low, likely: line.likely, high: line.high })}</span>
      <span aria-hidden="true">${line.low} – <b>${line.likely}</b> – ${line.high}</span>${line.used === "naive" && html` <span class="quiet">· ${t("make.naive-mark")}</span>`}</span>
  </span>`;
}
