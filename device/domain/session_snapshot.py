"""A cash session written down and read again, as a part of the till's snapshot."""

from collections.abc import Sequence
from dataclasses import fields as fields_of
from datetime import date, datetime
from typing import Final, cast

from device.domain.cash_session import CashSession, MoveMark, RefundMark, SaleMark
from device.domain.growing import GrowingMap
from device.domain.snapshot_fields import (
    Fields,
    counts_of,
    read_by_sku,
    read_counts,
    read_integer,
    read_log,
    read_text,
)
from shared.entry import Json
from shared.events.cash import CashReason
from shared.events.sale import PaymentMethod
from shared.ids import SaleId, Sku
from shared.vat import VatLine

_AMOUNTS: Final = (
    "float_minor", "total_minor", "cash_minor", "refund_minor", "other_till_minor", "moved_minor", "tip_minor",
    "rounding_minor", "discount_minor",
)  # fmt: skip
_COUNTS: Final = (
    "sold_milli", "sold_minor", "by_hour_milli", "by_hour_minor", "by_cashier_milli", "by_cashier_minor", "paid_minor",
    "foreign_minor",
)  # fmt: skip


def dump_session(session: CashSession) -> dict[str, Json]:
    """Return a session as JSON without fractions: one field for each of its own."""
    amounts: dict[str, Json] = {name: getattr(session, name) for name in _AMOUNTS}
    counts: dict[str, Json] = {name: counts_of(getattr(session, name).items()) for name in _COUNTS}
    written = {
        "session_id": session.session_id,
        "business_date": session.business_date.isoformat(),
        "cashier": session.cashier,
        "opened_at": session.opened_at.isoformat(),
        "is_open": session.is_open,
        "sales": [_dump_mark(mark) for mark in session.sales],
        "refunds": [_dump_refund(mark) for mark in session.refunds],
        "moves": [_dump_move(mark) for mark in session.moves],
        "vat": _dump_vat(session.vat),
        "refund_vat": _dump_vat(session.refund_vat),
        "names": {str(sku): name for sku, name in session.names.items().items()},
        **amounts,
        **counts,
    }
    return {field.name: cast("Json", written[field.name]) for field in fields_of(CashSession)}


def load_session(fields: Fields) -> CashSession:
    """Read what `dump_session` wrote; raises KeyError, TypeError or ValueError for anything else."""
    amount = {name: read_integer(fields[name]) for name in _AMOUNTS}
    return CashSession(
        session_id=read_text(fields["session_id"]),
        business_date=date.fromisoformat(read_text(fields["business_date"])),
        cashier=read_text(fields["cashier"]),
        opened_at=datetime.fromisoformat(read_text(fields["opened_at"])),
        is_open=bool(fields["is_open"]),
        sales=read_log(_load_mark(mark) for mark in cast("Sequence[Sequence[Json]]", fields["sales"])),
        refunds=read_log(_load_refund(mark) for mark in cast("Sequence[Sequence[Json]]", fields["refunds"])),
        moves=read_log(_load_move(mark) for mark in cast("Sequence[Sequence[Json]]", fields["moves"])),
        vat=_load_vat(fields, "vat"),
        refund_vat=_load_vat(fields, "refund_vat"),
        sold_milli=read_by_sku(fields, "sold_milli"),
        sold_minor=read_by_sku(fields, "sold_minor"),
        names=GrowingMap({Sku(sku): name for sku, name in cast("dict[str, str]", fields["names"]).items()}),
        by_hour_milli=_by_hour(fields, "by_hour_milli"),
        by_hour_minor=_by_hour(fields, "by_hour_minor"),
        by_cashier_milli=GrowingMap(read_counts(fields, "by_cashier_milli")),
        by_cashier_minor=GrowingMap(read_counts(fields, "by_cashier_minor")),
        paid_minor=GrowingMap(
            {PaymentMethod(method): minor for method, minor in read_counts(fields, "paid_minor").items()}
        ),
        foreign_minor=GrowingMap(read_counts(fields, "foreign_minor")),
        **amount,
    )


def _by_hour(fields: Fields, name: str) -> GrowingMap[int, int]:
    return GrowingMap({int(hour): count for hour, count in read_counts(fields, name).items()})


def _dump_mark(mark: SaleMark) -> list[Json]:
    return [mark.sale_id, mark.seq, mark.receipt_number, mark.at.isoformat(), mark.total_minor, mark.quantity_milli,
            mark.has_pickup, mark.kept]  # fmt: skip


def _load_mark(mark: Sequence[Json]) -> SaleMark:
    sale_id, seq, receipt_number, at, total_minor, quantity_milli, has_pickup, kept = mark
    return SaleMark(
        sale_id=SaleId(read_text(sale_id)),
        seq=read_integer(seq),
        receipt_number=read_integer(receipt_number),
        at=datetime.fromisoformat(read_text(at)),
        total_minor=read_integer(total_minor),
        quantity_milli=read_integer(quantity_milli),
        has_pickup=bool(has_pickup),
        kept=bool(kept),
    )


def _dump_refund(mark: RefundMark) -> list[Json]:
    return [mark.refund_id, mark.seq, mark.receipt_number, mark.at.isoformat(), mark.total_minor, mark.quantity_milli,
            mark.void]  # fmt: skip


def _load_refund(mark: Sequence[Json]) -> RefundMark:
    refund_id, seq, receipt_number, at, total_minor, quantity_milli, void = mark
    return RefundMark(
        refund_id=read_text(refund_id),
        seq=read_integer(seq),
        receipt_number=read_integer(receipt_number),
        at=datetime.fromisoformat(read_text(at)),
        total_minor=read_integer(total_minor),
        quantity_milli=read_integer(quantity_milli),
        void=bool(void),
    )


def _dump_move(mark: MoveMark) -> list[Json]:
    return [mark.move_id, mark.seq, mark.at.isoformat(), mark.change_minor, mark.reason.value, mark.note]


def _load_move(mark: Sequence[Json]) -> MoveMark:
    move_id, seq, at, change_minor, reason, note = mark
    return MoveMark(
        move_id=read_text(move_id),
        seq=read_integer(seq),
        at=datetime.fromisoformat(read_text(at)),
        change_minor=read_integer(change_minor),
        reason=CashReason(read_text(reason)),
        note=read_text(note),
    )


def _dump_vat(vat: Sequence[VatLine]) -> list[Json]:
    return [[line.rate_bp, line.net_minor, line.vat_minor, line.gross_minor] for line in vat]


def _load_vat(fields: Fields, name: str) -> tuple[VatLine, ...]:
    return tuple(
        VatLine(rate_bp=rate_bp, net_minor=net_minor, vat_minor=vat_minor, gross_minor=gross_minor)
        for rate_bp, net_minor, vat_minor, gross_minor in cast("Sequence[Sequence[int]]", fields[name])
    )
