// A list that a product may have, two fields to a row: what it is called, and its worth. There is always one empty row more.
import { html, useState } from "/shared/vendor/ui.js";
import { products } from "../till.js";
import { rowsOf, textOf } from "../typed_rows.js";
import { t } from "../words.js";

/** @param {{field: import("../product_texts.js").ListField, text: string, wrong: string, onChange: (text: string) => void}} props */
export function ListRows({ field, text, wrong, onChange }) {
  const [rows, setRows] = useState(() => withOneMore(rowsOf(text)));

  /** @param {number} at @param {0 | 1} side @param {string} said */
  function type(at, side, said) {
    const next = withOneMore(rows.map((row, i) => (i !== at ? row : side === 0 ? [said, row[1]] : [row[0], said])));
    setRows(next);
    onChange(textOf(next));
  }

  return html`<fieldset class="list-rows stack tight" aria-describedby=${`more-${field}-hint`}><legend>${t(`field.${field}`)}</legend>
    ${rows.map(([name, value], at) => html`<div key=${at} class="pair">
      ${field === "parts"
        ? html`<select aria-label=${t("more.parts.name")} value=${name} onChange=${(/** @type {any} */ e) => type(at, 0, e.target.value)}>
            <option value="">${t("field.nothing")}</option>
            ${[...(products.value ?? []), ...unknown(name)].map((one) => html`<option key=${one.sku} value=${one.sku}>${one.name}</option>`)}</select>`
        : html`<input aria-label=${t(`more.${field}.name`)} placeholder=${at === 0 ? t(`more.${field}.name.like`) : ""} value=${name} autocomplete="off" maxlength="80" onInput=${(/** @type {any} */ e) => type(at, 0, e.target.value)} />`}
      <input aria-label=${t(`more.${field}.value`)} placeholder=${at === 0 ? t(`more.${field}.value.like`) : ""} inputmode=${field === "options" ? undefined : "decimal"} value=${value} autocomplete="off" maxlength="80"
        onInput=${(/** @type {any} */ e) => type(at, 1, e.target.value)} /></div>`)}
    <p id=${`more-${field}-hint`} class=${wrong ? "field-error" : "quiet small"} role=${wrong ? "alert" : undefined}>${wrong || t(`more.${field}.hint`)}</p>
  </fieldset>`;
}

/** @param {[string, string][]} rows @returns {[string, string][]} */
const withOneMore = (rows) => (rows.length > 0 && rows[rows.length - 1].every((said) => said === "") ? rows : [...rows, ["", ""]]);

/** A part that is no longer offered still stands in its bundle. @param {string} sku */
const unknown = (sku) => (sku === "" || products.value?.some((one) => one.sku === sku) ? [] : [{ sku, name: sku }]);
