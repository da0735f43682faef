// What a hub or the cloud could not read: what it is, from whom, since when, why, and what to do. Words come from the page.
import { html, signal } from "../vendor/ui.js";
import { post, Problem } from "../http.js";
import { problemWords } from "../problem_words.js";
import { ErrorCard } from "./states.js";

/**
 * @typedef {{letter_id: string, kind: "message" | "entries" | "evidence", source: string, what: string, sinceMs: number | null,
 *   count: number, reason: string}} Letter
 */

const problem = signal(/** @type {Problem | null} */ (null));

/**
 * @param {string} path
 * @param {string} letterId
 * @param {() => void} refresh
 */
async function takeOff(path, letterId, refresh) {
  try {
    await post(path, { letter_id: letterId });
    problem.value = null;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    problem.value = error;
  }
  refresh();
}

/**
 * @param {{letters: Letter[], dropped: number, path: string, t: (key: string, args?: import("../words.js").Args) => string, timeOf: (ms: number) => string,
 *   refresh: () => void}} props `path` is where the list comes from
 */
export function DeadLetters({ letters, dropped, path, t, timeOf, refresh }) {
  if (letters.length === 0 && dropped === 0) return null;
  const words = problem.value && problemWords(t, problem.value);
  return html`<section class="card pad stack dead-letters">
    <h2>${t("letters.title")} <span class="quiet">${letters.length}</span></h2>
    <p>${t("letters.hint")}</p>
    ${words && html`<${ErrorCard} title=${words.title} remedy=${words.remedy} />`}
    <ul class="stack">${letters.map((letter) => html`<li key=${letter.letter_id} class=${`note ${letter.kind === "evidence" ? "bad" : "warn"}`}>
      <div class="stack">
        <p><b>${letter.source}</b> ${t(`letters.${letter.kind}`, { n: letter.count, what: letter.what })}${letter.sinceMs !== null && html` <span class="quiet nowrap">${t("letters.since", { time: timeOf(letter.sinceMs) })}</span>`}</p>
        <p>${letter.reason}</p>
        <p class="quiet small">${t(`letters.${letter.kind}.todo`)}</p>
        <div><button onClick=${() => void takeOff(`${path}/dismiss`, letter.letter_id, refresh)}>${t("letters.dismiss")}</button></div>
      </div></li>`)}</ul>
    ${dropped > 0 && html`<p class="quiet">${t("letters.dropped", { n: dropped })}</p>`}
    <p><a class="button" href=${`${path}/export`} download>${t("letters.export")}</a></p>
  </section>`;
}
