"""The catalogue as a file: looked at before it is taken over, and handed out."""

from dataclasses import asdict, is_dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from device.adapters.http.refused_rows import refused_json
from device.adapters.http.seat import Seat
from device.adapters.http.till_services import TillServices
from device.domain.import_plan import ImportPlan, PlannedRow
from shared.entry import Json
from shared.http.spoken import Say, spoken

ROWS_SHOWN = 500


def catalogue_file_router(till: TillServices, seat: Seat) -> APIRouter:
    """Return the routes about the catalogue as a file; the body of a request is the file itself."""
    router = APIRouter(prefix="/api/products")

    @router.post("/import/preview", dependencies=[Depends(seat)])
    async def preview(request: Request) -> dict[str, object]:
        return _plan_json(await till.import_catalogue.plan(await request.body()), spoken(request))

    @router.post("/import")
    async def import_file(request: Request, cashier: Annotated[str, Depends(seat)]) -> dict[str, object]:
        read = await till.import_catalogue.import_csv(await request.body(), cashier)
        till.changes.tell()
        refused = refused_json(read.refused, spoken(request), most=ROWS_SHOWN)
        return {"imported": len(read.imported), "refused": refused}

    @router.get("/export.csv", dependencies=[Depends(seat)])
    async def export() -> Response:
        named = {"Content-Disposition": 'attachment; filename="products.csv"'}
        text = "\ufeff" + till.import_catalogue.export()  # the mark by which spreadsheets know UTF-8
        return Response(text, media_type="text/csv; charset=utf-8", headers=named)

    return router


def _plan_json(plan: ImportPlan, say: Say) -> dict[str, object]:
    """Counts are of the whole file, rows the first ROWS_SHOWN."""
    return {
        "added": plan.added, "changed": len(plan.rows) - plan.added, "counted": plan.counted, "same": plan.same,
        "rows": [_row_json(row) for row in plan.rows[:ROWS_SHOWN]],
        "refused_count": len(plan.refused), "refused": refused_json(plan.refused, say, most=ROWS_SHOWN),
    }  # fmt: skip


def _row_json(row: PlannedRow) -> dict[str, Json]:
    fields: list[Json] = [
        {"field": name, "before": _value_json(before), "after": _value_json(after)}
        for name, (before, after) in row.fields.items()
    ]
    stock = row.stock_milli
    return {
        "sku": row.sku, "name": row.name, "is_new": row.is_new, "fields": fields,
        "stock": None if stock is None else {"before_milli": stock[0], "after_milli": stock[1]},
    }  # fmt: skip


def _value_json(value: object) -> Json:
    if isinstance(value, tuple):
        return [asdict(item) for item in value if is_dataclass(item) and not isinstance(item, type)]
    return value if isinstance(value, str | int) else None
