import assert from "node:assert/strict";
import { test } from "node:test";
import english from "../../../hub/web/words.en.js";
import { isMistyped, meaningOf } from "../../../hub/web/terminal/outcomes.js";

const OUTCOMES = ["opened", "already-open", "wrong-code", "not-a-code", "wait", "code-locked", "not-here-yet", "already-collected",
  "taken-back", "door-jammed", "door-unclear", "board-offline", "unreachable", "http-500", "constructor"];

test("whatever comes of a code, the catalogue has words and a remedy for it", () => {
  for (const outcome of OUTCOMES) {
    const { words } = meaningOf(outcome);
    assert.ok(`result.${words}` in english && `result.${words}.remedy` in english, outcome);
  }
});

test("the keypad stays after a mistyped code, and only then", () => {
  assert.deepEqual(OUTCOMES.filter(isMistyped), ["wrong-code", "not-a-code", "wait"]);
});
