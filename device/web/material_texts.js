// How amounts of materials are said. Pure.
import { quantity, t } from "./words.js";

/** @param {string} unit */
export const unitWords = (unit) => (unit === "piece" ? t("materials.piece") : unit);

/** @param {{unit: string}} material @param {number} milli */
export const amountOf = ({ unit }, milli) => `${quantity(milli)}\u00a0${unitWords(unit)}`;
