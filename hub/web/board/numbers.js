// A row of numbers that fills the room it has and turns its pages by itself.
import { html, useEffect, useRef, useState } from "/shared/vendor/ui.js";
import { pageOf } from "./turning.js";
import { t } from "../words.js";

const USUAL_DIGITS = 4;

/**
 * @param {{name: "ready" | "coming", numbers: string[], isFresh: (number: string) => boolean, turn: number, none: string,
 *   onPages: (pages: number) => void}} props
 */
export function Numbers({ name, numbers, isFresh, turn, none, onPages }) {
  const list = useRef(/** @type {HTMLElement | null} */ (null));
  const room = useRoom(list);
  const { shown, page, pages } = pageOf(numbers, room, turn);
  useEffect(() => onPages(pages), [pages]);
  return html`<section class=${`numbers ${name}`} aria-labelledby=${`${name}-title`}>
    <h2 id=${`${name}-title`}>${t(`board.${name}`)}${pages > 1 && html`<small>${t("board.page", { page, pages })}</small>`}</h2>
    <ul ref=${list}>${shown.map((number) => html`<li key=${number} class=${isFresh(number) ? "new" : ""}>
      <b class=${number.length > USUAL_DIGITS ? "long" : ""}>${number}</b>${isFresh(number) && html`<small>${t("board.new")}</small>`}</li>`)}</ul>
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
