"""The till's state written down and read again, so that a start need not fold years of sales.

What is written is a cache beside the ledger and never its truth. A form that this version does not know raises, and the
state is folded anew.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final, cast

from pydantic import TypeAdapter

from device.domain.cards_snapshot import dump_cards, load_cards
from device.domain.catalogue import Product
from device.domain.closings import ClosingMark
from device.domain.freshness import dump_arrivals, load_arrivals
from device.domain.given_back import GivenBack, LineBack
from device.domain.growing import GrowingMap, RecentMap
from device.domain.market.snapshot import dump_baskets, dump_market, load_baskets, load_market
from device.domain.materials.snapshot import dump_materials, load_materials
from device.domain.orders_snapshot import dump_orders, load_orders
from device.domain.own_changes import FieldValue, OwnChange
from device.domain.plan.snapshot import dump_making, load_making
from device.domain.purchasing.snapshot import dump_purchasing, load_purchasing
from device.domain.selling_day import SellingDay
from device.domain.session_snapshot import dump_session, load_session
from device.domain.snapshot_fields import (
    Fields,
    counts_of,
    read_by_sku,
    read_counts,
    read_integer,
    read_log,
    read_text,
)
from device.domain.stock_snapshot import dump_diary, load_diary
from device.domain.till_state import TillState
from device.domain.vouchers import Vouchers
from shared.entry import Head, Json
from shared.ids import SaleId, Sku

SNAPSHOT_VERSION = "23"
_PRODUCT: Final = TypeAdapter(Product)


def dump_state(state: TillState) -> dict[str, Json]:
    """Return a state as JSON without fractions: one field for each of its own."""
    return {
        "head": [state.head.seq, state.head.hash],
        "currency": state.currency,
        "last_receipt_number": state.last_receipt_number,
        "sales": state.sales,
        "total_minor": state.total_minor,
        "session": None if state.session is None else dump_session(state.session),
        "sale_seqs": counts_of(state.sale_seqs.items()),
        "move_seqs": dict(state.move_seqs.items()),
        "stock_milli": counts_of(state.stock_milli.items()),
        "sold_milli": counts_of(state.sold_milli.items()),
        "numbers_used_at": counts_of(state.numbers_used_at.items()),
        "own_changes": {sku: _dump_own(own) for sku, own in state.own_changes.items().items()},
        "products_changed_seq": state.products_changed_seq,
        "days": [_dump_day(day) for day in state.days],
        "given_back": {key: _dump_given_back(back) for key, back in state.given_back.items().items()},
        "closings": [_dump_closing(mark) for mark in state.closings],
        "unreadable": state.unreadable,
        "vouchers": _dump_vouchers(state.vouchers),
        "orders": dump_orders(state.orders),
        "coupons_taken": dict(state.coupons_taken.items()),
        "cards": dump_cards(state.cards),
        "stock_diary": dump_diary(state.stock_diary),
        "stocked": counts_of(state.stocked.items()),
        "elsewhere_milli": dict(state.elsewhere_milli.items()),
        "arrivals": dump_arrivals(state.arrivals),
        "market": dump_market(state.market),
        "baskets": dump_baskets(state.baskets),
        "making": dump_making(state.making),
        "materials": dump_materials(state.materials),
        "purchasing": dump_purchasing(state.purchasing),
    }


def load_state(fields: Fields) -> TillState:
    """Read what `dump_state` wrote; raises KeyError, TypeError or ValueError for anything else."""
    seq, hash_ = cast("Sequence[Json]", fields["head"])
    session = fields["session"]
    sales: RecentMap[SaleId, int] = RecentMap()
    for sale_id, at in read_counts(fields, "sale_seqs").items():
        sales = sales.with_item(SaleId(sale_id), at)
    moves: RecentMap[str, int] = RecentMap()
    for move_id, at in read_counts(fields, "move_seqs").items():
        moves = moves.with_item(move_id, at)
    numbers = {int(number): at for number, at in read_counts(fields, "numbers_used_at").items()}
    return TillState(
        head=Head(read_integer(seq), read_text(hash_)),
        currency=read_text(fields["currency"]),
        last_receipt_number=read_integer(fields["last_receipt_number"]),
        sales=read_integer(fields["sales"]),
        total_minor=read_integer(fields["total_minor"]),
        session=None if session is None else load_session(cast("Fields", session)),
        sale_seqs=sales,
        move_seqs=moves,
        stock_milli=read_by_sku(fields, "stock_milli"),
        sold_milli=read_by_sku(fields, "sold_milli"),
        numbers_used_at=GrowingMap(numbers),
        own_changes=GrowingMap(
            {
                Sku(sku): _load_own(own)
                for sku, own in cast("Mapping[str, Fields]", fields["own_changes"]).items()
            }
        ),
        products_changed_seq=read_integer(fields["products_changed_seq"]),
        days=tuple(_load_day(day) for day in cast("Sequence[Fields]", fields["days"])),
        given_back=GrowingMap(
            {
                key: _load_given_back(back)
                for key, back in cast("Mapping[str, Sequence[Any]]", fields["given_back"]).items()
            }
        ),
        closings=read_log(
            _load_closing(mark) for mark in cast("Sequence[Sequence[Json]]", fields["closings"])
        ),
        unreadable=read_integer(fields["unreadable"]),
        vouchers=_load_vouchers(cast("Fields", fields["vouchers"])),
        orders=load_orders(cast("Fields", fields["orders"])),
        coupons_taken=GrowingMap(read_counts(fields, "coupons_taken")),
        cards=load_cards(cast("Fields", fields["cards"])),
        stock_diary=load_diary(cast("Fields", fields["stock_diary"])),
        stocked=read_by_sku(fields, "stocked"),
        elsewhere_milli=GrowingMap(read_counts(fields, "elsewhere_milli")),
        arrivals=load_arrivals(cast("Fields", fields["arrivals"])),
        market=load_market(cast("Fields", fields["market"])),
        baskets=load_baskets(cast("Fields", fields["baskets"])),
        making=load_making(cast("Fields", fields["making"])),
        materials=load_materials(cast("Fields", fields["materials"])),
        purchasing=load_purchasing(cast("Fields", fields["purchasing"])),
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
        left_minor=GrowingMap(read_counts(fields, "left_minor")),
        elsewhere_minor=GrowingMap(read_counts(fields, "elsewhere_minor")),
        session_id=read_text(session_id),
        session_minor=read_integer(session_minor),
    )


def _dump_own(own: OwnChange) -> dict[str, Json]:
    """What was changed stands as a product of its own, whose other fields say nothing."""
    values = cast("dict[str, Any]", {name: value for name, (_, value) in own.changed.items()})
    changed: dict[str, Json] = {name: seq for name, (seq, _) in own.changed.items()}
    return {
        "product": _dump_product(own.product),
        "changed": changed,
        "to": _dump_product(replace(own.product, **values)),
    }


def _load_own(fields: Fields) -> OwnChange:
    to = _PRODUCT.validate_python(fields["to"])
    changed = cast("Mapping[str, int]", fields["changed"])
    return OwnChange(
        product=_PRODUCT.validate_python(fields["product"]),
        changed={name: (seq, cast("FieldValue", getattr(to, name))) for name, seq in changed.items()},
    )


def _dump_product(product: Product) -> Json:
    return cast("Json", _PRODUCT.dump_python(product, mode="json"))


def _dump_given_back(back: GivenBack) -> list[Json]:
    lines: list[Json] = [[place, line.quantity_milli, line.total_minor] for place, line in back.lines.items()]
    return [lines, back.total_minor, back.is_void]


def _load_given_back(back: Sequence[Any]) -> GivenBack:
    lines, total_minor, is_void = back
    return GivenBack(
        lines={place: LineBack(quantity_milli, minor) for place, quantity_milli, minor in lines},
        total_minor=read_integer(total_minor),
        is_void=bool(is_void),
    )


def _dump_closing(mark: ClosingMark) -> list[Json]:
    return [mark.seq, mark.at.isoformat(), mark.business_date.isoformat(), mark.turnover_minor,
            mark.difference_minor, mark.left_minor]  # fmt: skip


def _load_closing(mark: Sequence[Json]) -> ClosingMark:
    seq, at, business_date, turnover_minor, difference_minor, left_minor = mark
    return ClosingMark(
        seq=read_integer(seq), at=datetime.fromisoformat(read_text(at)), business_date=date.fromisoformat(read_text(business_date)),
        turnover_minor=read_integer(turnover_minor), difference_minor=read_integer(difference_minor),
        left_minor=read_integer(left_minor),
    )  # fmt: skip


def _dump_day(day: SellingDay) -> dict[str, Json]:
    return {
        "business_date": day.business_date.isoformat(),
        "sold_milli": counts_of(day.sold_milli.items()),
        "sold_out": [*sorted(day.sold_out)],
        "ran_out": counts_of(day.ran_out),
        "hours_milli": [*day.hours_milli],
    }


def _load_day(fields: Fields) -> SellingDay:
    return SellingDay(
        business_date=date.fromisoformat(read_text(fields["business_date"])),
        sold_milli=read_by_sku(fields, "sold_milli"),
        sold_out=frozenset(Sku(read_text(sku)) for sku in cast("Sequence[Json]", fields["sold_out"])),
        ran_out={Sku(sku): minute for sku, minute in read_counts(fields, "ran_out").items()},
        hours_milli=tuple(read_integer(milli) for milli in cast("Sequence[Json]", fields["hours_milli"])),
    )
