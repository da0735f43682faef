// What a cart costs: pure, and as the till works it out (device/domain/pricing), so that a phone that is cut off says the same.
import { divideHalfUp, lineTotalMinor } from "./cart.js";

/**
 * @typedef {{kind: "amount" | "percent", value: number, reason: string, sku?: string, code?: string}} Discount `sku` names the line, none the
 *   cart; `code` is the coupon's that it is given for
 * @typedef {{line: import("./cart.js").CartLine, off_minor: number, total_minor: number}} PricedLine
 * @typedef {{lines: PricedLine[], off_minor: number, vat_minor: number, total_minor: number}} Priced
 */

const ALL_BP = 10_000;

/**
 * @param {import("./cart.js").Cart} cart
 * @param {Discount[]} discounts
 * @param {boolean} vatAdded whether the prices are net
 * @returns {Priced}
 */
export function price(cart, discounts, vatAdded = false) {
  const whole = cart.map(lineTotalMinor);
  const off = takeOff(cart, whole, discounts);
  const lines = cart.map((line, i) => ({ line, off_minor: off[i], total_minor: whole[i] - off[i] }));
  const vat_minor = taxMinor(lines, vatAdded);
  const sum = lines.reduce((all, { total_minor }) => all + total_minor, 0);
  return { lines, off_minor: off.reduce((a, b) => a + b, 0), vat_minor, total_minor: sum + (vatAdded ? vat_minor : 0) };
}

/**
 * @param {import("./cart.js").Cart} cart
 * @param {number[]} whole
 * @param {Discount[]} discounts those of lines come first, whatever their order
 */
function takeOff(cart, whole, discounts) {
  const off = cart.map(() => 0);
  for (const { kind, value, sku } of [...discounts.filter((d) => d.sku), ...discounts.filter((d) => !d.sku)]) {
    const left = cart.map((line, i) => (line.kind !== "voucher" && (!sku || sku === line.sku) ? whole[i] - off[i] : 0));
    const all = left.reduce((a, b) => a + b, 0);
    const amount = kind === "percent" ? divideHalfUp(all * value, ALL_BP) : Math.min(value, all);
    shareOut(amount, left).forEach((part, i) => (off[i] += part));
  }
  return off;
}

/**
 * Splits an amount in proportion to weights by the largest remainder, the earlier part first.
 * @param {number} amount
 * @param {number[]} weights
 */
export function shareOut(amount, weights) {
  const whole = weights.reduce((a, b) => a + b, 0);
  if (whole === 0) return weights.map(() => 0);
  const parts = weights.map((weight) => Math.floor((amount * weight) / whole));
  const order = weights.map((_, i) => i).sort((a, b) => ((amount * weights[b]) % whole) - ((amount * weights[a]) % whole) || a - b);
  const rest = amount - parts.reduce((a, b) => a + b, 0);
  for (const i of order.slice(0, rest)) parts[i] += 1;
  return parts;
}

/**
 * @param {PricedLine[]} lines
 * @param {boolean} added
 */
function taxMinor(lines, added) {
  /** @type {Map<number, number>} */
  const byRate = new Map();
  for (const { line, total_minor } of lines) byRate.set(line.vat_bp, (byRate.get(line.vat_bp) ?? 0) + total_minor);
  return [...byRate].reduce((vat, [rate, sum]) => vat + divideHalfUp(sum * rate, ALL_BP + (added ? 0 : rate)), 0);
}

/**
 * @param {number} minor
 * @param {number} step the smallest coin
 */
export const roundToCoins = (minor, step) => divideHalfUp(minor, step) * step;

/**
 * @typedef {{sku: string, name: string, quantity_milli: number, unit_price_minor: number, kind?: "voucher", note?: string, said?: true}} OrderLine
 *   `said` is a price that somebody typed
 * @typedef {{kind: "amount" | "percent", value: number, reason: string, line?: number}} OrderDiscount
 */

/**
 * The lines and discounts as the till takes them: a voucher is a line of its own each time.
 * @param {import("./cart.js").Cart} cart
 * @param {Discount[]} discounts
 */
export function asOrder(cart, discounts) {
  const lines = cart.flatMap(asLines);
  const keys = cart.flatMap((line) => asLines(line).map(() => line.sku));
  const placed = discounts.map(({ sku, ...said }) => /** @type {OrderDiscount} */ (sku ? { ...said, line: keys.indexOf(sku) } : said));
  return { lines, discounts: placed.filter(({ line = 0 }) => line >= 0) };
}

/** @param {import("./cart.js").CartLine} line @returns {OrderLine[]} */
function asLines({ sku, of, name, quantity_milli, unit_price_minor, kind, note }) {
  if (kind !== "voucher") return [{ sku: of ?? sku, name, quantity_milli, unit_price_minor, ...(note && { note }), ...(of && { said: true }) }];
  return Array.from({ length: quantity_milli / 1000 }, () => ({ sku: "voucher", name, quantity_milli: 1000, unit_price_minor, kind }));
}
