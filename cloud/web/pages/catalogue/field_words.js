// How a field of a product and its value are said: "Price", "24.00 €".
import { money, quantity, t } from "../../words.js";

const KNOWN = new Set(["name", "category", "price_minor", "vat_rate_bp", "barcode", "colour", "unit", "retired", "quota_milli", "stall",
  "receipt_footer", "market_weekdays", "card", "bytes"]);

/** @param {string} field */
export const fieldWord = (field) => (KNOWN.has(field) ? t(`field.${field}`) : field);

/**
 * @param {string} field
 * @param {string | null} value as the cloud tells it
 * @param {string} currency
 */
export function valueWord(field, value, currency) {
  if (value === null || value === "") return t("field.nothing");
  switch (field) {
    case "price_minor":
      return money(Number(value), currency);
    case "vat_rate_bp":
      return percent(Number(value));
    case "quota_milli":
      return quantity(Number(value));
    case "retired":
      return t(value === "true" ? "field.yes" : "field.no");
    default:
      return value;
  }
}

/** "19 %", "5.5 %". @param {number} bp */
export const percent = (bp) => t("field.percent", { rate: bp / 100 });

/** A rate in percent that a person typed, as basis points; null when it is none. @param {string} text */
export function parsePercent(text) {
  const match = /^(\d{1,2})(?:[.,](\d{1,2}))?$/.exec(text.replace("%", "").trim());
  return match ? Number(match[1]) * 100 + Number((match[2] ?? "").padEnd(2, "0")) : null;
}

/** A quantity that a person typed, in thousandths; null when it is none. @param {string} text */
export function parseQuantity(text) {
  const match = /^(\d{1,6})(?:[.,](\d{1,3}))?$/.exec(text.trim());
  return match ? Number(match[1]) * 1000 + Number((match[2] ?? "").padEnd(3, "0")) : null;
}
