// How fresh a page is: a word in its head, and a line when what it shows is older than a minute.
import { html } from "../vendor/ui.js";
import { nowMs } from "../now.js";
import { ago, clockTime } from "../times.js";
import { Chip, StaleNote } from "./states.js";

const OLD_MS = 60_000;
const TONES = /** @type {const} */ ({ live: "good", connecting: "", stale: "warn" });

/**
 * @typedef {import("../vendor/ui.js").ReadonlySignal<import("../events.js").Freshness>} FreshnessSignal
 */

/**
 * @param {{freshness: FreshnessSignal, words: Record<import("../events.js").Freshness, string>, detail?: string}} props
 *   detail stands behind "live" where there is room
 */
export const FreshnessChip = ({ freshness, words, detail }) => html`<${Chip} tone=${TONES[freshness.value]}>
  ${words[freshness.value]}${detail && freshness.value === "live" && html`<span class="detail"> · ${detail}</span>`}
</${Chip}>`;

/**
 * @param {{
 *   freshness: FreshnessSignal, heardAtMs: import("../vendor/ui.js").ReadonlySignal<number>, locale: string,
 *   words: (args: {time: string, ago: string}) => string,
 * }} props
 */
export function OldNote({ freshness, heardAtMs, locale, words }) {
  const then = heardAtMs.value;
  const old = freshness.value === "stale" && then > 0 && nowMs.value - then > OLD_MS;
  return html`<${StaleNote} stale=${old}>
    ${old && words({ time: clockTime(then, nowMs.value, locale), ago: ago(then, nowMs.value, locale) })}
  </${StaleNote}>`;
}
