import assert from "node:assert/strict";
import { test } from "node:test";
import { rowsOf, textOf } from "../../../device/web/typed_rows.js";

test("a list is typed in rows and kept as one line, and comes back the same", () => {
  const rows = [["Size", "M"], ["Colour", "blue"]];
  assert.equal(textOf([...rows, ["", ""]]), "Size=M; Colour=blue");
  assert.deepEqual(rowsOf("Size=M; Colour=blue"), rows);
  assert.deepEqual(rowsOf(""), []);
});

test("what would part the line is a comma in a row", () => {
  assert.equal(textOf([["Glaze; outside", "a=b"]]), "Glaze, outside=a,b");
});

test("a row with one field filled in is kept, so that it can be told", () => {
  assert.equal(textOf([["Members", ""], ["", "2"]]), "Members=; =2");
  assert.deepEqual(rowsOf("Members=; =2"), [["Members", ""], ["", "2"]]);
});
