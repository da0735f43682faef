"""The book of buying in written down and read again: part of the cache of the till's state."""

from collections.abc import Mapping
from typing import Any, Final, cast

from pydantic import TypeAdapter

from device.domain.growing import GrowingMap, RecentMap
from device.domain.purchasing.book import Price, PurchaseOrder, PurchasingBook
from device.domain.snapshot_fields import Fields, counts_of, read_counts, read_integer
from shared.entry import Json
from shared.events.purchase import SupplierChanged

_SUPPLIERS: Final = TypeAdapter(tuple[SupplierChanged, ...])
_PRICES: Final = TypeAdapter(dict[str, tuple[Price, ...]])
_ORDERS: Final = TypeAdapter(tuple[PurchaseOrder, ...])


def dump_purchasing(book: PurchasingBook) -> dict[str, Json]:
    """Return the book as JSON."""
    return {
        "suppliers": cast("Json", _SUPPLIERS.dump_python((*book.suppliers.values(),), mode="json")),
        "prices": cast("Json", _PRICES.dump_python({**book.prices.items()}, mode="json")),
        "orders": cast("Json", _ORDERS.dump_python((*book.orders.values(),), mode="json")),
        "lead_days": {supplier: [*days] for supplier, days in book.lead_days.items()},
        "receipts": counts_of(book.receipts.items()),
        "number": book.number,
        "changed_seq": book.changed_seq,
    }


def load_purchasing(fields: Fields) -> PurchasingBook:
    """Read what `dump_purchasing` wrote; raises KeyError, TypeError or ValueError for anything else."""
    suppliers = _SUPPLIERS.validate_python(cast("list[Any]", fields["suppliers"]))
    orders = _ORDERS.validate_python(cast("list[Any]", fields["orders"]))
    leads = cast("Mapping[str, list[int]]", fields["lead_days"])
    receipts: RecentMap[str, int] = RecentMap()
    for receipt_id, seq in read_counts(fields, "receipts").items():
        receipts = receipts.with_item(receipt_id, seq)
    return PurchasingBook(
        suppliers={one.supplier_id: one for one in suppliers},
        prices=GrowingMap(_PRICES.validate_python(fields["prices"])),
        orders={one.placed.order_id: one for one in orders},
        lead_days={supplier: tuple(days) for supplier, days in leads.items()},
        receipts=receipts,
        number=read_integer(fields["number"]),
        changed_seq=read_integer(fields["changed_seq"]),
    )
