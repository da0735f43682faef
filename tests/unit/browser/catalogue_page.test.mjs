import assert from "node:assert/strict";
import { test } from "node:test";
import { parsePercent, parseQuantity, search } from "../../../cloud/web/pages/catalogue/reading.js";

const goods = [
  { sku: "mug-old", name: "Mug, old glaze", category: "Pottery", barcode: "", retired: true },
  { sku: "mug-ash", name: "Mug, ash glaze", category: "Pottery", barcode: "4006381333931", retired: false },
  { sku: "towel", name: "Linen towel", category: "Textiles", barcode: "", retired: false },
];
const skus = (wanted) => search(goods, wanted).map(({ sku }) => sku);

test("a product is found by words of its name, number, category or barcode, in any order; what is not offered stands last", () => {
  assert.deepEqual(skus(""), ["mug-ash", "towel", "mug-old"]);
  assert.deepEqual(skus("glaze MUG"), ["mug-ash", "mug-old"]);
  assert.deepEqual(skus("textiles"), ["towel"]);
  assert.deepEqual(skus("400638"), ["mug-ash"]);
  assert.deepEqual(skus("zeppelin"), []);
});

test("a rate in percent is read as basis points, whichever decimal mark is used", () => {
  for (const [text, bp] of [["19", 1900], ["7 %", 700], ["5,5", 550], ["5.55", 555], ["0", 0]]) assert.equal(parsePercent(text), bp, text);
  for (const text of ["", "x", "119", "5.555", "-1"]) assert.equal(parsePercent(text), null, text);
});

test("a quantity is read in thousandths", () => {
  for (const [text, milli] of [["12", 12_000], ["0,5", 500], [" 1.125 ", 1_125]]) assert.equal(parseQuantity(text), milli, text);
  for (const text of ["", "-1", "1.2345", "many", "1e3"]) assert.equal(parseQuantity(text), null, text);
});
