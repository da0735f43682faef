// The stock diary: what changed the stock lately, who did it and why, and the way back.
import { EmptyState, ErrorCard, Skeleton } from "/shared/components/states.js";
import { get } from "/shared/http.js";
import { html, useState } from "/shared/vendor/ui.js";
import { useAnswer } from "../answer.js";
import { BackLink, Frame } from "../parts/frame.js";
import { Stale } from "../parts/stale.js";
import { sayProblem } from "../problem_notice.js";
import { heard } from "../till.js";
import { transferText, undoSheet, undone } from "../stock_sheet.js";
import { quantity, longDate, t, timeOfDay } from "../words.js";

/**
 * @typedef {{sheet_id: string, at: string, today: boolean, cashier: string, reason: import("../stock_sheet.js").Reason, waste: string | null,
 *   place: string, transfer: string, moved: number, name: string, change_milli: number, undoes: string, undone_by: string | null}} SheetMark
 */

export function Diary() {
  const { said, atMs, problem, again } = useAnswer(() => get("/api/stock-diary"), undone.value);
  /** @type {SheetMark[]} */
  const sheets = said?.sheets ?? [];
  return html`<${Frame}><div class="narrow stack">
    <div class="product-title"><${BackLink} page="stock" /><h2>${t("nav.diary")}</h2></div>
    ${said && html`<${Stale} atMs=${atMs} />`}
    ${problem && !said && html`<${ErrorCard} title=${problem.message} remedy=${problem.remedy} action=${t("app.again")} onAction=${again} />`}
    ${!said && !problem && html`<${Skeleton} lines=${8} height="56px" label=${t("app.loading")} />`}
    ${said && sheets.length === 0 && html`<${EmptyState} title=${t("diary.none")}>${t("diary.none.hint")}<//>`}
    ${sheets.length > 0 && html`<ul class="diary card">${sheets.map((sheet) => html`<${Row} key=${sheet.sheet_id} sheet=${sheet} onUndone=${again} />`)}</ul>`}
  </div><//>`;
}

/** @param {{sheet: SheetMark, onUndone: () => void}} props */
function Row({ sheet, onUndone }) {
  const [busy, setBusy] = useState(false);
  const { at, today, cashier, place, transfer, moved, name, change_milli, undoes, undone_by } = sheet;

  async function undo() {
    setBusy(true);
    if (!(await undoSheet(sheet.sheet_id))) onUndone(); // somebody else may have been quicker
    setBusy(false);
  }

  const when = `${today ? t("diary.today") : longDate(at)}, ${timeOfDay(at)}`;
  return html`<li class=${undone_by === null ? "" : "undone"}>
    <div class="what"><b>${undoes && `${t("diary.undo-of")} `}${whyOf(sheet)}</b>
      ${moved === 1 ? html`<span>${name} <${Change} milli=${change_milli} /></span>` : html`<${Rows} sheet=${sheet} />`}
      ${transfer && html`<span>${t("diary.transfer")} <b class="transfer">${transferText(transfer)}</b></span>`}
      <span class="quiet small">${when}${cashier && ` · ${cashier}`}${place && !["sent", "arrived"].includes(sheet.reason) ? ` · ${place}` : ""}</span>
      ${undone_by !== null && html`<span class="small">${undone_by ? t("diary.undone-by", { name: undone_by }) : t("diary.undone")}</span>`}</div>
    ${undone_by === null && !undoes && html`<button disabled=${busy} onClick=${undo}>${t("stock.undo")}<span class="sr-only">: ${whyOf(sheet)}, ${when}</span></button>`}
  </li>`;
}

/** @param {{milli: number}} props */
const Change = ({ milli }) => html`<b class=${milli < 0 ? "bad" : ""}>${milli > 0 ? "+" : ""}${quantity(milli)}</b>`;

/** Which products it was, asked for when somebody wants to know. @param {{sheet: SheetMark}} props */
function Rows({ sheet: { sheet_id, moved } }) {
  const [rows, setRows] = useState(/** @type {{sku: string, name: string, change_milli: number}[] | null} */ (null));
  const ask = () => heard(get(`/api/stock-diary/sheets/${encodeURIComponent(sheet_id)}`)).then((said) => setRows(said.rows), sayProblem);
  return html`<details onToggle=${(/** @type {any} */ e) => e.target.open && !rows && ask()}><summary>${t("diary.products", { n: moved })}</summary>
    ${rows && html`<ul class="rows">${rows.map(({ sku, name, change_milli }) => html`<li key=${sku}><span>${name}</span><${Change} milli=${change_milli} /></li>`)}</ul>`}
  </details>`;
}

/** @param {SheetMark} sheet */
function whyOf({ sheet_id, reason, waste, place }) {
  if (waste) return t(`waste.${waste}`);
  return sheet_id.startsWith("file-") ? t("diary.file") : t(`diary.${reason}`, { place });
}
