"""The materials' book written down and read again: part of the cache of the till's state."""

from collections.abc import Mapping
from typing import Any, Final, TypeVar, cast

from pydantic import TypeAdapter

from device.domain.growing import GrowingMap, RecentMap
from device.domain.materials.book import MaterialBook, MoveMark, Use
from device.domain.snapshot_fields import Fields, read_counts
from shared.entry import Json
from shared.events.material import MaterialDetails, RecipeChanged

V = TypeVar("V")
_MATERIALS: Final = TypeAdapter(tuple[MaterialDetails, ...])
_RECIPES: Final = TypeAdapter(tuple[RecipeChanged, ...])
_USES: Final = TypeAdapter(dict[str, Use])
_MOVES: Final = TypeAdapter(dict[str, MoveMark])


def dump_materials(book: MaterialBook) -> dict[str, Json]:
    """Return the book as JSON."""
    return {
        "materials": cast("Json", _MATERIALS.dump_python((*book.materials.items().values(),), mode="json")),
        "recipes": cast("Json", _RECIPES.dump_python((*book.recipes.items().values(),), mode="json")),
        "stock_milli": dict(book.stock_milli.items()),
        "uses": cast("Json", _USES.dump_python(dict(book.uses.items()), mode="json")),
        "booked": dict(book.booked.items()),
        "moves": cast("Json", _MOVES.dump_python(dict(book.moves.items()), mode="json")),
    }


def load_materials(fields: Fields) -> MaterialBook:
    """Read what `dump_materials` wrote; raises KeyError, TypeError or ValueError for anything else."""
    materials = _MATERIALS.validate_python(cast("list[Any]", fields["materials"]))
    recipes = _RECIPES.validate_python(cast("list[Any]", fields["recipes"]))
    return MaterialBook(
        materials=GrowingMap({one.material_id: one for one in materials}),
        recipes=GrowingMap({one.sku: one for one in recipes}),
        stock_milli=GrowingMap(read_counts(fields, "stock_milli")),
        uses=GrowingMap(_USES.validate_python(fields["uses"])),
        booked=_recent(read_counts(fields, "booked")),
        moves=_recent(_MOVES.validate_python(fields["moves"])),
    )


def _recent(items: Mapping[str, V]) -> RecentMap[str, V]:
    return RecentMap(dict(items))
