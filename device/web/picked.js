// What a tap, a scan or Enter on a product does: most go into the cart at once, some have something to be asked first.
import { go } from "./router.js";
import { addToCart } from "./till.js";

/** @param {import("./shelf_items.js").Item} item */
export function pick(item) {
  if ("members" in item) go("choose", item.family);
  else if (item.weighed || item.free_price) go("measure", item.sku);
  else addToCart(item);
}
