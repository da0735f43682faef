// What somebody typed, read: a rate, a quantity, words to search for. Pure.

/** @typedef {import("../../cloud.js").ProductDetails} ProductDetails */

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

/** Products whose name, number, category or barcode holds every word; retired ones last. @param {ProductDetails[]} products @param {string} wanted */
export function search(products, wanted) {
  const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
  const found = products.filter((one) => {
    const text = `${one.name} ${one.sku} ${one.category} ${one.barcode}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  return [...found.filter(({ retired }) => !retired), ...found.filter(({ retired }) => retired)];
}
