// What the dashboard knows: the figures of its pages, and which of them to read again when something changed.
import { figures } from "/shared/figures.js";
import { liveSession } from "/shared/live_session.js";
import { route } from "/shared/route.js";

/**
 * @typedef {{hour: number, total_minor: number, last_week_total_minor: number}} Hour
 * @typedef {{source: string, name: string, sales: number, total_minor: number, late_sales: number, missing_sales: number,
 *   behind_entries: number, behind_s: number,
 *   online: boolean}} Stall
 * @typedef {{sku: string, name: string, category: string, quantity_milli: number, total_minor: number}} Product
 * @typedef {{comparison: "more" | "less" | "same" | "none", percent: number | null, parcels_waiting: number,
 *   parcels_in_lockers: number, oldest_parcel_since: string | null, best_product: string | null,
 *   stalls_behind: string[]}} SentenceParts
 * @typedef {{date: string, business_date_last_week: string, currency: string, stalls: number, hubs: number, total_minor: number,
 *   sales: number, last_week_total_minor_by_now: number, hours: Hour[], stalls_table: Stall[], products: Product[],
 *   other_currencies: {currency: string, sales: number, total_minor: number}[], sentence_parts: SentenceParts}} Today
 * @typedef {"waiting" | "reserved" | "deposited" | "opening" | "collected" | "expired"} ParcelState
 * @typedef {{parcel_id: string, hub: string, till: string, number: string | null, state: ParcelState, since: string,
 *   compartment: number | null}} Parcel
 * @typedef {{by_state: Partial<Record<ParcelState, number>>, parcels: Parcel[]}} Parcels
 * @typedef {"till" | "hub" | "board"} Role
 * @typedef {{source: string, role: Role, name: string, online: boolean, last_seen: string | null, seq: number, behind: number,
 *   behind_s: number, hub: string, reason: string, reason_s: number, leg: "" | "hub" | "cloud", alarm: boolean, told: string, remedy: string}} Source
 * @typedef {{sources: Source[], rejected: number,
 *   quarantined: {source: string, epoch: string, seq: number, reason: string}[]}} Fleet
 */
/**
 * @typedef {{sku: string, name: string, category: string, price_minor: number, vat_rate_bp: number, barcode: string, colour: string,
 *   unit: string, retired: boolean, weighed?: boolean, free_price?: boolean, favourite?: boolean, family?: string,
 *   options?: {name: string, value: string}[], parts?: {sku: string, quantity_milli: number}[],
 *   prices?: {list_name: string, price_minor: number}[], cost_minor?: number, photo?: string}} ProductDetails
 * @typedef {{position: number, sku: string, field: string, kept_source: string, kept_value: string, dropped_source: string,
 *   dropped_value: string, at_ms: number}} Settlement
 * @typedef {{currency: string, version: number, issued_at_ms: number, revision: number, waiting: boolean, problem: string,
 *   products: ProductDetails[], settlements: Settlement[], open_settlements: number, names: Record<string, string>}} CatalogueNow
 * @typedef {{sku: string, quota_milli: number, left_milli: number}} QuotaLine
 * @typedef {{stall: string | null, receipt_footer: string | null, market_weekdays: number[] | null,
 *   voucher_key: string | null}} TillSettings
 * @typedef {{scope: string, prices_minor: Record<string, number>, quotas: QuotaLine[], settings: TillSettings}} TillSupplies
 * @typedef {{source: string, name: string, online: boolean, last_seen: string | null, behind_s: number,
 *   documents: Record<string, number>, supplies: TillSupplies}} StallRow
 * @typedef {{newest: Record<string, number>, everyone: TillSupplies, stalls: StallRow[]}} Supplies
 */
/** @template T @typedef {import("/shared/figures.js").Figures<T>} Figures */

/** @type {Figures<Today>} */
export const today = figures("/api/dashboard/today");
/** @type {Figures<Parcels>} */
export const parcels = figures("/api/dashboard/parcels");
/** @type {Figures<Fleet>} */
export const fleet = figures("/api/dashboard/fleet");

/**
 * @typedef {{kind: "more-than-sold" | "no-such-receipt", epoch: string, number: number, seq: number, source: string, tills: string[],
 *   at: string, currency: string, name: string, sold_milli: number, back_milli: number, sold_minor: number, back_minor: number}} RefundFinding
 * @type {Figures<{findings: RefundFinding[]}>}
 */
export const refunds = figures("/api/dashboard/refunds");

/**
 * @typedef {{voucher: string, currency: string, put_minor: number, taken_minor: number, sold_by: string[], tills: string[],
 *   at: string}} VoucherFinding
 * @type {Figures<{findings: VoucherFinding[]}>}
 */
export const vouchers = figures("/api/dashboard/vouchers");

/**
 * @typedef {{coupon: string, currency: string, times: number, taken_minor: number, tills: string[], at: string}} CouponFinding
 * @type {Figures<{findings: CouponFinding[]}>}
 */
export const coupons = figures("/api/dashboard/coupons");

/**
 * @typedef {{transfer: string, state: "under-way" | "arrived" | "differs" | "not-sent", sent_by: string[], arrived_at: string[], place: string,
 *   at: string, lines: {sku: string, name: string, sent_milli: number, arrived_milli: number}[]}} Transfer
 * @type {Figures<{transfers: Transfer[]}>}
 */
export const transfers = figures("/api/dashboard/transfers");

/**
 * @typedef {{source: string, day: string, is_dropped: boolean, place: string, opens: string, closes: string, visitors: number, note: string}} DayAhead
 * @typedef {{source: string, signal_id: string, kind: string, first: string, last: string, is_on: boolean, strength_milli: number,
 *   value: number, scope: string, about: string, heard_from: string}} SignalAhead
 * @type {Figures<{days: DayAhead[], signals: SignalAhead[]}>}
 */
export const market = figures("/api/dashboard/market");

export const LETTERS = "/api/dashboard/dead-letters";
/**
 * @typedef {import("/shared/components/dead_letters.js").Letter} Letter
 * @type {Figures<{letters: (Omit<Letter, "sinceMs"> & {since_ms: number})[], dropped: number}>}
 */
export const letters = figures(LETTERS);

/** @type {Figures<CatalogueNow>} */
export const catalogue = whileOpen(figures("/api/catalogue"));
/** @type {Figures<Supplies>} */
export const supplies = whileOpen(figures("/api/supplies"));

/**
 * A catalogue may be long: it is read again only while somebody looks at it.
 * @template T
 * @param {Figures<T>} inner
 * @returns {Figures<T>}
 */
function whileOpen(inner) {
  return { ...inner, refresh: () => route.peek()[0] === "catalogue" && inner.refresh() };
}

// A parcel and a silent till change today's sentence, too.
const CONCERNED = /** @type {Record<string, Figures<any>[]>} */ ({
  sales: [today, fleet, refunds, vouchers, coupons, transfers, market],
  parcels: [parcels, today],
  fleet: [fleet, today, letters, supplies],
  catalogue: [catalogue, supplies],
});

/** In the order in which a person should look at them. */
export const STATES = /** @type {ParcelState[]} */ (["opening", "reserved", "waiting", "deposited", "collected", "expired"]);
export const STATE_TONES = /** @type {const} */ ({ opening: "warn", reserved: "", waiting: "", deposited: "good", collected: "good", expired: "warn" });

/** @type {ReturnType<typeof liveSession<{user: string, tenant: string, csrf: string}>>} */
export const session = liveSession({
  paths: { session: "/api/session", signIn: "/api/sign-in", signOut: "/api/sign-out", events: "/api/events" },
  figures: [today, parcels, fleet, refunds, vouchers, coupons, transfers, market, letters, catalogue, supplies],
  concerned: (what) => CONCERNED[what] ?? [today, parcels, fleet, refunds, vouchers, coupons, transfers, market, letters, catalogue, supplies],
});
