// Why sales have not travelled on, in words: the till says codes and times, the catalogue has the sentences.
import { nowMs } from "/shared/now.js";
import { duration } from "/shared/times.js";
import { savedAtMs } from "../till.js";
import { locale, t, timeOfDay } from "../words.js";

/** @typedef {import("../till.js").Leg} Leg */

/** What a person should look at; everything else is a normal state. */
const ALARMS = new Set(["stalled", "refused", "quarantined", "receiver-full"]);

/**
 * @param {"hub" | "cloud"} place
 * @param {Leg} leg
 * @returns {{code: string, alarm: boolean, words: string, remedy: string, told: string}} told is what the other side said
 */
export function whyOf(place, leg) {
  const atHub = leg.reason === "behind-hub" ? leg.at_hub : null;
  const code = atHub ? atHub.reason || "unknown" : leg.reason;
  const { since, for_s } = atHub ?? leg;
  const key = `why.${place}.${code}`;
  const told = [leg.words, leg.remedy].filter(Boolean).join(" ");
  return {
    code,
    alarm: ALARMS.has(code),
    words: t(key, { time: timeOfDay(since), span: spanOf(for_s) }),
    remedy: ALARMS.has(code) ? t(`why.${code}.remedy`) : "",
    told,
  };
}

/** Durations grow on the screen as well. @param {number} seconds when the till said them */
const spanOf = (seconds) => duration(seconds + Math.max(0, nowMs.value - savedAtMs.value) / 1000, locale.value);
