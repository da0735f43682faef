import assert from "node:assert/strict";
import { test } from "node:test";
import { ScanReader, hasGoodCheckDigit, isMisread } from "../../../device/web/scanner.js";

/** Types a text with the same time between keys; returns what came out of the last one. */
function typed(text, gapMs, reader = new ScanReader(), startMs = 1000) {
  let code = null;
  [...text, "Enter"].forEach((key, i) => (code = reader.take(key, startMs + i * gapMs)));
  return code;
}

test("a scanner's quick digits and Enter are one code", () => {
  assert.equal(typed("4006381333931", 8), "4006381333931");
});

test("the same digits typed by fingers are no scan", () => {
  assert.equal(typed("4006381333931", 120), null);
});

test("a slow Bluetooth scanner is still told from fingers", () => {
  assert.equal(typed("96385074", 45), "96385074");
});

test("what was typed by hand before a scan does not stick to it", () => {
  const reader = new ScanReader();
  reader.take("m", 0);
  reader.take("u", 200);
  assert.equal(typed("96385074", 5, reader, 900), "96385074");
});

test("a lone Enter, or three quick letters, are no scan", () => {
  assert.equal(typed("", 1), null);
  assert.equal(typed("mug", 5), null);
});

test("Shift between letters, as scanners press it for capitals, does not break a code", () => {
  const reader = new ScanReader();
  ["A", "B", "Shift", "C", "D"].forEach((key, i) => reader.take(key, i * 5));
  assert.equal(reader.take("Enter", 25), "ABCD");
});

test("a code is given out once", () => {
  const reader = new ScanReader();
  assert.equal(typed("96385074", 5, reader), "96385074");
  assert.equal(reader.take("Enter", 1045), null);
});

test("check digits of EAN-8, UPC-A and EAN-13 are told good from bad", () => {
  for (const good of ["96385074", "036000291452", "4006381333931"]) assert.ok(hasGoodCheckDigit(good), good);
  assert.ok(isMisread("4006381333932"));
  assert.ok(!isMisread("BOWL-01"), "a code of ours has no check digit");
});
