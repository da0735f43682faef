// What the pick-up board knows: the last picture that the hub gave, and what has become ready since it began to look.
import { listen } from "/shared/events.js";
import { figures } from "/shared/figures.js";
import { post, Problem } from "/shared/http.js";
import { appeared } from "/shared/turning.js";
import { effect, signal } from "/shared/vendor/ui.js";
import { takeKey } from "../key_in_link.js";

const READ_AGAIN_MS = 60_000; // should a word of the stream ever be lost
const ASK_AGAIN_MS = 3_000;

/** @typedef {{ready: string[], coming: string[]}} Picture */

/** @type {import("/shared/figures.js").Figures<Picture>} */
export const picture = figures("/api/board");
/** Numbers that have become ready while this page looked, and when, in this browser's milliseconds. */
export const readySinceMs = signal(/** @type {ReadonlyMap<string, number>} */ (new Map()));
/** undefined: not known yet; false: a key is needed. */
export const isSetUp = signal(/** @type {boolean | undefined} */ (undefined));
export const isSilent = signal(false);

let key = ""; // in this page's memory alone
/** @type {Picture | null} */
let before = null;
/** @type {ReturnType<typeof listen> | null} */
let stream = null;

effect(() => {
  const now = picture.value.value;
  if (!now) return;
  readySinceMs.value = appeared(readySinceMs.peek(), before?.ready ?? null, now.ready, Date.now());
  before = now;
  isSetUp.value = true;
  follow();
});

effect(() => {
  const problem = picture.problem.value;
  isSilent.value = problem !== null;
  if (problem?.status === 401) void comeBack();
});

/** Signs in by the key in the link, if there is one, and looks from then on. */
export async function openBoard() {
  await signInByLink();
  addEventListener("hashchange", signInByLink);
  picture.refresh();
  setInterval(picture.refresh, READ_AGAIN_MS);
  setInterval(() => {
    if (isSilent.peek() || stream?.freshness.peek() === "stale") picture.refresh();
  }, ASK_AGAIN_MS);
}

async function signInByLink() {
  const given = takeKey();
  if (given) await signIn(given).catch(willBeAsked);
}

/**
 * @param {string} given
 * @throws {Problem}
 */
export async function signIn(given) {
  await post("/api/terminal/sign-in", { key: given });
  key = given;
  picture.refresh();
}

/** A hub that was started again knows no session: nobody stands at a wall to type the key, so this page keeps it in mind. */
async function comeBack() {
  const known = key;
  key = "";
  if (!known) return needKey();
  try {
    await signIn(known);
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    if (problem.status === 401) needKey();
    else key = known;
  }
}

/** @param {unknown} problem the picture has it, too: it is refused without a key */
function willBeAsked(problem) {
  if (!(problem instanceof Problem)) throw problem;
}

function follow() {
  if (stream) return;
  stream = listen("/api/events", { changed: ({ what }) => what === "parcels" && picture.refresh() });
  stream.freshness.subscribe((now) => {
    if (now !== "connecting") picture.refresh(); // what was missed meanwhile, or why the stream went away
  });
}

function needKey() {
  stream?.stop();
  stream = null;
  before = null;
  picture.clear();
  isSetUp.value = false;
}
