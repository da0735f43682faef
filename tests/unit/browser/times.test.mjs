import assert from "node:assert/strict";
import { test } from "node:test";
import { ago, clockTime, dayName, duration, spanOf } from "../../../shared/web/times.js";

const NOON = new Date(2026, 10, 28, 12, 0, 0).getTime();
const HOUR_MS = 3_600_000;

test("a span is told in the unit that fits", () => {
  assert.deepEqual([5, 200, 7_300, 200_000].map(spanOf), [["second", 5], ["minute", 3], ["hour", 2], ["day", 2]]);
  assert.equal(duration(840, "en"), "14 min");
});

test("less than a minute is now, and a clock that runs ahead is not the future", () => {
  assert.equal(ago(NOON - 40_000, NOON, "en"), "now");
  assert.equal(ago(NOON + 40_000, NOON, "en"), "now");
  assert.equal(ago(NOON - 3 * 60_000, NOON, "en"), "3 minutes ago");
});

test("a time says its day only when that is not today", () => {
  assert.equal(clockTime(NOON - 2 * HOUR_MS, NOON, "en"), "10:00");
  assert.match(clockTime(NOON - 48 * HOUR_MS, NOON, "en"), /^Thu,? 12:00$/);
  assert.match(clockTime(NOON - 30 * 24 * HOUR_MS, NOON, "de"), /29\. Okt/);
});

test("a business day has the same name in every time zone", () => {
  assert.equal(dayName("2026-11-28", "en"), "Saturday");
  assert.equal(dayName("2026-11-28", "de"), "Samstag");
});
