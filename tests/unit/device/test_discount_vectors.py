"""The same vectors that the pages read: a phone that is cut off takes off what the till would."""

import json
from pathlib import Path

from device.domain.catalogue import Catalogue, Product
from device.domain.pricing.cart import CartLine, PricedCart, price_cart
from device.domain.pricing.discount import WantedDiscount
from shared.events.sale import DiscountKind
from shared.ids import Sku

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "discounts.json").read_text(encoding="utf-8"))


def test_the_till_takes_off_what_the_vectors_say() -> None:
    for vector in VECTORS:
        products = tuple(
            Product(sku=Sku(f"p{place}"), name="x", category="x", price_minor=price, vat_rate_bp=rate)
            for place, (price, _, rate) in enumerate(vector["lines"])
        )
        lines = [
            CartLine(sku=product.sku, quantity_milli=line[1])
            for product, line in zip(products, vector["lines"], strict=True)
        ]
        wanted = [
            WantedDiscount(kind=DiscountKind(kind), value=value, line=line)
            for kind, value, line in vector["discounts"]
        ]
        cart = price_cart(Catalogue(products=products), lines, kept=False, discounts=wanted,
                          vat_added=vector["vat_added"])  # fmt: skip
        assert isinstance(cart, PricedCart)
        assert [line.discount_minor for line in cart.lines] == vector["off_minor"]
        assert (sum(line.vat_minor for line in cart.vat), cart.total_minor) == (
            vector["vat_minor"],
            vector["total_minor"],
        )
