// A file that is shown with its broken rows first, and taken over only then: products and signals come in this way.
import { post } from "/shared/http.js";
import { html, useState } from "/shared/vendor/ui.js";
import { sayProblem } from "../problem_notice.js";
import { heard } from "../till.js";
import { t } from "../words.js";

/** @typedef {{row: number, text: string, reason: string, field: string}} Refused */

/**
 * @param {string} path takes the file over; with /preview behind it says what that would do
 * @param {(said: any) => void} taken told what the till took
 * @param {string} [query] what else is said when the file is taken over
 */
export function useFilePreview(path, taken, query = "") {
  const [file, setFile] = useState(/** @type {File | null} */ (null));
  const [plan, setPlan] = useState(/** @type {any} what the till says that it would do */ (null));
  const [busy, setBusy] = useState(false);

  /** @param {() => Promise<void>} step */
  async function doing(step) {
    setBusy(true);
    try {
      await step();
    } catch (thrown) {
      sayProblem(thrown);
    }
    setBusy(false);
  }

  /** @param {File | undefined} chosen */
  const look = (chosen) => doing(async () => {
    setPlan(null);
    setFile(chosen ?? null);
    if (chosen) setPlan(await heard(post(`${path}/preview`, chosen)));
  });
  const take = () => doing(async () => taken(await heard(post(path + query, file))));
  return { plan, busy, look, take };
}

/** @param {{plan: {refused_count: number, refused: Refused[]}}} props */
export const BrokenRows = ({ plan }) => html`<section class="note warn"><div class="stack">
  <b>${t("import.refused", { n: plan.refused_count })}</b>
  <ul class="plain-list">${plan.refused.map((one) => html`<li key=${one.row}>
    <span>${one.row === 0 ? "" : t("import.row", { row: one.row })} ${one.reason}</span>
    <span class="quiet small import-text">${one.text}</span></li>`)}</ul>
</div></section>`;
