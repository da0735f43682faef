// Finding products by name, number or barcode, without caring for capitals or accents. Pure.

import { FAVOURITES } from "./shelf_items.js";

/** @typedef {import("./till.js").Product} Product */

/** @param {string} text */
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replaceAll("ß", "ss").toLowerCase();

/** @type {WeakMap<Product, string>} */
const haystacks = new WeakMap();

/** @param {Product} product */
function haystackOf(product) {
  let haystack = haystacks.get(product);
  if (haystack === undefined) {
    haystack = plain(`${product.name} ${product.sku} ${product.barcode ?? ""} ${product.category}`);
    haystacks.set(product, haystack);
  }
  return haystack;
}

/**
 * Every word must occur; an empty category means all. A search looks in all categories.
 * @param {Product[]} products
 * @param {string} text
 * @param {string} category
 */
export function matching(products, text, category) {
  const words = plain(text).split(/\s+/).filter(Boolean);
  if (words.length > 0) return products.filter((p) => words.every((word) => haystackOf(p).includes(word)));
  if (category === FAVOURITES) return products.filter(({ favourite }) => favourite);
  return category === "" ? products : products.filter((p) => p.category === category);
}

/**
 * In the catalogue's own order.
 * @param {Product[]} products
 */
export const categoriesOf = (products) => [...new Set(products.map((p) => p.category).filter(Boolean))];
