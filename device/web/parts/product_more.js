// What only some products need: how it is sold, its family, its parts, its other prices. Drawn when somebody asks for it.
import { html } from "/shared/vendor/ui.js";
import { parseMoney } from "/shared/money.js";
import { itemsOf, itemsText } from "../product_texts.js";
import { ListRows } from "./list_rows.js";
import { amount, t } from "../words.js";

export const UNITS = ["piece", "pair", "kg", "g", "l", "m", "hour"];
const FLAGS = /** @type {const} */ (["weighed", "free_price", "favourite"]);
const LISTS = /** @type {const} */ (["options", "prices", "parts"]);

/** @typedef {{unit: string, weighed: boolean, free_price: boolean, favourite: boolean, cost: string, family: string, options: string, parts: string, prices: string}} More */

/**
 * @param {any} product
 * @param {string} currency
 * @returns {More}
 */
export function moreOf(product, currency) {
  const { unit = "piece", weighed = false, free_price = false, favourite = false, family = "", cost_minor, ...lists } = product ?? {};
  const cost = cost_minor === undefined ? "" : amount(cost_minor, currency);
  const [options, prices, parts] = LISTS.map((field) => itemsText(field, lists[field] ?? [], currency));
  return { unit, weighed, free_price, favourite, family, cost, options, parts, prices };
}

/**
 * What was changed there as the till takes it, or the field that does not read.
 * @param {More} more
 * @param {More} before
 * @param {string} currency
 * @returns {{wish: Record<string, unknown>} | {field: string}}
 */
export function wishOf(more, before, currency) {
  /** @type {Record<string, unknown>} */
  const wish = {};
  for (const field of /** @type {const} */ (["unit", ...FLAGS, "family"])) if (more[field] !== before[field]) wish[field] = more[field];
  for (const field of LISTS) {
    if (more[field] === before[field]) continue;
    wish[field] = itemsOf(field, more[field], currency);
    if (wish[field] === null) return { field };
  }
  if (more.cost !== before.cost) {
    wish.cost_minor = more.cost.trim() === "" ? null : parseMoney(more.cost, currency);
    if (wish.cost_minor === null && more.cost.trim() !== "") return { field: "cost_minor" };
  }
  return { wish };
}

/** @param {{more: More, wrong: {field?: string, text?: string}, onChange: (more: More) => void}} props */
export function ProductMore({ more, wrong, onChange }) {
  /**
   * @param {keyof More} key
   * @param {string} field
   * @param {object} [rest]
   */
  const input = (key, field, rest = {}) => html`<div>
    <label for=${`more-${key}`}>${t(`field.${field}`)}</label>
    <input id=${`more-${key}`} value=${more[key]} autocomplete="off" aria-invalid=${wrong.field === field || undefined}
      aria-describedby=${`more-${key}-hint`} onInput=${(/** @type {any} */ e) => onChange({ ...more, [key]: e.target.value })} ...${rest} />
    ${wrong.field === field ? html`<p id=${`more-${key}-hint`} class="field-error" role="alert">${wrong.text}</p>`
      : html`<p id=${`more-${key}-hint`} class="quiet small">${t(`more.${field}.hint`)}</p>`}
  </div>`;

  return html`<fieldset class="stack product-more"><legend class="sr-only">${t("products.more")}</legend>
    <div><label for="more-unit">${t("field.unit")}</label>
      <select id="more-unit" value=${more.unit} aria-invalid=${wrong.field === "unit" || undefined} onChange=${(/** @type {any} */ e) => onChange({ ...more, unit: e.target.value })}>
        ${[...new Set([...UNITS, more.unit])].map((unit) => html`<option key=${unit} value=${unit}>${UNITS.includes(unit) ? t(`unit.${unit}`) : unit}</option>`)}
      </select>
      ${wrong.field === "unit" && html`<p class="field-error" role="alert">${wrong.text}</p>`}</div>
    ${FLAGS.map((flag) => html`<label key=${flag} class="check"><input type="checkbox" checked=${more[flag]}
      onChange=${(/** @type {any} */ e) => onChange({ ...more, [flag]: e.target.checked })} /> ${t(`field.${flag}`)}</label>`)}
    ${input("family", "family")}
    ${LISTS.map((field) => html`<${ListRows} key=${field} field=${field} text=${more[field]} wrong=${wrong.field === field ? (wrong.text ?? "") : ""}
      onChange=${(/** @type {string} */ text) => onChange({ ...more, [field]: text })} />`)}
    ${input("cost", "cost_minor", { inputmode: "decimal" })}
  </fieldset>`;
}
