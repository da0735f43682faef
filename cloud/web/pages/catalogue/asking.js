// Sending something to the cloud from a form: busy while it is under way, a note in words when it was refused.
import { html, useState } from "/shared/vendor/ui.js";
import { Problem } from "/shared/http.js";
import { problemWords } from "/shared/problem_words.js";
import { catalogue, supplies } from "../../cloud.js";
import { t } from "../../words.js";

/**
 * @returns {{busy: boolean, note: unknown, send: (ask: () => Promise<unknown>) => Promise<boolean>, say: (words: string) => void,
 *   refuse: (words: string) => void}} note is drawn where the form wants it; send says whether it was taken
 */
export function useAsking() {
  const [busy, setBusy] = useState(false);
  const [told, setTold] = useState(/** @type {{tone: string, title: string, remedy: string} | null} */ (null));

  /** @param {() => Promise<unknown>} ask */
  async function send(ask) {
    setBusy(true);
    setTold(null);
    try {
      await ask();
      catalogue.refresh();
      supplies.refresh();
      return true;
    } catch (refusal) {
      if (!(refusal instanceof Problem)) throw refusal;
      setTold({ tone: "bad", ...problemWords(t, refusal) });
      return false;
    } finally {
      setBusy(false);
    }
  }

  const note = html`<div role=${told?.tone === "bad" ? "alert" : "status"}>
    ${told && html`<p class=${`note ${told.tone}`}><span><b>${told.title}</b> ${told.remedy}</span></p>`}
  </div>`;
  const say = (/** @type {string} */ words) => setTold({ tone: "good", title: words, remedy: "" });
  const refuse = (/** @type {string} */ words) => setTold({ tone: "bad", title: words, remedy: "" });
  return { busy, note, send, say, refuse };
}
