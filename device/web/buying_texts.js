// What drafts, orders to suppliers and suppliers are made of, and how they are said.
import { useEffect } from "/shared/vendor/ui.js";
import { amountOf } from "./material_texts.js";
import { shop } from "./till.js";
import { shortDate } from "./signal_texts.js";
import { money, quantity, t } from "./words.js";

/**
 * @typedef {{key: string, item: string, is_material: boolean, unit: string, name: string, needed_milli: number, by: string, why: string}} Need
 * @typedef {Need & {article: string, packs: number, packs_min: number, pack_milli: number, price_minor: number, total_minor: number, expected: string,
 *   late: boolean, hasten: string | null}} DraftLine
 * @typedef {{supplier_id: string, supplier: string, goods_minor: number, shipping_minor: number, total_minor: number, expected: string, needed_by: string,
 *   late: boolean, hold: "cash" | "minimum" | null, short_minor: number, by_itself: boolean, lines: DraftLine[]}} Draft
 * @typedef {{place: number, item: string, is_material: boolean, unit: string, name: string, article: string, packs: number, pack_milli: number, price_minor: number,
 *   total_minor: number, quantity_milli: number, received_milli: number, missing_milli: number, why: string, needed_by: string | null}} OrderLine
 * @typedef {{order_id: string, number: string, supplier_id: string, supplier: string, email: string, state: "open" | "received" | "closed" | "cancelled",
 *   placed_at: string, expected: string, late_days: number, comes_too_late: boolean, paid: boolean, automatic: boolean, cashier: string, shipping_minor: number, total_minor: number,
 *   channel: "email" | "webhook" | "by_hand", sending: {state: "waiting" | "sending" | "sent" | "unclear" | "given_up", tries: number, words: string},
 *   ended_at: string | null, lines: OrderLine[]}} Order
 * @typedef {{supplier_id: string, name: string, email: string, webhook: string, language: string, minimum_minor: number, shipping_minor: number,
 *   lead_days: number, auto_limit_minor: number, retired: boolean, items: number, lead: {stated: number, usual: number, safe: number, seen: number}}} Supplier
 */

/** @param {number} minor */
export const euros = (minor) => money(minor, shop.value.currency);

/** "10 kg", or "10" of what is counted in pieces. @param {{unit: string}} line @param {number} milli */
export const sizeWords = ({ unit }, milli) => (unit && unit !== "piece" ? amountOf({ unit }, milli) : quantity(milli));

/** "3 packs of 10 kg" @param {{packs: number, pack_milli: number, unit: string}} line */
export function packsWords({ packs, pack_milli, unit }) {
  if (pack_milli !== 1000) return t("buy.packs", { n: packs, size: sizeWords({ unit }, pack_milli) });
  return unit && unit !== "piece" ? amountOf({ unit }, packs * pack_milli) : t("buy.pieces", { n: packs });
}

/** How an order stands, in a few words. @param {Order} order @returns {[string, string]} tone and words */
export function standing({ state, late_days, comes_too_late, sending, expected, channel }) {
  if (state !== "open") return [state === "received" ? "good" : "", t(`buy.state.${state}`)];
  if (sending.state === "unclear") return ["warn", t("buy.sending.unclear")];
  if (sending.state === "given_up") return ["bad", t("buy.sending.given_up")];
  if (late_days > 0) return ["bad", t("buy.late", { n: late_days })];
  if (sending.state === "sending") return ["", t("buy.sending.waiting")];
  if (sending.state === "waiting") return ["warn", t(channel === "by_hand" ? "buy.sending.by_hand" : sending.tries > 0 ? "buy.sending.again" : "buy.sending.waiting")];
  if (comes_too_late) return ["warn", t("buy.comes-late")];
  return ["good", t("buy.coming", { day: shortDate(expected) })];
}

const LOOK_AGAIN_MS = 2_000;

/** An order that goes out just now: what becomes of it is there in a moment. @param {Order} order */
const isGoingOut = ({ state, sending, channel }) => state === "open" && (sending.state === "sending" || (sending.state === "waiting" && sending.tries === 0 && channel !== "by_hand"));

/** Asks again for as long as an order is going out. @param {Order[]} orders @param {() => unknown} again */
export function useOutcome(orders, again) {
  const going = orders.some(isGoingOut);
  useEffect(() => {
    if (!going) return undefined;
    const timer = setInterval(again, LOOK_AGAIN_MS);
    return () => clearInterval(timer);
  }, [going]);
}

/** How long a supplier takes, and how that is known. @param {Supplier} supplier */
export function leadWords({ lead }) {
  const usual = t("suppliers.lead", { n: lead.usual });
  if (lead.seen === 0) return `${usual} ${t("suppliers.lead.stated")}`;
  return `${usual} ${t("suppliers.lead.seen", { n: lead.seen, stated: lead.stated })} ${t("suppliers.lead.safe", { n: lead.safe })}`;
}
