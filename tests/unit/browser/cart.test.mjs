import assert from "node:assert/strict";
import { test } from "node:test";
import { add, atPricesOf, divideHalfUp, itemCount, lineTotalMinor, setQuantity } from "../../../device/web/cart.js";
import { price } from "../../../device/web/pricing.js";
import { quickCash } from "../../../device/web/quick_cash.js";

const bowl = { sku: "bowl", name: "Bowl", unit_price_minor: 3800, vat_bp: 1900 };
const card = { sku: "card", name: "Card", unit_price_minor: 450, vat_bp: 700 };

test("the same product tapped twice is one line of two", () => {
  const cart = add(add([], bowl), bowl);
  assert.deepEqual(cart.map((line) => [line.sku, line.quantity_milli]), [["bowl", 2000]]);
  assert.equal(price(cart, []).total_minor, 7600);
  assert.equal(itemCount(cart), 2);
});

test("a quantity of none takes the line out", () => {
  assert.deepEqual(setQuantity(add([], bowl), "bowl", 0), []);
});

test("new prices are taken over into the cart, and what is no longer offered stays as it is", () => {
  const cart = add(add([], bowl, 2000), card);
  const products = [{ sku: "bowl", name: "Blue bowl", price_minor: 4000, vat_rate_bp: 700 }];
  assert.deepEqual(atPricesOf(cart, products), [
    { sku: "bowl", name: "Blue bowl", unit_price_minor: 4000, vat_bp: 700, quantity_milli: 2000 },
    cart[1],
  ]);
});

test("a weighed quantity is rounded half up, once per line, and counts as one item", () => {
  const cart = add([], { ...bowl, unit_price_minor: 333 }, 1500);
  assert.equal(lineTotalMinor(cart[0]), 500);
  assert.equal(itemCount(cart), 1);
});

test("VAT is computed once per rate on the sum, not per line", () => {
  const cents = ["a", "b", "c"].reduce((cart, sku) => add(cart, { ...card, sku, unit_price_minor: 5 }), []);
  assert.equal(price(cents, []).vat_minor, 1); // 15 × 7/107 = 0.98; per line it would be 0
  assert.equal(price(add(add([], bowl), card), []).vat_minor, 607 + 29);
});

test("halves go away from zero", () => {
  assert.deepEqual([divideHalfUp(5, 10), divideHalfUp(-5, 10), divideHalfUp(4, 10), divideHalfUp(15, 10)], [1, -1, 0, 2]);
});

test("quick cash offers up to three larger amounts that notes make up", () => {
  assert.deepEqual(quickCash(1650, 2), [2000, 5000, 10000]);
  assert.deepEqual(quickCash(8600, 2), [9000, 10000, 20000]);
  assert.deepEqual(quickCash(2000, 2), [5000, 10000, 20000]);
});
