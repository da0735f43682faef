// What the staff page knows of the hub, kept fresh by its stream, and what it asks of it.
import { figures } from "/shared/figures.js";
import { post, Problem } from "/shared/http.js";
import { liveSession } from "/shared/live_session.js";
import { computed, signal } from "/shared/vendor/ui.js";

/**
 * @typedef {"waiting" | "reserved" | "deposited" | "opening" | "collected" | "expired"} ParcelState
 * @typedef {{parcel_id: string, number: string, till: string, state: ParcelState, compartment: number | null, receipt_number: string,
 *   items: string, since: string, locked: boolean, given_back: boolean, unclear: boolean, total_minor: number, currency: string}} Parcel
 * @typedef {{compartment: number, size: import("../bank_layout.js").Size, door: "open" | "shut" | "unknown",
 *   state: "free" | ParcelState, parcel_id: string | null}} Compartment
 * @typedef {{board: string, online: boolean, since: string, compartments: Compartment[]}} Board
 * @typedef {{behind: number, reason: string, since: string, for_s: number, alarm: boolean, words: string, remedy: string}} Leg
 * @typedef {{source: string, alarm: boolean, progress: null | {hub?: Leg, cloud?: Leg}, role: "till" | "hub" | "board" | null, epoch: string, seq: number, cloud_seq: number, behind: number, last_seen: string | null, online: boolean, removed: boolean}} Source
 * @typedef {{sources: Source[], alarm: boolean, full: boolean,
 *   broker: {connected: boolean, since: string},
 *   cloud: {reachable: boolean, since: string | null, behind: number, behind_since: string | null}}} Sources
 */

/** @type {import("/shared/figures.js").Figures<{parcels: Parcel[]}>} */
export const parcels = figures("/api/staff/parcels");
/** @type {import("/shared/figures.js").Figures<{boards: Board[]}>} */
export const bank = figures("/api/staff/bank");
/** @type {import("/shared/figures.js").Figures<Sources>} */
export const sources = figures("/api/staff/sources");

export const LETTERS = "/api/staff/dead-letters";
/**
 * @typedef {import("/shared/components/dead_letters.js").Letter} Letter
 * @type {import("/shared/figures.js").Figures<{letters: (Omit<Letter, "sinceMs"> & {since: string})[], dropped: number}>}
 */
export const letters = figures(LETTERS);

export const parcelList = computed(() => parcels.value.value?.parcels ?? null);
/**
 * What staff has to do with a parcel: as its state, but a door that is just being opened is not yet a question, and what was
 * given back at the till is to be taken out.
 * @param {Parcel} parcel
 */
export function standingOf({ state, unclear, given_back }) {
  if (state === "opening") return unclear ? "unclear" : state;
  return given_back && (state === "reserved" || state === "deposited") ? "given-back" : state;
}

export const boards = computed(() => bank.value.value?.boards ?? null);

const byName = /** @type {Record<string, import("/shared/figures.js").Figures<any>>} */ ({ parcels, bank, sources, letters });

export const session = liveSession({
  paths: { session: "/api/staff/session", signIn: "/api/staff/sign-in", signOut: "/api/staff/sign-out", events: "/api/events" },
  figures: Object.values(byName),
  concerned: (what) => (what === "sources" ? [sources, letters] : what in byName ? [byName[what]] : Object.values(byName)),
});

// -- What a person asks of a parcel ---------------------------------------------------------------------------

/**
 * @typedef {{kind: "opening" | "opened" | "code" | "resolved" | "asking-new-code" | "asking" | "taken-out" | "problem", code?: string, decision?: string,
 *   problem?: Problem}} Step
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

/** Asks first: what is taken back, its customer can no longer collect. @param {Parcel} parcel */
export const askTakeBack = ({ parcel_id }) => setStep(parcel_id, { kind: "asking" });

/** @param {Parcel} parcel */
export const takeBack = ({ parcel_id }) =>
  attempt(parcel_id, "take-back", {}, () => ({ kind: "taken-out" }));

/** Asks first: the code on the customer's receipt stops working. @param {Parcel} parcel */
export const askNewCode = ({ parcel_id }) => setStep(parcel_id, { kind: "asking-new-code" });

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
