// Figures of a till that does not answer say how old they are.
import { StaleNote } from "/shared/components/states.js";
import { html, useEffect, useState } from "/shared/vendor/ui.js";
import { answers } from "../till.js";
import { t } from "../words.js";

const MINUTE_MS = 60_000;

/** @param {{atMs: number}} props when the figures came, in this browser's milliseconds */
export function Stale({ atMs }) {
  const [nowMs, setNowMs] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), MINUTE_MS / 4);
    return () => clearInterval(timer);
  }, []);
  const minutes = Math.floor((nowMs - atMs) / MINUTE_MS);
  const words = minutes < 1 ? t("stale.now") : t("stale.minutes", { n: minutes });
  return html`<${StaleNote} stale=${!answers.value && atMs > 0}>${words}<//>`;
}
