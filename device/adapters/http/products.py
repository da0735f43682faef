"""Products as people at the till change them, and the documents from the cloud that they meet."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, Field, StrictBool, StrictInt
from starlette.responses import JSONResponse

from device.adapters.http.refusals import refused
from device.adapters.http.seat import Seat
from device.adapters.http.shapes import documents_json, product_json
from device.adapters.http.till_services import TillServices
from device.domain.catalogue import Product
from device.domain.change_product import ProductRefusal, Wish
from shared.entry import Json
from shared.ids import Sku
from shared.products import ListPrice, ProductOption, ProductPart

TEXT_MAX = 200
KEYS_MAX = 100
ITEMS_MAX = 50


class ProductBody(BaseModel):
    """The fields that are to change; what is left out stays as it is."""

    name: str | None = Field(default=None, max_length=TEXT_MAX)
    category: str | None = Field(default=None, max_length=TEXT_MAX)
    price_minor: StrictInt | None = None
    vat_rate_bp: StrictInt | None = None
    barcode: str | None = Field(default=None, max_length=TEXT_MAX)
    colour: str | None = Field(default=None, max_length=TEXT_MAX)
    retired: StrictBool | None = None
    unit: str | None = Field(default=None, max_length=TEXT_MAX)
    weighed: StrictBool | None = None
    free_price: StrictBool | None = None
    favourite: StrictBool | None = None
    family: str | None = Field(default=None, max_length=TEXT_MAX)
    options: tuple[ProductOption, ...] | None = Field(default=None, max_length=ITEMS_MAX)
    parts: tuple[ProductPart, ...] | None = Field(default=None, max_length=ITEMS_MAX)
    prices: tuple[ListPrice, ...] | None = Field(default=None, max_length=ITEMS_MAX)
    cost_minor: StrictInt | None = None
    photo: str | None = Field(default=None, max_length=TEXT_MAX)

    def wish(self) -> Wish:
        """Return what the domain understands."""
        said = {name: getattr(self, name) for name in self.model_fields_set}
        return {name: value for name, value in said.items() if value is not None or name == "cost_minor"}


class SeenBody(BaseModel):
    """What somebody has taken note of: settlements by their keys, and whether also what was refused."""

    settled: list[Annotated[str, Field(max_length=64)]] = Field(default_factory=list, max_length=KEYS_MAX)
    refused: StrictBool = False


def products_router(till: TillServices, seat: Seat) -> APIRouter:
    """Return the routes about changing products and about the cloud's documents."""
    router = APIRouter(prefix="/api")

    @router.get("/products", dependencies=[Depends(seat)])
    async def products() -> dict[str, object]:
        """All products at this till's prices, the retired ones too."""
        return {"products": [_product(till, one) for one in till.assortment.now().priced.products]}

    @router.post("/products")
    async def add(body: ProductBody, cashier: Annotated[str, Depends(seat)]) -> Response:
        return _answer(till, await till.change_products.add(body.wish(), cashier), 201)

    @router.post("/products/{sku}")
    async def change(sku: str, body: ProductBody, cashier: Annotated[str, Depends(seat)]) -> Response:
        return _answer(till, await till.change_products.change(Sku(sku), body.wish(), cashier), 200)

    @router.post("/products/{sku}/barcode")
    async def give_barcode(sku: str, cashier: Annotated[str, Depends(seat)]) -> Response:
        return _answer(till, await till.change_products.give_barcode(Sku(sku), cashier), 200)

    @router.get("/documents", dependencies=[Depends(seat)])
    async def documents() -> dict[str, object]:
        return documents_json(till.tell_documents.now())

    @router.post("/documents/seen", dependencies=[Depends(seat)])
    async def seen(body: SeenBody) -> dict[str, object]:
        await till.tell_documents.take_note(tuple(body.settled))
        if body.refused:
            await till.tell_documents.forget_refused()
        till.changes.tell()
        return documents_json(till.tell_documents.now())

    return router


def _answer(till: TillServices, answer: Product | ProductRefusal, status: int) -> Response:
    if not isinstance(answer, Product):
        return refused(answer, till.sign.currency)
    till.changes.tell()
    return JSONResponse(_product(till, answer), status_code=status)


def _product(till: TillServices, product: Product) -> dict[str, Json]:
    return product_json(product, till.ledger.state, till.assortment.now(), has_photo=till.photos.has)
