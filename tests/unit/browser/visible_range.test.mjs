import assert from "node:assert/strict";
import { test } from "node:test";
import { visibleRange } from "../../../device/web/visible_range.js";

const view = { count: 5000, columns: 3, rowHeight: 100, top: 0, height: 600 };

test("at the top, only what is near the screen is drawn", () => {
  const range = visibleRange(view);
  assert.equal(range.first, 0);
  assert.ok(range.last <= 60, `${range.last} of 5,000`);
});

test("what is drawn and what is not are together as high as the whole list", () => {
  for (const top of [0, 70_000, 160_000, 166_700]) {
    const { first, last, above, below } = visibleRange({ ...view, top });
    assert.equal(above + Math.ceil((last - first) / 3) * 100 + below, Math.ceil(5000 / 3) * 100);
  }
});

test("the visible rows are always among the drawn ones", () => {
  const { first, last } = visibleRange({ ...view, top: 70_000 });
  assert.ok(first <= 700 * 3 && last >= 706 * 3);
});

test("the end, a place beyond the end, and an empty list draw nothing that is not there", () => {
  assert.equal(visibleRange({ ...view, top: 166_100 }).last, 5000);
  const beyond = visibleRange({ ...view, top: 999_999 });
  assert.ok(beyond.first <= 5000 && beyond.last <= 5000 && beyond.below >= 0);
  assert.deepEqual(visibleRange({ ...view, count: 0 }), { first: 0, last: 0, above: 0, below: 0 });
});
