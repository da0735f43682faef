// The same vectors that Python reads (tests/unit/device/test_discount_vectors.py): a phone that is cut off takes off what the till would.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { asOrder, price, roundToCoins, shareOut } from "../../../device/web/pricing.js";

const vectors = JSON.parse(readFileSync(new URL("../../vectors/discounts.json", import.meta.url), "utf8"));

test("a cart with discounts costs on the page what it costs at the till", () => {
  for (const { lines, discounts, vat_added, off_minor, vat_minor, total_minor } of vectors) {
    const cart = lines.map(([unit_price_minor, quantity_milli, vat_bp], i) => ({ sku: `p${i}`, name: "", unit_price_minor, quantity_milli, vat_bp }));
    const wanted = discounts.map(([kind, value, line]) => ({ kind, value, reason: "", ...(line !== null && { sku: `p${line}` }) }));
    const priced = price(cart, wanted, vat_added);
    assert.deepEqual(priced.lines.map((line) => line.off_minor), off_minor);
    assert.deepEqual([priced.vat_minor, priced.total_minor], [vat_minor, total_minor]);
  }
});

test("parts add up, and the earlier of equals gets the odd cent", () => {
  assert.deepEqual(shareOut(100, [1, 1, 1]), [1, 1, 1].map((_, i) => (i === 0 ? 34 : 33)));
  assert.deepEqual(shareOut(5, [0, 0]), [0, 0]);
});

test("cash is rounded to the smallest coin, halves up", () => {
  assert.deepEqual([1002, 1003, 1005].map((minor) => roundToCoins(minor, 5)), [1000, 1005, 1005]);
});

test("two vouchers of one worth are two lines, and a line's discount finds its place among them", () => {
  const voucher = { sku: "voucher-2000", name: "Voucher", unit_price_minor: 2000, vat_bp: 0, quantity_milli: 2000, kind: "voucher" };
  const bowl = { sku: "bowl", name: "Bowl", unit_price_minor: 3800, vat_bp: 1900, quantity_milli: 1000 };
  const { lines, discounts } = asOrder([voucher, bowl], [{ kind: "amount", value: 100, reason: "", sku: "bowl" }]);
  assert.deepEqual(lines.map(({ sku, kind }) => [sku, kind]), [["voucher", "voucher"], ["voucher", "voucher"], ["bowl", undefined]]);
  assert.equal(discounts[0].line, 2);
});
