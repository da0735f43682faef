// What signals do to a plan in sentences: what most products share is said once, the rest beside its product, such as
// "+35 %, from the market's visitors (Night market); without it: 12".
import { html } from "/shared/vendor/ui.js";
import { ownEffects } from "../effects_of_plan.js";
import { signedPercent } from "../signal_texts.js";
import { t } from "../words.js";

/**
 * @typedef {import("../effects_of_plan.js").Effect} Effect
 * @typedef {import("../effects_of_plan.js").Affected} Affected
 */

/** @param {Effect} effect */
const what = ({ key, fields }) => (fields.source ? `${t(key)} (${fields.source})` : t(key));

/** @param {Effect} effect */
export const effectWords = (effect) => t("effect.say", { percent: signedPercent(effect.percent), what: what(effect), without: effect.without });

/** @param {{shared: Effect[]}} props */
export const SharedEffects = ({ shared }) => shared.length > 0 && html`<p>${t("effect.shared", {
  list: shared.map((effect) => t("effect.from", { percent: signedPercent(effect.percent), what: what(effect) })).join(", "),
})}</p>`;

/** @param {{row: Affected, shared: Effect[]}} props */
export const OwnEffects = ({ row, shared }) => ownEffects(row, shared).map((effect) => html`<span key=${effect.kind} class="reason quiet small">${effectWords(effect)}</span>`);
