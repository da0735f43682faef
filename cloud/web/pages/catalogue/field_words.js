// How a field of a product and its value are said: "Price", "24.00 €".
import { money, quantity, t } from "../../words.js";

const KNOWN = new Set(["name", "category", "price_minor", "vat_rate_bp", "barcode", "colour", "unit", "retired", "weighed", "free_price", "favourite", "family",
  "options", "parts", "prices", "cost_minor", "photo", "quota_milli", "stall",
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
    case "cost_minor":
      return money(Number(value), currency);
    case "vat_rate_bp":
      return percent(Number(value));
    case "quota_milli":
      return quantity(Number(value));
    case "retired":
      return t(value === "true" ? "field.retired.yes" : "field.retired.no");
    case "weighed":
    case "free_price":
    case "favourite":
      return t(value === "true" ? "field.yes" : "field.no");
    case "prices":
      return value.replace(/=(\d+)/g, (_, minor) => ` ${money(Number(minor), currency)}`);
    default:
      return value;
  }
}

/** The same in the middle of a sentence, where somebody's own words need quotation marks. @type {typeof valueWord} */
export function valueInSentence(field, value, currency) {
  const word = valueWord(field, value, currency);
  return word === value ? t("field.text", { text: word }) : word;
}

/** "19 %", "5.5 %". @param {number} bp */
export const percent = (bp) => t("field.percent", { rate: bp / 100 });
