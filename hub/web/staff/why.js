// Why something is not here yet, or not at the cloud yet, in words: the hub says codes and times, the catalogue has the sentences.
import { nowMs } from "/shared/now.js";
import { clockTime, duration } from "/shared/times.js";
import { locale, t } from "../words.js";
import { sources } from "./hub.js";

/** @typedef {import("./hub.js").Source} Source */
/** @typedef {import("./hub.js").Leg} Leg */

/**
 * What there is to say of a source on both ways; nothing where all is well.
 * @param {Source} source
 * @returns {{words: string, told: string, alarm: boolean}[]}
 */
export function whysOf({ source: name, progress, removed }) {
  if (!progress || removed) return [];
  const ways = /** @type {const} */ (["hub", "cloud"]);
  return ways.flatMap((way) => {
    const leg = progress[way];
    return leg && (leg.behind > 0 || leg.alarm) ? [{ words: wordsOf(way, name, leg), told: toldBy(leg), alarm: leg.alarm }] : [];
  });
}

/**
 * @param {"hub" | "cloud"} way
 * @param {string} name
 * @param {Leg} leg
 */
const wordsOf = (way, name, { reason, behind, since, for_s }) =>
  t(`why.${way}.${reason}`, {
    name,
    n: behind,
    time: clockTime(Date.parse(since), nowMs.value, locale.value),
    span: duration(for_s + elapsedS(), locale.value),
  });

/** Durations grow on the screen, too: they are as old as the answer. */
const elapsedS = () => Math.max(0, nowMs.value - sources.fetchedAtMs.value) / 1000;

/** @param {Leg} leg what the other side said itself */
const toldBy = ({ alarm, words, remedy }) => (alarm ? [words, remedy].filter(Boolean).join(" ") : "");
