// Texts live in one catalogue per language and family of pages (words.en.js, words.de.js); nothing is spelled
// out in a screen. An entry is a text with {names}, or one text per plural form, chosen by {n}.
import { computed, signal } from "./vendor/ui.js";

/** @typedef {string | Partial<Record<Intl.LDMLPluralRule, string>>} Entry */
/** @typedef {Record<string, Entry>} Catalogue */
/** @typedef {Record<string, string | number>} Args */

/**
 * @param {Catalogue} catalogue
 * @param {string} locale
 * @param {string} key
 * @param {Args} [args]
 */
export function phrase(catalogue, locale, key, args = {}) {
  const entry = catalogue[key];
  if (entry === undefined) return key; // shows which text is missing, and breaks nothing
  const text = typeof entry === "string" ? entry : plural(entry, locale, Number(args.n));
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in args ? shown(args[name], locale) : whole));
}

/**
 * @param {Partial<Record<Intl.LDMLPluralRule, string>>} forms
 * @param {string} locale
 * @param {number} n
 */
function plural(forms, locale, n) {
  if (n === 0 && forms.zero !== undefined) return forms.zero; // "No sales yet" beats "0 sales"
  return forms[new Intl.PluralRules(locale).select(n)] ?? forms.other ?? "";
}

/**
 * @param {string | number} value
 * @param {string} locale
 */
function shown(value, locale) {
  return typeof value === "number" ? value.toLocaleString(locale) : value;
}

/** The language that a person chose in this browser, or "". */
function chosenLanguage() {
  try {
    return localStorage.getItem("language") ?? "";
  } catch {
    return ""; // without storage the browser's languages decide
  }
}

/**
 * The first that we speak, else our first.
 * @param {readonly string[]} wanted tags, most wanted first
 * @param {string[]} spoken
 */
export const firstSpoken = (wanted, spoken) =>
  wanted.map((tag) => tag.slice(0, 2)).find((tag) => spoken.includes(tag)) ?? spoken[0];

/**
 * @param {Record<string, Catalogue>} spoken catalogues by language; the first is the one to fall back on
 * @param {(language: string) => Promise<Catalogue>} [fetchWords] where a language's texts come only when it is chosen
 */
export function speak(spoken, fetchWords) {
  const catalogues = signal(spoken);
  const languages = Object.keys(spoken);
  const language = signal(firstSpoken([chosenLanguage(), ...navigator.languages], languages));
  /** The language with the person's own region, as the browser has it ("en-GB"), for dates and numbers. */
  const locale = computed(() => navigator.languages.find((tag) => tag.startsWith(language.value)) ?? language.value);
  const catalogue = computed(() => ({ ...catalogues.value[languages[0]], ...catalogues.value[language.value] }));

  /**
   * @param {string} key
   * @param {Args} [args]
   */
  const t = (key, args) => phrase(catalogue.value, locale.value, key, args);

  /** @param {string} tag */
  async function learn(tag) {
    const words = await fetchWords?.(tag);
    if (words) catalogues.value = { ...catalogues.value, [tag]: { ...catalogues.value[tag], ...words } };
  }

  /** Changes over once the texts are there; without them the page stays in the language it has. @param {string} next */
  async function turnTo(next) {
    await learn(next);
    language.value = next;
    document.documentElement.lang = next;
  }

  /** @param {string} next */
  async function setLanguage(next) {
    if (!languages.includes(next)) return;
    await turnTo(next);
    try {
      localStorage.setItem("language", next);
    } catch {
      // Chosen for this visit only.
    }
  }

  /**
   * What the place speaks; somebody who chose a language here keeps it.
   * @param {string} place
   */
  const suggestLanguage = (place) => turnTo(firstSpoken([chosenLanguage(), place, ...navigator.languages], languages));

  document.documentElement.lang = language.value;
  return { t, learn, language, languages, locale, setLanguage, suggestLanguage };
}
