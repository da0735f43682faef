// Why something is not here yet, in words: the cloud says codes and times, the catalogue has the sentences.
import { duration } from "/shared/times.js";
import { locale, t } from "../words.js";

/** @typedef {import("../cloud.js").Source} Source */

const ALARMS_SHOWN = 3;

/** One sentence about a source with an alarm. @param {Source} source */
export const alarmOf = ({ name, hub, leg, reason, reason_s }) =>
  t(`fleet.alarm.${leg || "cloud"}.${reason}`, { name, hub, span: duration(reason_s, locale.value) });

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
  return t(`fleet.why.${leg}.${reason}`, { span: duration(reason_s, locale.value) });
}
