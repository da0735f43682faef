// WCAG 2.2, 1.4.3 and 1.4.6: the tokens hold their promise, 7:1 for text by day and 4.5:1 by night.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const css = readFileSync(new URL("../../../shared/web/tokens.css", import.meta.url), "utf8");
const colours = (block) => Object.fromEntries([...block.matchAll(/--([\w-]+): (#[0-9a-f]{6})/g)].map(([, name, hex]) => [name, hex]));
const [day, night] = css.split('[data-theme="night"]').map(colours);

function luminance(hex) {
  const [r, g, b] = [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16) / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a, b) {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

const grounds = ["paper", "card", "sunk"];
const pairs = [
  ...["ink", "quiet", "good", "warn", "bad"].flatMap((text) => grounds.map((ground) => [text, ground])),
  ...["good", "warn", "bad"].flatMap((tone) => [[tone, `${tone}-soft`], ["ink", `${tone}-soft`]]),
  ["act-ink", "act"],
];

for (const [theme, tokens, least] of [["Day", day, 7], ["Night", night, 4.5]]) {
  for (const [text, ground] of pairs) {
    test(`${theme}: ${text} on ${ground} is at least ${least}:1`, () => {
      const ratio = contrast(tokens[text], tokens[ground]);
      assert.ok(ratio >= least, `${tokens[text]} on ${tokens[ground]} is ${ratio.toFixed(2)}:1`);
    });
  }
  test(`${theme}: the edge of a field is at least 3:1`, () => {
    for (const ground of ["paper", "card"]) assert.ok(contrast(tokens.edge, tokens[ground]) >= 3);
  });
}

test("both themes name the same colours", () => assert.deepEqual(Object.keys(day).sort(), Object.keys(night).sort()));
