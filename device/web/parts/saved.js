// In words: where the sales of today are saved.
import { SavedStrip } from "/shared/components/saved_strip.js";
import { html } from "/shared/vendor/ui.js";
import { hrefOf, route } from "../router.js";
import { answers, printing, refused, saved, unsent } from "../till.js";
import { t, timeOfDay } from "../words.js";
import { SettledChip } from "./settled_mark.js";
import { whyOf } from "./why.js";

export function Saved() {
  return html`<${SavedStrip} places=${placesOf(saved.value, answers.value)}>
    <${Alarm} />
    ${unsent.value.length > 0 && html`<a class="chip warn" href=${hrefOf("kept")}>${t("saved.kept", { n: unsent.value.length })}</a>`}
    ${refused.value.length > 0 && html`<a class="chip bad" href=${hrefOf("kept")}>${t("saved.refused", { n: refused.value.length })}</a>`}
    ${printing.value > 0 && route.value[0] !== "printers" && html`<a class="chip warn" href=${hrefOf("printers")}>${t("saved.prints", { n: printing.value })}</a>`}
    <${SettledChip} />
  <//>`;
}

/** What needs a person, in the fewest words, and the way to the rest: the page that says it all needs no second voice. */
function Alarm() {
  const progress = answers.value && saved.value?.progress;
  if (!progress || !progress.alarm || route.value[0] === "where") return null;
  const [place, leg] = progress.hub.alarm ? /** @type {const} */ (["hub", progress.hub]) : /** @type {const} */ (["cloud", progress.cloud]);
  return html`<a class="chip bad" href=${hrefOf("where")}>${whyOf(place, leg).words}</a>`;
}

/**
 * Why not everything has arrived, where that is nobody's fault: calm words, no alarm.
 * @param {import("../till.js").Saved["progress"]} progress
 */
function calmWords(progress) {
  if (!progress || progress.alarm) return "";
  if (!progress.hub.connected) return t("saved.offline", { time: timeOfDay(progress.hub.way_since) });
  const why = whyOf("cloud", progress.cloud);
  return why.code === "not-connected" ? why.words : "";
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
  // Who belongs to no hub is promised none.
  if (till === 0 || !now.progress) return [...told, { text: t("saved.till", { n: till }), tone: till ? "good" : "" }];
  const calm = calmWords(now.progress);
  return [
    ...told,
    { text: t("saved.till", { n: till }), tone: "good" },
    { text: t("saved.hub", { n: hub }), tone: hub < till ? "warn" : "good" },
    // The words stand where the cloud's figure stood, so that a network that goes moves nothing under a thumb.
    calm ? { text: calm, tone: "" } : { text: t("saved.cloud", { n: cloud }), tone: cloud < till ? "warn" : "good" },
  ];
}
