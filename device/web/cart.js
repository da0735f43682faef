// The cart: pure. Quantities in thousandths of the product's unit, money in minor units, VAT in basis points,
// rounded as the till rounds: once per line for quantities, once per rate and receipt for VAT, halves up.

/**
 * A line's `sku` is its key here; `of` is the product's own number where several lines may be of one product, as at prices that
 * somebody typed.
 * @typedef {{sku: string, name: string, unit_price_minor: number, vat_bp: number, quantity_milli: number, kind?: "voucher", note?: string,
 *   of?: string, weighed?: boolean, unit?: string}} CartLine
 * @typedef {CartLine[]} Cart
 */

export const ONE_MILLI = 1000;

/**
 * @param {Cart} cart
 * @param {Omit<CartLine, "quantity_milli">} product
 * @param {number} [quantityMilli]
 * @returns {Cart}
 */
export function add(cart, product, quantityMilli = ONE_MILLI) {
  const found = cart.find((line) => line.sku === product.sku);
  if (found) return setQuantity(cart, product.sku, found.quantity_milli + quantityMilli);
  return [...cart, { ...product, quantity_milli: quantityMilli }];
}

/**
 * A quantity of none takes the line out.
 * @param {Cart} cart
 * @param {string} sku
 * @param {number} quantityMilli
 * @returns {Cart}
 */
export function setQuantity(cart, sku, quantityMilli) {
  if (quantityMilli <= 0) return cart.filter((line) => line.sku !== sku);
  return cart.map((line) => (line.sku === sku ? { ...line, quantity_milli: quantityMilli } : line));
}

/**
 * @param {Cart} cart
 * @param {string} sku of a line
 * @param {string} note
 * @returns {Cart}
 */
export const setNote = (cart, sku, note) => cart.map((line) => (line.sku === sku ? { ...line, note } : line));

/**
 * What a product costs by a price list; by its usual price where the list does not name it.
 * @param {{price_minor: number, prices?: {list_name: string, price_minor: number}[]}} product
 * @param {string} [list] "" is the usual one
 */
export const priceIn = ({ price_minor, prices = [] }, list = "") => prices.find(({ list_name }) => list_name === list)?.price_minor ?? price_minor;

/**
 * The cart at today's prices; what is no longer offered, and what somebody typed a price for, stays as it is.
 * @param {Cart} cart
 * @param {{sku: string, name: string, price_minor: number, vat_rate_bp: number, prices?: {list_name: string, price_minor: number}[]}[]} products
 * @param {string} [list]
 * @returns {Cart}
 */
export const atPricesOf = (cart, products, list = "") =>
  cart.map((line) => {
    const now = products.find(({ sku }) => sku === line.sku);
    return now ? { ...line, name: now.name, unit_price_minor: priceIn(now, list), vat_bp: now.vat_rate_bp } : line;
  });

/** @param {CartLine} line */
export const lineTotalMinor = (line) => divideHalfUp(line.unit_price_minor * line.quantity_milli, ONE_MILLI);

/**
 * How many things are in the cart; a weighed one counts as one.
 * @param {Cart} cart
 */
export const itemCount = (cart) =>
  cart.reduce((sum, { quantity_milli }) => sum + (quantity_milli % ONE_MILLI ? 1 : quantity_milli / ONE_MILLI), 0);

/**
 * Halves away from zero.
 * @param {number} numerator
 * @param {number} denominator
 */
export function divideHalfUp(numerator, denominator) {
  const size = Math.abs(numerator);
  const rest = size % denominator;
  const quotient = (size - rest) / denominator + (rest * 2 >= denominator ? 1 : 0);
  return numerator < 0 ? -quotient : quotient;
}
