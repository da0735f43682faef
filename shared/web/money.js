// Money is whole minor units and a currency, here as at the till: no floating-point amount is ever added up.

/** @type {Map<string, Intl.NumberFormat>} */
const formats = new Map();

/**
 * @param {string} locale
 * @param {string} currency ISO 4217
 * @param {"symbol" | "plain"} style
 */
function formatOf(locale, currency, style) {
  const key = `${locale} ${currency} ${style}`;
  let format = formats.get(key);
  if (!format) {
    const digits = minorDigits(currency);
    format =
      style === "symbol"
        ? new Intl.NumberFormat(locale, { style: "currency", currency, currencyDisplay: "narrowSymbol" })
        : new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits });
    formats.set(key, format);
  }
  return format;
}

/**
 * How many digits a currency's minor unit has (EUR 2, JPY 0).
 * @param {string} currency
 */
export function minorDigits(currency) {
  const resolved = new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions();
  return resolved.maximumFractionDigits ?? 2;
}

/**
 * An exact decimal text of minor units, such as "-12.05", which Intl reads without a float in between.
 * @param {number} minor
 * @param {number} digits
 */
export function decimalText(minor, digits) {
  if (!Number.isSafeInteger(minor)) throw new RangeError(`an amount must be whole minor units, not ${minor}`);
  const sign = minor < 0 ? "-" : "";
  const figures = String(Math.abs(minor)).padStart(digits + 1, "0");
  return digits === 0 ? sign + figures : `${sign}${figures.slice(0, -digits)}.${figures.slice(-digits)}`;
}

/**
 * "€12.50", as people write it where they are.
 * @param {number} minor
 * @param {string} currency
 * @param {string} [locale]
 */
export function formatMoney(minor, currency, locale = "en") {
  return formatted(minor, currency, locale, "symbol");
}

/**
 * "12.50", for columns and tiles where the currency is plain from the page.
 * @param {number} minor
 * @param {string} currency
 * @param {string} [locale]
 */
export function formatAmount(minor, currency, locale = "en") {
  return formatted(minor, currency, locale, "plain");
}

/**
 * @param {number} minor
 * @param {string} currency
 * @param {string} locale
 * @param {"symbol" | "plain"} style
 */
function formatted(minor, currency, locale, style) {
  const text = decimalText(minor, minorDigits(currency));
  // Intl takes a decimal string exactly; its type does not say so yet everywhere.
  return formatOf(locale, currency, style).format(/** @type {any} */ (text));
}

/**
 * Reads what a person typed ("12,5", "1.234,50", "€ 7"). The last comma or point with fitting digits behind it is the decimal mark.
 * @param {string} text
 * @param {string} currency
 * @returns {number | null} minor units, or null when it is no amount
 */
export function parseMoney(text, currency) {
  const digits = minorDigits(currency);
  const bare = text.replace(/[^\d.,-]/g, "");
  const match = /^(-?)([\d.,]*?)(?:[.,](\d*))?$/.exec(bare);
  if (!match || !/\d/.test(bare)) return null;
  let [, sign, whole, part = ""] = match;
  if (part.length > digits) {
    if (part.length !== 3) return null; // neither cents nor a group of thousands
    whole += part;
    part = "";
  }
  const minor = Number(whole.replace(/[.,]/g, "") + part.padEnd(digits, "0"));
  if (!Number.isSafeInteger(minor)) return null;
  return sign ? -minor : minor;
}
