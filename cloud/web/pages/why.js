// Why something is not here yet, in words: the cloud says codes and times, the catalogue has the sentences.
import { nowMs } from "/shared/now.js";
import { duration } from "/shared/times.js";
import { fleet } from "../cloud.js";
import { locale, t } from "../words.js";

/** @typedef {import("../cloud.js").Source} Source */

const ALARMS_SHOWN = 3;

/** Durations grow on the screen, too: they are as old as the answer. @param {number} seconds */
const spanOf = (seconds) => duration(seconds + Math.max(0, nowMs.value - fleet.fetchedAtMs.value) / 1000, locale.value);

/** One sentence about a source with an alarm. @param {Source} source */
export const alarmOf = ({ name, hub, leg, reason, reason_s }) =>
  t(`fleet.alarm.${leg || "cloud"}.${reason}`, { name, hub, span: spanOf(reason_s) });

/**
 * What needs a person, one sentence for each, the longest first.
 * @param {Source[]} sources
 */
export function alarmsOf(sources) {
  const told = sources.filter(({ alarm }) => alarm).sort((a, b) => b.reason_s - a.reason_s);
  const shown = told.slice(0, ALARMS_SHOWN).map(alarmOf);
  return told.length > shown.length ? [...shown, t("fleet.alarm.more", { n: told.length - shown.length })] : shown;
}

/** Why a source is behind, shortly; nothing where it is not. @param {Source} source */
export function whyOf(source) {
  const { alarm, behind, leg, reason, reason_s } = source;
  if (alarm) return alarmOf(source);
  if (behind === 0 || !leg) return "";
  return t(`fleet.why.${leg}.${reason}`, { span: spanOf(reason_s) });
}
