import assert from "node:assert/strict";
import { test } from "node:test";
import { decimalText, formatAmount, formatMoney, minorDigits, parseMoney } from "../../../shared/web/money.js";

test("amounts are shown as people write them where they are", () => {
  assert.equal(formatMoney(128450, "EUR", "en"), "€1,284.50");
  assert.equal(formatMoney(128450, "EUR", "de").replace(/\s/g, " "), "1.284,50 €");
  assert.equal(formatAmount(450, "EUR", "en"), "4.50");
  assert.equal(formatMoney(1200, "JPY", "en"), "¥1,200");
});

test("an amount beyond what a float holds exactly in cents is still exact", () => {
  assert.equal(decimalText(9007199254740991, 2), "90071992547409.91");
  assert.equal(formatAmount(9007199254740991, "EUR", "en"), "90,071,992,547,409.91");
});

test("a fraction of a cent is a mistake of ours and raises", () => {
  assert.throws(() => formatMoney(0.5, "EUR"), RangeError);
});

test("currencies bring their own digits", () => {
  assert.deepEqual(["EUR", "JPY", "KWD"].map(minorDigits), [2, 0, 3]);
});

for (const [text, minor] of [
  ["12.50", 1250], ["12,5", 1250], ["1.234,50", 123450], ["1,234.50", 123450], ["€ 7", 700],
  ["1,234", 123400], [".5", 50], ["0", 0], ["-3.05", -305], ["12.", 1200],
]) {
  test(`“${text}” is ${minor} cents`, () => assert.equal(parseMoney(text, "EUR"), minor));
}

for (const text of ["", "abc", ".", "1.23456", "--5"]) {
  test(`“${text}” is no amount`, () => assert.equal(parseMoney(text, "EUR"), null));
}
