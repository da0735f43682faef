import assert from "node:assert/strict";
import { test } from "node:test";
import { uuid7 } from "../../../device/web/uuid7.js";

test("the example of RFC 9562, appendix A.6, comes out", () => {
  const chance = Uint8Array.from([0x0c, 0xc3, 0x18, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f]);
  assert.equal(uuid7(0x017f22e279b0, chance), "017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
});

test("ids drawn in later milliseconds sort later", () => {
  const ids = [1, 2 ** 31, 2 ** 40, 2 ** 47].map((ms) => uuid7(ms));
  assert.deepEqual([...ids].sort(), ids);
});

test("version and variant stand whatever chance says", () => {
  for (const byte of [0x00, 0xff]) {
    assert.match(uuid7(0, new Uint8Array(10).fill(byte)), /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  }
});

test("ten thousand ids of one millisecond differ", () => {
  assert.equal(new Set(Array.from({ length: 10_000 }, () => uuid7(1))).size, 10_000);
});
