// What every page of figures does: a skeleton while it waits, words when it fails, more rows when asked.
import { html, useState } from "/shared/vendor/ui.js";
import { ErrorCard, Skeleton } from "/shared/components/states.js";
import { problemWords } from "/shared/problem_words.js";
import { t } from "./words.js";

/**
 * Draws figures once they are there; those that are there stay when a later answer fails.
 * @template T
 * @param {{of: import("/shared/figures.js").Figures<T>, children: (value: T) => unknown, skeleton?: unknown}} props
 */
export function Shown({ of, children, skeleton }) {
  const value = of.value.value;
  if (value !== null) return children(value);
  if (!of.problem.value) return skeleton ?? html`<${Skeleton} lines=${6} height="3rem" label=${t("loading")} />`;
  const { title, remedy } = problemWords(t, of.problem.value);
  return html`<${ErrorCard} title=${title} remedy=${remedy} action=${t("again")} onAction=${of.refresh} />`;
}

/**
 * A long list in portions, so that 5,000 rows cost nothing until somebody wants them.
 * @template T
 * @param {T[]} list
 * @param {number} first how many to begin with
 * @param {number} step
 */
export function usePortion(list, first, step) {
  const [shown, setShown] = useState(first);
  const next = Math.min(step, list.length - shown);
  const more = next > 0 && html`<button class="more" onClick=${() => setShown(shown + step)}>${t("more", { n: next })}</button>`;
  return { portion: list.slice(0, shown), more };
}
