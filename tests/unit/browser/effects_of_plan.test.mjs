import assert from "node:assert/strict";
import { test } from "node:test";
import { ownEffects, sharedEffects } from "../../../device/web/effects_of_plan.js";

const effect = (kind, percent, without) => ({ kind, percent, without, key: `effect.${kind}`, fields: { source: "", days: "0" } });
const rows = [
  { likely: 9, effects: [effect("attendance", 7, 8)] },
  { likely: 12, effects: [effect("attendance", 6, 11), effect("social", 20, 10)] },
  { likely: 2, effects: [effect("attendance", 6, 2)] },
];

test("what most products share is said once, with the middle product's figure", () => {
  assert.deepEqual(sharedEffects(rows).map(({ kind, percent }) => [kind, percent]), [["attendance", 6]]);
  assert.deepEqual(sharedEffects([]), []);
});

test("of one product only what others do not have is said", () => {
  assert.deepEqual(rows.map((row) => ownEffects(row, sharedEffects(rows)).map(({ kind }) => kind)), [[], ["social"], []]);
});

test("of an effect that most share a product says its own where it is another one", () => {
  const odd = { likely: 9, effects: [effect("attendance", 30, 7)] };
  assert.deepEqual(ownEffects(odd, sharedEffects(rows)).map(({ percent }) => percent), [30]);
});

test("an effect that moves no whole piece is not said", () => {
  assert.deepEqual(ownEffects({ likely: 2, effects: [effect("social", 20, 2)] }, []), []);
});
