// A screen's question to the till: its answer, its problem, and asking again. What was said before stays on
// screen while the till is silent, so that a page goes stale rather than blank.
import { Problem } from "/shared/http.js";
import { useCallback, useEffect, useState } from "/shared/vendor/ui.js";
import { heard } from "./till.js";
import { t } from "./words.js";

/**
 * @param {() => Promise<any>} question
 * @param {unknown} askAgainOn asks anew when this changes
 */
export function useAnswer(question, askAgainOn) {
  const [answer, setAnswer] = useState(/** @type {{said: any, atMs: number, problem: any}} */ ({ said: null, atMs: 0, problem: null }));

  const again = useCallback(async () => {
    try {
      const said = await heard(question());
      setAnswer({ said, atMs: Date.now(), problem: null });
    } catch (thrown) {
      const problem = inWords(thrown);
      setAnswer((before) => ({ ...before, problem }));
    }
  }, [askAgainOn]);

  useEffect(() => void again(), [askAgainOn]);
  return { ...answer, again };
}

/** @param {unknown} thrown */
function inWords(thrown) {
  if (thrown instanceof Problem && !thrown.unreachable) return thrown;
  if (thrown instanceof Problem) return { status: 0, message: t("sign-in.silent"), remedy: t("sign-in.silent.remedy") };
  return { status: -1, message: t("app.unexpected"), remedy: t("app.unexpected.remedy") };
}
