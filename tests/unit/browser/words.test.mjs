import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { words as moreGerman } from "../../../device/web/words/more.de.js";
import { words as moreEnglish } from "../../../device/web/words/more.en.js";
import { words as payingGerman } from "../../../device/web/words/paying.de.js";
import { words as payingEnglish } from "../../../device/web/words/paying.en.js";
import { words as sellingGerman } from "../../../device/web/words/selling.de.js";
import { words as sellingEnglish } from "../../../device/web/words/selling.en.js";
import { loadedAtOnce } from "./loaded_at_once.mjs";

const de = { ...sellingGerman, ...payingGerman, ...moreGerman };
const en = { ...sellingEnglish, ...payingEnglish, ...moreEnglish };
const FOLDER = new URL("../../../device/web/", import.meta.url);

test("a text stands in one place: with those of the first tap, of paying, or with the others", () => {
  for (const files of [[sellingEnglish, payingEnglish, moreEnglish], [sellingGerman, payingGerman, moreGerman]]) {
    const keys = files.flatMap((words) => Object.keys(words));
    assert.deepEqual(keys.filter((key, place) => keys.indexOf(key) !== place), []);
  }
  assert.deepEqual(Object.keys(sellingGerman).sort(), Object.keys(sellingEnglish).sort());
  assert.deepEqual(Object.keys(payingGerman).sort(), Object.keys(payingEnglish).sort());
});

const NAMED = /"([a-z][\w-]*(?:\.[\w-]+)+)"/g;

test("every text that the selling page names is loaded with it", () => {
  const files = loadedAtOnce(new URL("app.js", FOLDER));
  assert.ok(files.length > 30);
  for (const file of files) {
    for (const [, key] of readFileSync(file, "utf8").matchAll(NAMED)) {
      assert.ok(!(key in moreEnglish) && !(key in payingEnglish), `${file.pathname}: ${key}`);
    }
  }
});

test("every text that a sale needs next is loaded with those of paying", () => {
  const screens = readFileSync(new URL("screens.js", FOLDER), "utf8");
  const soon = [...screens.matchAll(/soon\(\(\) => import\("([^"]+)"\)/g)].map(([, name]) => name);
  assert.ok(soon.length > 5);
  for (const name of [...soon, "scanned.js", "scanner.js", "worker_link.js"]) {
    for (const file of loadedAtOnce(new URL(name, FOLDER))) {
      for (const [, key] of readFileSync(file, "utf8").matchAll(NAMED)) assert.ok(!(key in moreEnglish), `${file.pathname}: ${key}`);
    }
  }
});

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
  const files = readdirSync(FOLDER, { recursive: true }).map(String).filter((name) => /^(screens|parts)\/|^\w+\.js$/.test(name) && name.endsWith(".js"));
  assert.ok(files.length > 60);
  for (const file of files) {
    const source = readFileSync(new URL(file, FOLDER), "utf8");
    for (const [, key] of source.matchAll(/\bt\("([\w.-]+)"/g)) assert.ok(key in en, `${file}: ${key}`);
  }
});
