// In words: where the sales of today are saved.
import { SavedStrip } from "/shared/components/saved_strip.js";
import { html } from "/shared/vendor/ui.js";
import { hrefOf } from "../router.js";
import { answers, refused, saved, unsent } from "../till.js";
import { t, timeOfDay } from "../words.js";
import { whyOf } from "./why.js";

export function Saved() {
  return html`<${SavedStrip} places=${placesOf(saved.value, answers.value)}>
    <${Alarm} />
    ${unsent.value.length > 0 && html`<a class="chip warn" href=${hrefOf("kept")}>${t("saved.kept", { n: unsent.value.length })}</a>`}
    ${refused.value.length > 0 && html`<a class="chip bad" href=${hrefOf("kept")}>${t("saved.refused", { n: refused.value.length })}</a>`}
  <//>`;
}

/** What needs a person, in the fewest words; the way to the rest. */
function Alarm() {
  const progress = answers.value && saved.value?.progress;
  if (!progress || !progress.alarm) return null;
  const [place, leg] = progress.hub.alarm ? /** @type {const} */ (["hub", progress.hub]) : /** @type {const} */ (["cloud", progress.cloud]);
  return html`<a class="chip bad" href=${hrefOf("where")}>${whyOf(place, leg).words}</a>`;
}

/**
 * Why not everything has arrived, where that is nobody's fault: calm words, no alarm.
 * @param {NonNullable<import("../till.js").Saved["progress"]>} progress
 */
function calmWords({ hub, cloud, alarm }) {
  if (alarm) return [];
  if (!hub.connected) return [t("saved.offline", { time: timeOfDay(hub.way_since) })];
  const why = whyOf("cloud", cloud);
  return why.code === "not-connected" ? [why.words] : [];
}

/**
 * Green where everything has arrived, amber where some is still on its way; a number stands beside each.
 * @param {import("../till.js").Saved | null} now
 * @param {boolean} tillAnswers
 * @returns {{text: string, tone: "good" | "warn" | "bad" | ""}[]}
 */
function placesOf(now, tillAnswers) {
  if (!tillAnswers) return [{ text: t("saved.silent"), tone: "warn" }];
  if (!now) return [{ text: t("saved.asking"), tone: "" }];
  const { till, hub, cloud } = now.sales;
  /** @type {{text: string, tone: "good" | "warn" | "bad" | ""}[]} */
  const told = now.ledger ? [{ text: now.ledger.words, tone: "warn" }] : [];
  if (till === 0) return [...told, { text: t("saved.till", { n: 0 }), tone: "" }];
  /** @type {{text: string, tone: "good" | "warn" | "bad" | ""}[]} */
  const places = [
    ...told,
    { text: t("saved.till", { n: till }), tone: "good" },
    { text: t("saved.hub", { n: hub }), tone: hub < till ? "warn" : "good" },
    { text: t("saved.cloud", { n: cloud }), tone: cloud < till ? "warn" : "good" },
  ];
  for (const text of now.progress ? calmWords(now.progress) : []) places.push({ text, tone: "" });
  return places;
}
