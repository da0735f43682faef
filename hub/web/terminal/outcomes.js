// What can come of a code: how grave it is, and whether the next thing to do is to type again. Pure.

/** Outcomes with words of their own. */
const TONES = /** @type {Map<string, "good" | "warn" | "bad">} */ (new Map([
  ["opened", "good"],
  ["wrong-code", "bad"],
  ["wait", "warn"],
  ["code-locked", "bad"],
  ["not-here-yet", "warn"],
  ["already-collected", "warn"],
  ["taken-back", "warn"],
  ["given-back", "warn"],
  ["door-jammed", "bad"],
  ["door-unclear", "warn"],
  ["board-offline", "warn"],
  ["unreachable", "warn"],
]));

/** A terminal types nine digits or nothing, so that a text which is no code was mistyped. */
const SAME_AS = new Map([["already-open", "opened"], ["not-a-code", "wrong-code"]]);

const MISTYPED = ["wrong-code", "wait"];

/**
 * The name under which the catalogue has words for an outcome, and its tone.
 * @param {string} outcome
 * @returns {{words: string, tone: "good" | "warn" | "bad"}}
 */
export function meaningOf(outcome) {
  const words = SAME_AS.get(outcome) ?? outcome;
  const tone = TONES.get(words);
  return tone ? { words, tone } : { words: "other", tone: "warn" };
}

/**
 * Whether the customer will type again at once, so that the keypad stays.
 * @param {string} outcome
 */
export const isMistyped = (outcome) => MISTYPED.includes(meaningOf(outcome).words);
