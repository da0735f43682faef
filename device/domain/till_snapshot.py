"""The till's state written down and read again, so that a start need not fold years of sales.

What is written is a cache beside the ledger and never its truth. A form that this version does not know raises, and the
state is folded anew.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any, TypeAlias, cast

from device.domain.cash_session import CashSession, SaleMark
from device.domain.catalogue import Product
from device.domain.growing import GrowingLog, GrowingMap, RecentMap
from device.domain.orders_snapshot import dump_orders, load_orders
from device.domain.own_changes import FieldValue, OwnChange
from device.domain.selling_day import SellingDay
from device.domain.till_state import TillState
from device.domain.vouchers import Vouchers
from shared.entry import Head, Json
from shared.events.sale import PaymentMethod
from shared.ids import SaleId, Sku
from shared.vat import VatLine

SNAPSHOT_VERSION = "5"

Fields: TypeAlias = Mapping[str, Json]
_Counts: TypeAlias = dict[str, int]


def dump_state(state: TillState) -> dict[str, Json]:
    """Return a state as JSON without fractions: one field for each of its own."""
    return {
        "head": [state.head.seq, state.head.hash],
        "currency": state.currency,
        "last_receipt_number": state.last_receipt_number,
        "sales": state.sales,
        "total_minor": state.total_minor,
        "session": None if state.session is None else _dump_session(state.session),
        "sale_seqs": _counts(state.sale_seqs.items()),
        "stock_milli": _counts(state.stock_milli.items()),
        "sold_milli": _counts(state.sold_milli.items()),
        "numbers_used_at": _counts(state.numbers_used_at.items()),
        "own_changes": {sku: _dump_own(own) for sku, own in state.own_changes.items().items()},
        "products_changed_seq": state.products_changed_seq,
        "days": [_dump_day(day) for day in state.days],
        "unreadable": state.unreadable,
        "vouchers": _dump_vouchers(state.vouchers),
        "orders": dump_orders(state.orders),
        "coupons_taken": dict(state.coupons_taken.items()),
    }


def load_state(fields: Fields) -> TillState:
    """Read what `dump_state` wrote; raises KeyError, TypeError or ValueError for anything else."""
    seq, hash_ = cast("Sequence[Json]", fields["head"])
    session = fields["session"]
    sales: RecentMap[SaleId, int] = RecentMap()
    for sale_id, at in _read_counts(fields, "sale_seqs").items():
        sales = sales.with_item(SaleId(sale_id), at)
    numbers = {int(number): at for number, at in _read_counts(fields, "numbers_used_at").items()}
    return TillState(
        head=Head(_integer(seq), _text(hash_)),
        currency=_text(fields["currency"]),
        last_receipt_number=_integer(fields["last_receipt_number"]),
        sales=_integer(fields["sales"]),
        total_minor=_integer(fields["total_minor"]),
        session=None if session is None else _load_session(cast("Fields", session)),
        sale_seqs=sales,
        stock_milli=_by_sku(fields, "stock_milli"),
        sold_milli=_by_sku(fields, "sold_milli"),
        numbers_used_at=GrowingMap(numbers),
        own_changes=GrowingMap(
            {
                Sku(sku): _load_own(own)
                for sku, own in cast("Mapping[str, Fields]", fields["own_changes"]).items()
            }
        ),
        products_changed_seq=_integer(fields["products_changed_seq"]),
        days=tuple(_load_day(day) for day in cast("Sequence[Fields]", fields["days"])),
        unreadable=_integer(fields["unreadable"]),
        vouchers=_load_vouchers(cast("Fields", fields["vouchers"])),
        orders=load_orders(cast("Fields", fields["orders"])),
        coupons_taken=GrowingMap(_read_counts(fields, "coupons_taken")),
    )


def _dump_vouchers(vouchers: Vouchers) -> dict[str, Json]:
    return {
        "left_minor": dict(vouchers.left_minor.items()),
        "elsewhere_minor": dict(vouchers.elsewhere_minor.items()),
        "session": [vouchers.session_id, vouchers.session_minor],
    }


def _load_vouchers(fields: Fields) -> Vouchers:
    session_id, session_minor = cast("Sequence[Json]", fields["session"])
    return Vouchers(
        left_minor=GrowingMap(_read_counts(fields, "left_minor")),
        elsewhere_minor=GrowingMap(_read_counts(fields, "elsewhere_minor")),
        session_id=_text(session_id),
        session_minor=_integer(session_minor),
    )


def _dump_own(own: OwnChange) -> dict[str, Json]:
    changed: dict[str, Json] = {name: [seq, value] for name, (seq, value) in own.changed.items()}
    return {"product": cast("Json", asdict(own.product)), "changed": changed}


def _load_own(fields: Fields) -> OwnChange:
    changed = cast("Mapping[str, tuple[int, FieldValue]]", fields["changed"])
    return OwnChange(
        product=Product(**cast("dict[str, Any]", fields["product"])),
        changed={name: (seq, value) for name, (seq, value) in changed.items()},
    )


def _dump_session(session: CashSession) -> dict[str, Json]:
    return {
        "session_id": session.session_id,
        "business_date": session.business_date.isoformat(),
        "cashier": session.cashier,
        "opened_at": session.opened_at.isoformat(),
        "float_minor": session.float_minor,
        "is_open": session.is_open,
        "sales": [_dump_mark(mark) for mark in session.sales],
        "total_minor": session.total_minor,
        "cash_minor": session.cash_minor,
        "vat": [[vat.rate_bp, vat.net_minor, vat.vat_minor, vat.gross_minor] for vat in session.vat],
        "sold_milli": _counts(session.sold_milli.items()),
        "sold_minor": _counts(session.sold_minor.items()),
        "by_hour_minor": _counts(session.by_hour_minor.items()),
        "paid_minor": {method.value: minor for method, minor in session.paid_minor.items().items()},
    }


def _load_session(fields: Fields) -> CashSession:
    sales: GrowingLog[SaleMark] = GrowingLog()
    for mark in cast("Sequence[Sequence[Json]]", fields["sales"]):
        sales = sales.appended(_load_mark(mark))
    hours = {int(hour): minor for hour, minor in _read_counts(fields, "by_hour_minor").items()}
    paid = {PaymentMethod(method): minor for method, minor in _read_counts(fields, "paid_minor").items()}
    return CashSession(
        session_id=_text(fields["session_id"]),
        business_date=date.fromisoformat(_text(fields["business_date"])),
        cashier=_text(fields["cashier"]),
        opened_at=datetime.fromisoformat(_text(fields["opened_at"])),
        float_minor=_integer(fields["float_minor"]),
        is_open=bool(fields["is_open"]),
        sales=sales,
        total_minor=_integer(fields["total_minor"]),
        cash_minor=_integer(fields["cash_minor"]),
        vat=tuple(_load_vat(vat) for vat in cast("Sequence[Sequence[int]]", fields["vat"])),
        sold_milli=_by_sku(fields, "sold_milli"),
        sold_minor=_by_sku(fields, "sold_minor"),
        by_hour_minor=GrowingMap(hours),
        paid_minor=GrowingMap(paid),
    )


def _dump_mark(mark: SaleMark) -> list[Json]:
    return [mark.sale_id, mark.seq, mark.receipt_number, mark.at.isoformat(), mark.total_minor, mark.quantity_milli,
            mark.has_pickup, mark.kept]  # fmt: skip


def _load_mark(mark: Sequence[Json]) -> SaleMark:
    sale_id, seq, receipt_number, at, total_minor, quantity_milli, has_pickup, kept = mark
    return SaleMark(
        sale_id=SaleId(_text(sale_id)),
        seq=_integer(seq),
        receipt_number=_integer(receipt_number),
        at=datetime.fromisoformat(_text(at)),
        total_minor=_integer(total_minor),
        quantity_milli=_integer(quantity_milli),
        has_pickup=bool(has_pickup),
        kept=bool(kept),
    )


def _load_vat(vat: Sequence[int]) -> VatLine:
    rate_bp, net_minor, vat_minor, gross_minor = vat
    return VatLine(rate_bp=rate_bp, net_minor=net_minor, vat_minor=vat_minor, gross_minor=gross_minor)


def _dump_day(day: SellingDay) -> dict[str, Json]:
    return {
        "business_date": day.business_date.isoformat(),
        "sold_milli": _counts(day.sold_milli.items()),
        "sold_out": [*sorted(day.sold_out)],
    }


def _load_day(fields: Fields) -> SellingDay:
    return SellingDay(
        business_date=date.fromisoformat(_text(fields["business_date"])),
        sold_milli=_by_sku(fields, "sold_milli"),
        sold_out=frozenset(Sku(_text(sku)) for sku in cast("Sequence[Json]", fields["sold_out"])),
    )


def _counts(counts: Mapping[SaleId, int] | Mapping[Sku, int] | Mapping[int, int]) -> dict[str, Json]:
    return {str(key): count for key, count in counts.items()}


def _read_counts(fields: Fields, name: str) -> _Counts:
    return cast("_Counts", fields[name])


def _by_sku(fields: Fields, name: str) -> GrowingMap[Sku, int]:
    return GrowingMap({Sku(sku): count for sku, count in _read_counts(fields, name).items()})


def _integer(value: Json) -> int:
    if not isinstance(value, int):
        raise TypeError(f"{value!r} is no whole number")
    return value


def _text(value: Json) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value
