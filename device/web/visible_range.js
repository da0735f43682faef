// Which items of a long list are near the screen. Pure.

const OVERSCAN_ROWS = 4;

/**
 * Which items to draw, and how high the undrawn ones above and below are together, in pixels.
 * @param {{count: number, columns: number, rowHeight: number, top: number, height: number}} view
 *   top is how far the list's beginning lies above the upper edge of what is visible, in pixels
 */
export function visibleRange({ count, columns, rowHeight, top, height }) {
  const rows = Math.ceil(count / columns);
  const first = Math.min(Math.max(0, Math.floor(top / rowHeight) - OVERSCAN_ROWS), rows);
  const last = Math.min(rows, Math.max(first, Math.ceil((top + height) / rowHeight) + OVERSCAN_ROWS));
  return {
    first: Math.min(count, first * columns),
    last: Math.min(count, last * columns),
    above: first * rowHeight,
    below: (rows - last) * rowHeight,
  };
}
