// A row of numbers that fills the room it has and turns its pages by itself.
import { html, useEffect, useRef, useState } from "../vendor/ui.js";
import { pageOf } from "../turning.js";

const USUAL_DIGITS = 4;

/**
 * @param {{name: "ready" | "coming", title: string, numbers: string[], isFresh: (number: string) => boolean, turn: number, none: string,
 *   newWord: string, sayPage: (page: number, pages: number) => string, onPages: (pages: number) => void}} props
 */
export function Numbers({ name, title, numbers, isFresh, turn, none, newWord, sayPage, onPages }) {
  const list = useRef(/** @type {HTMLElement | null} */ (null));
  const room = useRoom(list);
  const { shown, page, pages } = pageOf(numbers, room, turn);
  useEffect(() => onPages(pages), [pages]);
  return html`<section class=${`numbers ${name}`} aria-labelledby=${`${name}-title`}>
    <h2 id=${`${name}-title`}>${title}${pages > 1 && html`<small>${sayPage(page, pages)}</small>`}</h2>
    <ul ref=${list}>${shown.map((number) => html`<li key=${number} class=${isFresh(number) ? "new" : ""}>
      <b class=${number.length > USUAL_DIGITS ? "long" : ""}>${number}</b>${isFresh(number) && html`<small>${newWord}</small>`}</li>`)}</ul>
    ${numbers.length === 0 && html`<p class="none">${none}</p>`}
  </section>`;
}

/**
 * How many cells of the grid fit into the list as it is laid out.
 * @param {{current: HTMLElement | null}} list
 */
function useRoom(list) {
  const [room, setRoom] = useState(1);
  useEffect(() => {
    const element = list.current;
    if (!element) return;
    const look = () => {
      const { gridTemplateColumns, gridAutoRows, rowGap } = getComputedStyle(element);
      const gap = parseFloat(rowGap) || 0;
      const rows = Math.floor((element.clientHeight + gap) / (parseFloat(gridAutoRows) + gap));
      setRoom(gridTemplateColumns.split(" ").length * Math.max(1, rows));
    };
    const watch = new ResizeObserver(look);
    watch.observe(element);
    return () => watch.disconnect();
  }, []);
  return room;
}
