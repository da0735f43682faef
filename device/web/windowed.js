// Draws only the rows near the screen, so that 5,000 products scroll as smoothly as 50.
import { html, useLayoutEffect, useRef, useState } from "/shared/vendor/ui.js";
import { visibleRange } from "./visible_range.js";

/**
 * A list or grid of equally high items within its own scrolling box.
 * @template T
 * @param {{items: T[], rowHeight: number, minWidth?: number, gap?: number, class?: string, label: string,
 *   keyOf: (item: T) => string, draw: (item: T) => unknown, restartOn?: unknown}} props
 *   minWidth makes it a grid of as many columns as fit; a change of restartOn scrolls back to the top
 */
export function Windowed({ items, rowHeight, minWidth, gap = 0, class: name = "", label, keyOf, draw, restartOn }) {
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  const [view, setView] = useState({ top: 0, height: 900, width: 360 });

  useLayoutEffect(() => {
    const element = /** @type {HTMLElement} */ (box.current);
    const measure = () => {
      const style = getComputedStyle(element);
      const width = element.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
      setView({ top: element.scrollTop, height: element.clientHeight, width });
    };
    const resized = new ResizeObserver(measure);
    resized.observe(element);
    element.addEventListener("scroll", measure, { passive: true });
    measure();
    return () => {
      resized.disconnect();
      element.removeEventListener("scroll", measure);
    };
  }, []);

  useLayoutEffect(() => {
    if (box.current) box.current.scrollTop = 0;
  }, [restartOn]);

  const columns = minWidth ? Math.max(1, Math.floor((view.width + gap) / (minWidth + gap))) : 1;
  const range = visibleRange({ count: items.length, columns, rowHeight: rowHeight + gap, top: view.top, height: view.height });
  return html`<div ref=${box} class=${`windowed ${name}`} tabindex="-1" role="group" aria-label=${label}>
    <div style=${{ height: `${range.above}px` }}></div>
    <ul style=${{ display: "grid", gap: `${gap}px`, gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`, gridAutoRows: `${rowHeight}px` }}>
      ${items.slice(range.first, range.last).map((item) => html`<li key=${keyOf(item)}>${draw(item)}</li>`)}
    </ul>
    <div style=${{ height: `${range.below}px` }}></div>
  </div>`;
}
