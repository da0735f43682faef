import assert from "node:assert/strict";
import { test } from "node:test";
import { layOut } from "../../../hub/web/bank_layout.js";
import { lockerName } from "../../../hub/web/staff/locker_name.js";
import { codeOf, NOTHING, pastedCode, typed } from "../../../hub/web/terminal/code_entry.js";

/** @param {string} sizes */
const bank = (sizes) => sizes.split(",").map((size, i) => ({ compartment: i + 1, size }));

/** Types digits, one every `gapMs`. */
const type = (entry, digits, fromMs, gapMs) =>
  [...digits].reduce((now, digit, i) => typed(now, digit, fromMs + i * gapMs), entry);

test("the bank of eight stands in three columns of five units, as it is built", () => {
  const { columns, rows, places } = layOut(bank("S,S,L,S,M,M,S,L"));
  assert.deepEqual([columns, rows], [3, 5]);
  assert.deepEqual(places.at(2), { compartment: 3, column: 1, row: 3, height: 3 });
  assert.deepEqual(places.at(7), { compartment: 8, column: 3, row: 2, height: 3 });
});

test("no two doors overlap and none leaves the cabinet, whatever the sizes", () => {
  for (const sizes of ["S", "L", "M,M,M", "L,L,L,L,L", "S,M,L,S,M,L,S,M,L,S", Array(40).fill("S").join(",")]) {
    const { columns, rows, places } = layOut(bank(sizes));
    const taken = new Set();
    for (const { column, row, height } of places) {
      for (let unit = row; unit < row + height; unit += 1) {
        assert.ok(column <= columns && unit <= rows, `${sizes}: a door leaves the cabinet`);
        assert.ok(!taken.has(`${column}/${unit}`), `${sizes}: two doors overlap`);
        taken.add(`${column}/${unit}`);
      }
    }
  }
});

test("a locker is called by its number, and by its whole name where the number is not enough", () => {
  assert.equal(lockerName("board-dock-1", ["board-dock-1", "board-dock-2"]), "1");
  assert.equal(lockerName("board-dock-1", ["board-dock-1", "board-quay-1"]), "dock-1");
  assert.equal(lockerName("board-dock-1", ["board-dock-1", "board-dock-11"]), "1");
  assert.equal(lockerName("board-quay", ["board-quay"]), "quay");
});

test("fingers fill nine boxes and no more", () => {
  const entry = type(NOTHING, "4071234509", 0, 300);
  assert.equal(codeOf(entry), "407123450");
});

test("a scan stands for itself, whatever was half typed before it", () => {
  const half = type(NOTHING, "55", 0, 300);
  assert.equal(codeOf(type(half, "407123450", 10_000, 8)), "407123450");
});

test("a pasted code may have spaces, and anything else is no code", () => {
  assert.equal(pastedCode(" 407 123 450\n"), "407123450");
  assert.equal(pastedCode("407 123"), "");
});
