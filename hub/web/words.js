// The texts of the hub's pages, in the language that this browser or person chose.
import { speak } from "/shared/words.js";
import de from "./words.de.js";
import en from "./words.en.js";

export const speech = speak({ en, de });
export const { t, language, locale } = speech;
