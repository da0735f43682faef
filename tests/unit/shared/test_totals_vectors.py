"""The totals that the till's page shows are the till's own: one file of vectors, read here and by the page's tests."""

import json
from pathlib import Path
from typing import Any

import pytest

from shared.money import times_quantity
from shared.vat import split_vat

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "totals.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["says"] for vector in VECTORS])
def test_a_cart_adds_up_as_the_vectors_say(vector: dict[str, Any]) -> None:
    totals = [times_quantity(price_minor, milli) for price_minor, milli, _ in vector["lines"]]
    assert totals == vector["line_totals_minor"]
    assert sum(totals) == vector["total_minor"]
    rates = [rate_bp for _, _, rate_bp in vector["lines"]]
    assert sum(line.vat_minor for line in split_vat(zip(rates, totals, strict=True))) == vector["vat_minor"]
