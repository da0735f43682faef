// What stands on the shelf: products, and families of them as one. Pure.

/** @typedef {import("./till.js").Product} Product */
/** @typedef {{family: string, members: Product[]}} Family */
/** @typedef {Product | Family} Item */

export const FAVOURITES = "★";

/**
 * A family stands where its first member stands. Somebody who searches looks for one product and not for families.
 * @param {Product[]} products
 * @param {boolean} searching
 * @returns {Item[]}
 */
export function shelfItems(products, searching) {
  if (searching) return products;
  /** @type {Map<string, Family>} */
  const families = new Map();
  /** @type {Item[]} */
  const items = [];
  for (const product of products) {
    const family = product.family ? families.get(product.family) : undefined;
    if (family) family.members.push(product);
    else if (!product.family) items.push(product);
    else {
      const begun = { family: product.family, members: [product] };
      families.set(product.family, begun);
      items.push(begun);
    }
  }
  return items.map((item) => ("members" in item && item.members.length === 1 ? item.members[0] : item));
}

/** @param {Item} item */
export const keyOf = (item) => ("members" in item ? `family ${item.family}` : item.sku);

/** What tells a member from the others: "M, blue"; its name where it has no options. @param {Product} product */
export const optionsOf = ({ options = [], name }) => options.map(({ value }) => value).join(", ") || name;
