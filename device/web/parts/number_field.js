// A whole number with its label, typed on the digits' keyboard; empty is nought.
import { html } from "/shared/vendor/ui.js";

const MOST = 9_999_999;

/** @param {{name: string, label: string, hint?: string, value: number, onChange: (value: number) => void}} props */
export const NumberField = ({ name, label, hint, value, onChange }) => html`<div>
  <label for=${`number-${name}`}>${label}</label>
  <input id=${`number-${name}`} inputmode="numeric" autocomplete="off" value=${value || ""} placeholder="0" aria-describedby=${hint ? `hint-${name}` : undefined}
    onInput=${(/** @type {any} */ e) => onChange(Math.min(MOST, Number(e.target.value.replace(/\D/g, ""))))} />
  ${hint && html`<p id=${`hint-${name}`} class="quiet small">${hint}</p>`}
</div>`;
