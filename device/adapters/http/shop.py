"""The stall and what it sells."""

from dataclasses import asdict
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request
from pydantic import TypeAdapter

from device.adapters.http.seat import Seat
from device.adapters.http.shapes import product_json
from device.adapters.http.till_services import TillServices
from device.domain.people import common_pin_length
from device.domain.tax_rates import rates_of
from device.domain.trade_rules import Coupon, selling_key
from shared.entry import Json

_COUPONS: Final = TypeAdapter(tuple[Coupon, ...])


def shop_router(till: TillServices, seat: Seat) -> APIRouter:
    """Return the routes about the stall and its catalogue."""
    router = APIRouter()

    @router.get("/healthz")
    async def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @router.get("/api/shop")
    async def shop() -> dict[str, object]:
        sign = asdict(till.sign_now())
        rules, terminal = till.settings.current.trade_rules, till.settings.current.card_terminal
        trade = {
            "cash_step_minor": rules.cash_step_minor, "vat_added": rules.vat_added, "tips": rules.tips,
            "rates": [{"currency": rate.currency, "rate_micro": rate.rate_micro} for rate in rules.rates],
        }  # fmt: skip
        return {
            key: value for key, value in sign.items() if key not in {"software", "receipt_footer", "country"}
        } | {"trade": trade, "card_terminal": terminal.name if terminal else "",
             "pin_length": common_pin_length(till.settings.current.cashiers)}  # fmt: skip

    @router.get("/api/vat-rates", dependencies=[Depends(seat)])
    async def vat_rates() -> dict[str, object]:
        """The rates of the stall's country, to propose for new products, in basis points."""
        return {"country": till.sign.country, "rates_bp": list(rates_of(till.sign.country))}

    @router.get("/api/catalogue", dependencies=[Depends(seat)])
    async def catalogue() -> dict[str, object]:
        current, state = till.assortment.now(), till.ledger.state
        rules = till.settings.current.trade_rules
        products = [
            product_json(product, state, current, has_photo=till.photos.has)
            for product in current.priced.offered
        ]
        return {
            "version": current.priced.version, "key": selling_key(current.key, rules), "products": products,
            "coupons": _COUPONS.dump_python(rules.coupons, mode="json"),
        }  # fmt: skip

    @router.post("/api/catalogue/import")
    async def import_catalogue(request: Request, cashier: Annotated[str, Depends(seat)]) -> dict[str, object]:
        read = await till.import_catalogue.import_csv(await request.body(), cashier)
        till.changes.tell()
        refused: list[Json] = [asdict(row) for row in read.refused]
        return {"imported": len(read.imported), "refused": refused}

    return router
