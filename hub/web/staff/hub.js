// What the staff page knows of the hub, kept fresh by its stream, and what it asks of it.
import { figures } from "/shared/figures.js";
import { listen } from "/shared/events.js";
import { get, post, Problem, setCsrfToken } from "/shared/http.js";
import { batch, computed, effect, signal } from "/shared/vendor/ui.js";

/**
 * @typedef {"waiting" | "reserved" | "deposited" | "opening" | "collected" | "expired"} ParcelState
 * @typedef {{parcel_id: string, number: string, till: string, state: ParcelState, compartment: number | null, receipt_number: string,
 *   items: string, since: string, locked: boolean, total_minor: number, currency: string}} Parcel
 * @typedef {{compartment: number, size: import("../bank_layout.js").Size, door: "open" | "shut" | "unknown",
 *   state: "free" | ParcelState, parcel_id: string | null}} Compartment
 * @typedef {{board: string, online: boolean, since: string, compartments: Compartment[]}} Board
 * @typedef {{source: string, epoch: string, seq: number, cloud_seq: number, last_seen: string | null, online: boolean}} Source
 * @typedef {{sources: Source[], cloud: {reachable: boolean, behind: number},
 *   rejected: {at: string, topic: string, reason: string}[],
 *   quarantined: {source: string, epoch?: string, reason?: string, at?: string}[]}} Sources
 */

/** undefined: not known yet. */
export const signedIn = signal(/** @type {boolean | undefined} */ (undefined));
export const parcels = figures("/api/staff/parcels");
export const bank = figures("/api/staff/bank");
export const sources = figures("/api/staff/sources");
const all = { parcels, bank, sources };

export const parcelList = computed(() => /** @type {Parcel[] | null} */ (/** @type {any} */ (parcels.value.value)?.parcels ?? null));
export const boards = computed(() => /** @type {Board[] | null} */ (/** @type {any} */ (bank.value.value)?.boards ?? null));
export const standing = computed(() => /** @type {Sources | null} */ (sources.value.value));

/** "connecting", "live" or "stale", and since when nothing was heard. */
export const freshness = signal(/** @type {import("/shared/events.js").Freshness} */ ("connecting"));
export const heardAtMs = signal(0);
/** @type {ReturnType<typeof listen> | null} */
let stream = null;

/** Asks whether somebody is signed in here already. */
export async function openHub() {
  try {
    enter(await get("/api/staff/session"));
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    if (problem.status === 401) signedIn.value = false;
    else setTimeout(openHub, 3000); // the hub is starting; the page says so meanwhile
  }
}

/** @param {string} password */
export async function signIn(password) {
  enter(await post("/api/staff/sign-in", { password }));
}

export async function signOut() {
  await post("/api/staff/sign-out").catch(() => undefined); // without an answer this page forgets all the same
  leave();
}

/** @param {{csrf: string}} session */
function enter({ csrf }) {
  setCsrfToken(csrf);
  signedIn.value = true;
  for (const figure of Object.values(all)) figure.refresh();
  stream = listen("/api/events", { changed: ({ what }) => (all[/** @type {keyof typeof all} */ (what)] ?? parcels).refresh() });
  stream.freshness.subscribe(onFreshness);
  stream.heardAtMs.subscribe((at) => (heardAtMs.value = at));
}

/** @param {import("/shared/events.js").Freshness} now */
function onFreshness(now) {
  const before = freshness.peek();
  freshness.value = now;
  // What was missed while the stream was away, or why it went away.
  if (before === "stale" || now === "stale") for (const figure of Object.values(all)) figure.refresh();
}

function leave() {
  stream?.stop();
  stream = null;
  batch(() => {
    signedIn.value = false;
    freshness.value = "connecting";
    for (const figure of Object.values(all)) figure.clear();
  });
}

effect(() => {
  const refused = Object.values(all).some(({ problem }) => problem.value?.status === 401);
  if (refused && signedIn.peek()) leave();
});

// -- What a person asks of a parcel ---------------------------------------------------------------------------

/**
 * @typedef {{kind: "opening" | "opened" | "code" | "resolved" | "problem", code?: string, decision?: string, problem?: Problem}} Step
 */

/** What is under way, or just came, per parcel; it stays until it is done or put away. */
export const steps = signal(/** @type {Record<string, Step>} */ ({}));

/**
 * @param {string} parcelId
 * @param {Step | null} step
 */
export function setStep(parcelId, step) {
  const { [parcelId]: _, ...others } = steps.peek();
  steps.value = step ? { ...others, [parcelId]: step } : others;
}

/** @param {Parcel} parcel */
export const deposit = ({ parcel_id }) =>
  attempt(parcel_id, "deposit", {}, () => ({ kind: "opened" }));

/** @param {Parcel} parcel */
export const renewCode = ({ parcel_id }) =>
  attempt(parcel_id, "renew-code", {}, (said) => ({ kind: "code", code: said.code }));

/**
 * @param {Parcel} parcel
 * @param {"collected" | "still-inside"} decision
 */
export const resolve = ({ parcel_id }, decision) =>
  attempt(parcel_id, "resolve", { decision }, () => ({ kind: "resolved", decision }));

/**
 * @param {string} parcelId
 * @param {string} verb
 * @param {Record<string, string>} body
 * @param {(said: any) => Step} stepOf
 */
async function attempt(parcelId, verb, body, stepOf) {
  setStep(parcelId, { kind: "opening" });
  try {
    setStep(parcelId, stepOf(await post(`/api/staff/parcels/${encodeURIComponent(parcelId)}/${verb}`, body)));
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    setStep(parcelId, { kind: "problem", problem });
  }
  parcels.refresh();
}
