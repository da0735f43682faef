// The pick-up board's pages, and what is new on them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { appeared, isNew, newFirst, pageOf } from "../../../shared/web/turning.js";

test("what stood in the first picture is not new", () => {
  assert.equal(appeared(new Map(), null, ["041", "042"], 5).size, 0);
});

test("what appears is new for a minute, and forgotten once it is gone", () => {
  const since = appeared(new Map(), ["041"], ["041", "042"], 1000);
  assert.deepEqual([...since], [["042", 1000]]);
  assert.ok(isNew(since, "042", 60_999));
  assert.ok(!isNew(since, "042", 61_000));
  assert.ok(!isNew(since, "041", 1000));
  assert.deepEqual([...appeared(since, ["041", "042"], ["041", "042"], 2000)], [["042", 1000]]);
  assert.equal(appeared(since, ["041", "042"], ["041"], 2000).size, 0);
});

test("the new ones stand first", () => {
  assert.deepEqual(newFirst(["041", "042", "043"], (one) => one === "043"), ["043", "041", "042"]);
});

test("pages turn round and round, and every number comes to be seen", () => {
  const numbers = ["1", "2", "3", "4", "5"];
  assert.deepEqual(pageOf(numbers, 2, 0), { shown: ["1", "2"], page: 1, pages: 3 });
  assert.deepEqual(pageOf(numbers, 2, 2), { shown: ["5"], page: 3, pages: 3 });
  assert.deepEqual(pageOf(numbers, 2, 3), { shown: ["1", "2"], page: 1, pages: 3 });
  assert.deepEqual(pageOf([], 0, 7), { shown: [], page: 1, pages: 1 });
});
