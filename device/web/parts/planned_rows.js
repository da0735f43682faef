// What a file would change, row by row: products, materials and recipes look the same here.
import { html } from "/shared/vendor/ui.js";
import { quantity, t } from "../words.js";

/**
 * @typedef {{field: string, before: any, after: any}} Change
 * @typedef {{name: string, is_new: boolean, fields: Change[], stock: {before_milli: number, after_milli: number} | null}} PlannedRow
 * @typedef {{added: number, changed: number, counted: number, same: number, rows: any[], refused_count: number, refused: import("./file_preview.js").Refused[]}} Plan
 */

/**
 * @param {{plan: Plan, keyOf: (row: any) => string, ofNew: (field: string) => boolean, label: (field: string) => string, said: (field: string, value: any) => string}} props
 *   `ofNew`: which fields matter of what is new
 */
export const PlannedRows = ({ plan, keyOf, ofNew, label, said }) => html`<ul class="plain-list card pad">${plan.rows.map((/** @type {PlannedRow} */ row) => html`<li key=${keyOf(row)}>
  <b>${row.name}</b> <span class="quiet small">${row.is_new ? t("import.new") : ""}</span>
  ${row.fields.filter(({ field }) => !row.is_new || ofNew(field)).map((one) => html`<span class="quiet small import-text">${label(one.field)}: ${row.is_new ? "" : `${said(one.field, one.before)} → `}${said(one.field, one.after)}</span>`)}
  ${row.stock && html`<span class="quiet small import-text">${t("import.stock", { before: quantity(row.stock.before_milli), after: quantity(row.stock.after_milli) })}</span>`}
</li>`)}</ul>`;
