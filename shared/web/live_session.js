// A page behind a sign-in whose figures stay fresh: who is in, the figures, and the stream that tells when to read again.
import { listen } from "./events.js";
import { get, post, Problem, setCsrfToken } from "./http.js";
import { batch, effect, signal } from "./vendor/ui.js";

const ASK_AGAIN_MS = 3_000;
const READ_AGAIN_MS = 60_000; // should a word of the stream ever be lost

/**
 * @template T
 * @typedef {import("./figures.js").Figures<T>} Figures
 */

/**
 * @template {{csrf: string}} Person
 * @param {{
 *   paths: {session: string, signIn: string, signOut: string, events: string},
 *   figures: Figures<any>[], concerned: (what: string) => Figures<any>[],
 * }} page concerned names the figures to read again when the server says what has changed
 */
export function liveSession({ paths, figures, concerned }) {
  /** undefined: not known yet; null: nobody is signed in. */
  const person = signal(/** @type {Person | null | undefined} */ (undefined));
  /** Whether the server answers the question who is in; the page's skeleton says so if it does not. */
  const answers = signal(true);
  const freshness = signal(/** @type {import("./events.js").Freshness} */ ("connecting"));
  const heardAtMs = signal(0);
  /** @type {ReturnType<typeof listen> | null} */
  let stream = null;
  let again = 0;

  const refreshAll = () => figures.forEach((figure) => figure.refresh());

  /** Asks whether somebody is signed in here already. */
  async function open() {
    try {
      enter(await get(paths.session));
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      answers.value = problem.status === 401;
      if (problem.status === 401) person.value = null;
      else setTimeout(open, ASK_AGAIN_MS);
    }
  }

  /** @param {Record<string, string>} secrets @throws {Problem} */
  async function signIn(secrets) {
    enter(await post(paths.signIn, secrets));
  }

  async function signOut() {
    await post(paths.signOut).catch(() => undefined); // without an answer this page forgets all the same
    leave();
  }

  /** @param {Person} found */
  function enter(found) {
    setCsrfToken(found.csrf);
    answers.value = true;
    person.value = found;
    refreshAll();
    stream = listen(paths.events, { changed: ({ what }) => concerned(what).forEach((figure) => figure.refresh()) });
    stream.freshness.subscribe(onFreshness);
    stream.heardAtMs.subscribe((at) => (heardAtMs.value = at));
    again = setInterval(refreshAll, READ_AGAIN_MS);
  }

  /** @param {import("./events.js").Freshness} now */
  function onFreshness(now) {
    const before = freshness.peek();
    freshness.value = now;
    // What was missed while the stream was away, or why it went away (a session that ended answers 401).
    if (now !== before && (before === "stale" || now === "stale")) refreshAll();
  }

  function leave() {
    stream?.stop();
    stream = null;
    clearInterval(again);
    batch(() => {
      person.value = null;
      freshness.value = "connecting";
      figures.forEach((figure) => figure.clear());
    });
  }

  effect(() => {
    const ended = figures.some(({ problem }) => problem.value?.status === 401);
    if (ended && person.peek()) leave();
  });

  return { person, answers, freshness, heardAtMs, open, signIn, signOut };
}
