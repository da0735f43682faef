// What a signal does to a product, in one sentence: "+35 %, from the attendance (Night market); without it: 12".
import { html } from "/shared/vendor/ui.js";
import { signedPercent } from "../signal_texts.js";
import { t } from "../words.js";

/** @typedef {{kind: string, percent: number, key: string, fields: {source: string, days: string}, without: number}} Effect */

/** @param {Effect} effect */
export function effectWords({ percent, key, fields, without }) {
  const what = fields.source ? `${t(key)} (${fields.source})` : t(key);
  return t("effect.say", { percent: signedPercent(percent), what, without });
}

/** @param {{effects: Effect[]}} props */
export const Effects = ({ effects }) => effects.map((effect) => html`<span key=${effect.kind} class="reason quiet small">${effectWords(effect)}</span>`);
