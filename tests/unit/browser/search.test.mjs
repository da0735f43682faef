import assert from "node:assert/strict";
import { test } from "node:test";
import { categoriesOf, matching } from "../../../device/web/search.js";

const goods = [
  { sku: "bowl-1", name: "Schüssel, groß", category: "Pottery", barcode: "4006381333931" },
  { sku: "mug-1", name: "Mug, ash glaze", category: "Pottery", barcode: null },
  { sku: "card-1", name: "Card, linocut hare", category: "Cards", barcode: "96385074" },
];
const found = (text, category = "") => matching(goods, text, category).map((p) => p.sku);

test("capitals, accents and sharp s do not matter", () => {
  assert.deepEqual(found("SCHUSSEL"), ["bowl-1"]);
  assert.deepEqual(found("gross"), ["bowl-1"]);
});

test("every word must occur, in any order", () => {
  assert.deepEqual(found("hare card"), ["card-1"]);
  assert.deepEqual(found("hare mug"), []);
});

test("part of a barcode or product number finds it", () => {
  assert.deepEqual(found("3850"), ["card-1"]);
  assert.deepEqual(found("mug-1"), ["mug-1"]);
});

test("a category shows its own, and a search looks in all of them", () => {
  assert.deepEqual(found("", "Cards"), ["card-1"]);
  assert.deepEqual(found("mug", "Cards"), ["mug-1"]);
});

test("categories come once each, in the catalogue's order", () => assert.deepEqual(categoriesOf(goods), ["Pottery", "Cards"]));
