// Figures that a page shows: fetched, fetched again when the server tells that they changed (never more often than
// SPACING_MS), and kept on screen while nobody answers.
import { signal } from "./vendor/ui.js";
import { get, Problem } from "./http.js";

const SPACING_MS = 500;

/**
 * @template T
 * @typedef {{value: Signal<T | null>, problem: Signal<Problem | null>, fetchedAtMs: Signal<number>, refresh: () => void,
 *   clear: () => void}} Figures
 */
/** @template T @typedef {import("./vendor/ui.js").Signal<T>} Signal */

/**
 * @template T
 * @param {string} path
 * @returns {Figures<T>} value stays what it last was when an answer fails; problem then says why
 */
export function figures(path) {
  const value = signal(/** @type {T | null} */ (null));
  const problem = signal(/** @type {Problem | null} */ (null));
  const fetchedAtMs = signal(0);
  let wanted = false;
  let busy = false;
  let visit = 0; // an answer to a question that somebody asked before clear() belongs to nobody

  async function fetchOnce() {
    const asked = visit;
    try {
      const answer = await get(path);
      if (asked !== visit) return;
      value.value = answer;
      problem.value = null;
      fetchedAtMs.value = Date.now();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (asked === visit) problem.value = error;
    }
  }

  /** Fetches now, or once more after the fetch that is under way. */
  async function refresh() {
    wanted = true;
    if (busy) return;
    busy = true;
    while (wanted) {
      wanted = false;
      await fetchOnce();
      await new Promise((done) => setTimeout(done, SPACING_MS));
    }
    busy = false;
  }

  /** Forgets everything, when somebody signs out. */
  function clear() {
    visit += 1;
    value.value = null;
    problem.value = null;
    fetchedAtMs.value = 0;
  }

  return { value, problem, fetchedAtMs, refresh: () => void refresh(), clear };
}
