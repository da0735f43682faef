// The vectors that Python and the board's MicroPython read too: all three must agree.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { uuid7 } from "../../../device/web/uuid7.js";
import { pastedCode } from "../../../hub/web/terminal/code_entry.js";
import { decimalText, minorDigits, parseMoney } from "../../../shared/web/money.js";

const vectors = JSON.parse(readFileSync(new URL("../../vectors/wire.json", import.meta.url), "utf8"));

test("ids of sales come out as everywhere", () => {
  for (const { unix_ms, randomness_hex, uuid } of vectors.uuid7) {
    assert.equal(uuid7(unix_ms, Uint8Array.from(Buffer.from(randomness_hex, "hex"))), uuid);
  }
});

test("money is written and read as everywhere", () => {
  for (const { minor, currency, text } of vectors.money) assert.equal(decimalText(minor, minorDigits(currency)), text);
  for (const { text, currency, minor } of vectors.money_read) {
    if (minor >= 0) assert.equal(parseMoney(text, currency), minor, text); // a till takes no negative amount; what is invalid for a file may be fine from fingers
  }
});

test("pick-up codes are read as everywhere", () => {
  for (const { number, secret, code } of vectors.pickup_codes) {
    assert.equal(pastedCode(code), String(number).padStart(3, "0") + String(secret).padStart(6, "0"));
  }
});
