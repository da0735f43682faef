"""Open orders written down and read again: part of the cache of the till's state, see `till_snapshot`."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias, cast

from device.domain.growing import GrowingMap
from device.domain.orders import OpenOrder, OrderBook
from device.domain.snapshot_fields import read_counts
from shared.entry import Body, Json
from shared.events.event import event_body, read_body
from shared.events.order import OrderPlaced

Fields: TypeAlias = Mapping[str, Json]


def dump_orders(book: OrderBook) -> dict[str, Json]:
    """Return open orders as JSON."""
    return {
        "open": [_dump(one) for one in book.open.values()],
        "last_number": book.last_number,
        "done": [*book.done],
        "spent": dict(book.spent.items()),
    }


def load_orders(fields: Fields) -> OrderBook:
    """Read what `dump_orders` wrote; raises KeyError, TypeError or ValueError for anything else."""
    orders = [_load(one) for one in cast("Sequence[Mapping[str, Any]]", fields["open"])]
    return OrderBook(
        open={one.order.order_id: one for one in orders},
        last_number=cast("int", fields["last_number"]),
        done=tuple(cast("Sequence[str]", fields["done"])),
        spent=GrowingMap(read_counts(fields, "spent")),
    )


def _dump(one: OpenOrder) -> Json:
    return {
        "order": cast("Json", event_body(one.order)),
        "seq": one.seq,
        "placed_at": one.placed_at.isoformat(),
        "deposits_minor": [[rate_bp, minor] for rate_bp, minor in one.deposits_minor.items()],
        "paid_minor": one.paid_minor,
        "vat_added": one.vat_added,
        "deposit_sales": [*one.deposit_sales],
        "is_ready": one.is_ready,
    }


def _load(fields: Mapping[str, Any]) -> OpenOrder:
    order = read_body("OrderPlaced", cast("Body", fields["order"]))
    if not isinstance(order, OrderPlaced):
        raise ValueError("an open order cannot be read")  # noqa: TRY004 - damage of a cache, not of an argument
    return OpenOrder(
        order=order,
        seq=int(fields["seq"]),
        placed_at=datetime.fromisoformat(fields["placed_at"]),
        deposits_minor={int(rate_bp): int(minor) for rate_bp, minor in fields["deposits_minor"]},
        paid_minor=int(fields["paid_minor"]),
        vat_added=bool(fields["vat_added"]),
        deposit_sales=tuple(fields["deposit_sales"]),
        is_ready=bool(fields["is_ready"]),
    )
