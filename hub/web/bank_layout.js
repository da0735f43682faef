// Where each door of a bank is drawn. Doors are as wide as one another and as tall as their size says; they fill
// columns from top to bottom, in the order of their numbers, as the bank is built.

/**
 * @typedef {"S" | "M" | "L"} Size
 * @typedef {{compartment: number, column: number, row: number, height: number}} Place column and row count from 1
 * @typedef {{columns: number, rows: number, places: Place[]}} Layout
 */

/** How many units of height a door takes. */
export const HEIGHTS = { S: 1, M: 2, L: 3 };

const LOWEST = 3;
const HIGHEST = 7;
const BEST_RATIO = 1.6; // rows to a column: about what a bank of lockers looks like

/**
 * The column height that leaves the fewest blanks, and the most natural shape among those.
 * @param {{compartment: number, size: Size}[]} doors
 * @returns {Layout}
 */
export function layOut(doors) {
  const ordered = [...doors].sort((a, b) => a.compartment - b.compartment);
  let best = stacked(ordered, LOWEST);
  for (let rows = LOWEST + 1; rows <= HIGHEST; rows += 1) {
    const next = stacked(ordered, rows);
    if (cost(next, ordered) < cost(best, ordered)) best = next;
  }
  return best;
}

/**
 * @param {{compartment: number, size: Size}[]} doors
 * @param {number} rows
 * @returns {Layout}
 */
function stacked(doors, rows) {
  let column = 1;
  let row = 1;
  const places = doors.map(({ compartment, size }) => {
    const height = HEIGHTS[size] ?? 1;
    if (row > 1 && row + height - 1 > rows) {
      column += 1;
      row = 1;
    }
    const place = { compartment, column, row, height };
    row += height;
    return place;
  });
  return { columns: column, rows, places };
}

/**
 * @param {Layout} layout
 * @param {{size: Size}[]} doors
 */
function cost({ columns, rows }, doors) {
  const filled = doors.reduce((sum, { size }) => sum + (HEIGHTS[size] ?? 1), 0);
  return columns * rows - filled + Math.abs(rows / columns - BEST_RATIO) / 10;
}
