// The lists that a product may have, as one line of text that people type: "size=M; colour=blue", "mug=2; tea=0.5",
// "members=18.00". Pure: nothing here asks or draws.
import { formatAmount, parseMoney } from "/shared/money.js";

/** @typedef {"options" | "parts" | "prices"} ListField */

const RATE = /^\s*(\d{1,2})(?:[.,](\d{1,2}))?\s*%?\s*$/;
const QUANTITY = /^(\d{1,4})(?:[.,](\d{1,3}))?$/;

/** A VAT rate in basis points as people type it in percent, or null. @param {string} text */
export function rateOf(text) {
  const read = RATE.exec(text);
  return read && Number(read[1]) * 100 + Number((read[2] ?? "").padEnd(2, "0"));
}

/**
 * @param {string} field
 * @param {any[]} items
 * @param {string} currency
 */
export const itemsText = (field, items, currency) => items.map((one) => itemText(field, one, currency)).join("; ");

/**
 * What was typed, or null where it does not read like that.
 * @param {ListField} field
 * @param {string} text
 * @param {string} currency
 * @returns {object[] | null}
 */
export function itemsOf(field, text, currency) {
  const items = text.split(";").filter((one) => one.trim() !== "").map((one) => itemOf(field, one, currency));
  return items.includes(null) ? null : /** @type {object[]} */ (items);
}

/**
 * @param {string} field
 * @param {any} item
 * @param {string} currency
 */
function itemText(field, item, currency) {
  if (field === "options") return `${item.name}=${item.value}`;
  if (field === "parts") return `${item.sku}=${item.quantity_milli / 1000}`;
  return `${item.list_name}=${formatAmount(item.price_minor, currency, "en")}`;
}

/**
 * @param {ListField} field
 * @param {string} text
 * @param {string} currency
 */
function itemOf(field, text, currency) {
  const [name = "", value = "", more] = text.split("=").map((part) => part.trim());
  if (!name || !value || more !== undefined) return null;
  if (field === "options") return { name, value };
  if (field === "parts") {
    const read = QUANTITY.exec(value);
    return read && { sku: name, quantity_milli: Number(read[1]) * 1000 + Number((read[2] ?? "").padEnd(3, "0")) };
  }
  const price_minor = parseMoney(value, currency);
  return price_minor === null || price_minor < 0 ? null : { list_name: name, price_minor };
}
