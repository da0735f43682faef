import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { de } from "../../../device/web/words.de.js";
import { en } from "../../../device/web/words.en.js";

const texts = (entry) => (typeof entry === "string" ? [entry] : Object.values(entry));
const names = (text) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort().join();

test("German says everything that English says, and nothing else", () => {
  assert.deepEqual(Object.keys(de).sort(), Object.keys(en).sort());
});

test("both languages fill in the same names", () => {
  for (const key of Object.keys(en)) {
    const most = (catalogue) => texts(catalogue[key]).map(names).sort((a, b) => b.length - a.length)[0];
    assert.equal(most(de), most(en), key);
  }
});

test("every entry with plural forms has the form that is always needed", () => {
  for (const catalogue of [en, de]) {
    for (const [key, entry] of Object.entries(catalogue)) assert.ok(typeof entry === "string" || entry.other, key);
  }
});

test("no text exclaims", () => {
  for (const entry of [...Object.values(en), ...Object.values(de)]) {
    for (const text of texts(entry)) assert.ok(!text.includes("!"), text);
  }
});

test("every text that a screen names by a plain key exists", () => {
  const folder = new URL("../../../device/web/", import.meta.url);
  const files = ["screens/pay.js", "screens/sell.js", "screens/receipt.js", "screens/kept.js", "screens/sales.js", "screens/stock.js",
    "screens/make_next.js", "screens/menu.js", "screens/where.js", "parts/why.js", "screens/close_day.js", "screens/sign_in.js", "screens/cart.js",
    "parts/frame.js", "parts/saved.js", "parts/cart_list.js", "parts/tile.js", "parts/receipt_paper.js", "parts/stale.js",
    "scanned.js", "delivery.js", "answer.js"];
  for (const file of files) {
    const source = readFileSync(new URL(file, folder), "utf8");
    for (const [, key] of source.matchAll(/\bt\("([a-z.-]+)"/g)) assert.ok(key in en, `${file}: ${key}`);
  }
});
