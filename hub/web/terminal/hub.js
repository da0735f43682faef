// What the terminal knows and asks: whether it is set up, where the doors are, and what came of a code.
import { get, post, Problem, setCsrfToken } from "/shared/http.js";
import { signal } from "/shared/vendor/ui.js";
import { takeKey } from "../key_in_link.js";

const LOOK_EVERY_MS = 20_000;

/**
 * @typedef {{compartment: number, size: import("../bank_layout.js").Size}} Compartment
 * @typedef {{hub: string, compartments: Compartment[], online: boolean}} Bank
 * @typedef {{outcome: string, compartment: number | null, waitS: number}} Result
 */

/** undefined: not known yet; false: a key is needed. */
export const ready = signal(/** @type {boolean | undefined} */ (undefined));
export const bank = signal(/** @type {Bank | null} */ (null));
/** Whether the hub answered when it was last asked. */
export const answers = signal(true);

/** Signs in by the key in the link, if there is one, and looks after the doors from then on. */
export async function openTerminal() {
  const key = takeKey();
  if (key) await signIn(key).catch(refused);
  await look();
  setInterval(look, LOOK_EVERY_MS);
}

/**
 * @param {string} key
 * @throws {Problem}
 */
export async function signIn(key) {
  noteToken(await post("/api/terminal/sign-in", { key }));
  await look();
}

/** Asks where the doors are; says whether this terminal is set up and the hub there. */
export async function look() {
  try {
    const found = await get("/api/terminal/bank");
    noteToken(found);
    bank.value = found;
    ready.value = true;
    answers.value = true;
  } catch (problem) {
    refused(problem);
  }
}

/** @param {unknown} problem */
function refused(problem) {
  if (!(problem instanceof Problem)) throw problem;
  answers.value = !problem.unreachable;
  if (problem.status === 401) ready.value = false;
}

/** @param {{csrf?: string} | null} said */
function noteToken(said) {
  if (said?.csrf) setCsrfToken(said.csrf);
}

/**
 * Tries a code. A refusal is a result like any other.
 * @param {string} code nine digits
 * @returns {Promise<Result | null>} null when the terminal has to be set up again
 */
export async function collect(code) {
  try {
    const { outcome, compartment } = await post("/api/collect", { code });
    return { outcome, compartment: compartment ?? null, waitS: 0 };
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    refused(problem);
    if (problem.status === 401) return null;
    const { compartment, retry_after_s: waitS } = problem.detail;
    return {
      outcome: problem.unreachable ? "unreachable" : problem.code,
      compartment: typeof compartment === "number" ? compartment : null,
      waitS: typeof waitS === "number" ? waitS : 0,
    };
  }
}
