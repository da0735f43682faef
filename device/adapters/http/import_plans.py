"""What a file would change, as JSON: the same for products, materials and recipes."""

from dataclasses import asdict, is_dataclass
from typing import Final

from starlette.responses import Response

from device.adapters.http.refused_rows import refused_json
from device.domain.import_plan import ImportPlan, PlannedRow
from shared.entry import Json
from shared.http.spoken import Say

ROWS_SHOWN: Final = 500
MARK: Final = "\ufeff"
"""By it spreadsheets know UTF-8."""


def plan_json(plan: ImportPlan, say: Say, *, key: str) -> dict[str, object]:
    """Return a plan, each row's number under `key`. Counts are of the whole file, rows the first ROWS_SHOWN."""
    return {
        "added": plan.added, "changed": len(plan.rows) - plan.added, "counted": plan.counted, "same": plan.same,
        "rows": [{key: row.key, **_row_json(row)} for row in plan.rows[:ROWS_SHOWN]],
        "refused_count": len(plan.refused), "refused": refused_json(plan.refused, say, most=ROWS_SHOWN),
    }  # fmt: skip


def csv_file(name: str, text: str) -> Response:
    """Return a CSV file that a spreadsheet opens."""
    named = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(MARK + text, media_type="text/csv; charset=utf-8", headers=named)


def _row_json(row: PlannedRow) -> dict[str, Json]:
    fields: list[Json] = [
        {"field": name, "before": _value_json(before), "after": _value_json(after)}
        for name, (before, after) in row.fields.items()
    ]
    stock = row.stock_milli
    return {
        "name": row.name, "is_new": row.is_new, "fields": fields,
        "stock": None if stock is None else {"before_milli": stock[0], "after_milli": stock[1]},
    }  # fmt: skip


def _value_json(value: object) -> Json:
    if isinstance(value, tuple):
        return [asdict(item) for item in value if is_dataclass(item) and not isinstance(item, type)]
    return value if isinstance(value, str | int) else None
