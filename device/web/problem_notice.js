// What went wrong, said at the top of the page, the same way everywhere.
import { heard, notice } from "./till.js";
import { t } from "./words.js";

/** @param {unknown} thrown a Problem of /shared/http.js, or anything else */
export function sayProblem(thrown) {
  const problem = /** @type {any} */ (thrown);
  const { status } = problem;
  if (status === 0) notice.value = { tone: "bad", text: t("sign-in.silent"), remedy: t("sign-in.silent.remedy") };
  else if (status === undefined) notice.value = { tone: "bad", text: t("app.unexpected"), remedy: t("app.unexpected.remedy") };
  else notice.value = { tone: "bad", text: problem.message, remedy: problem.remedy }; // in this page's language, by the till
}

/**
 * Does something at the till, and says what came of it.
 * @param {Promise<unknown>} asked
 * @param {string} [done] what is said where it went well
 */
export async function act(asked, done) {
  try {
    await heard(asked);
    if (done) notice.value = { tone: "good", text: done };
  } catch (thrown) {
    sayProblem(thrown);
  }
}
