// The bank of lockers as it stands there: every door in its place and size. What a door shows is the page's own.
import { html } from "/shared/vendor/ui.js";
import { layOut } from "./bank_layout.js";

/**
 * @template {{compartment: number, size: import("./bank_layout.js").Size}} Door
 * @param {{doors: Door[], children: (door: Door) => unknown, label: string, class?: string}} props
 *   children draws one door; label tells a screen reader what the drawing shows
 */
export function BankDrawing({ doors, children, label, class: name = "" }) {
  const { columns, rows, places } = layOut(doors);
  const byNumber = new Map(doors.map((door) => [door.compartment, door]));
  const grid = { gridTemplateColumns: `repeat(${columns}, 1fr)`, gridTemplateRows: `repeat(${rows}, var(--unit))` };
  return html`<ol class=${`bank ${name}`} style=${grid} aria-label=${label}>
    ${places.map(({ compartment, column, row, height }) => html`<li key=${compartment}
      style=${{ gridColumn: column, gridRow: `${row} / span ${height}` }}>${children(/** @type {Door} */ (byNumber.get(compartment)))}</li>`)}
  </ol>`;
}
