// The same vectors that Python reads (tests/unit/shared/test_totals_vectors.py): page and till add up alike.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { lineTotalMinor } from "../../../device/web/cart.js";
import { price } from "../../../device/web/pricing.js";

const vectors = JSON.parse(readFileSync(new URL("../../vectors/totals.json", import.meta.url), "utf8"));

for (const { says, lines, line_totals_minor, total_minor, vat_minor } of vectors) {
  test(says, () => {
    const cart = lines.map(([unit_price_minor, quantity_milli, vat_bp], i) => ({ sku: `${i}`, name: "", unit_price_minor, quantity_milli, vat_bp }));
    assert.deepEqual(cart.map(lineTotalMinor), line_totals_minor);
    assert.equal(price(cart, []).total_minor, total_minor);
    assert.equal(price(cart, []).vat_minor, vat_minor);
  });
}
