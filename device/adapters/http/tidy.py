"""What in the catalogue wants tidying up."""

import asyncio
from collections import Counter

from fastapi import APIRouter, Depends

from device.adapters.http.seat import Seat
from device.adapters.http.till_services import TillServices
from device.domain.catalogue import Product
from device.domain.tidy import Finding, find_untidy
from shared.entry import Json

FINDINGS_SHOWN = 50
"""Of each kind; the page says how many more there are."""


def tidy_router(till: TillServices, seat: Seat) -> APIRouter:
    """Return the routes about tidying up."""
    router = APIRouter(prefix="/api/tidy", dependencies=[Depends(seat)])

    @router.get("")
    async def tidy() -> dict[str, object]:
        findings = await asyncio.to_thread(_find, till)
        counts, shown = Counter(finding.kind for finding in findings), Counter[str]()
        told: list[Json] = []
        for finding in findings:
            shown[finding.kind] += 1
            if shown[finding.kind] <= FINDINGS_SHOWN:
                told.append(_finding_json(finding, till))
        return {"count": len(findings), "counts": counts, "findings": told}

    @router.get("/count")
    async def count() -> dict[str, int]:
        return {"count": len(await asyncio.to_thread(_find, till))}

    return router


def _find(till: TillServices) -> tuple[Finding, ...]:
    """Look through all products, beside the event loop: with thousands of them it takes a little."""
    state = till.ledger.state
    return find_untidy(till.assortment.now().priced.offered, state.stock_milli.items(), state.days)


def _finding_json(finding: Finding, till: TillServices) -> dict[str, Json]:
    products: list[Json] = [_product_json(product, till) for product in finding.products]
    return {"kind": finding.kind, "about": finding.about, "products": products}


def _product_json(product: Product, till: TillServices) -> dict[str, Json]:
    """Return what tells a product from the others, and what can be mended of it."""
    return {
        "sku": product.sku, "name": product.name, "category": product.category, "unit": product.unit,
        "barcode": product.barcode, "price_minor": product.price_minor, "vat_rate_bp": product.vat_rate_bp,
        "options": ", ".join(option.value for option in product.options),
        "stock_milli": till.ledger.state.stock_milli.get(product.sku, 0),
    }  # fmt: skip
