import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.entry import (
    EMPTY_HEAD,
    ENTRY_BYTES_MAX,
    GENESIS_HASH,
    Entry,
    EntryError,
    Json,
    StreamKey,
    encode_json,
    hash_line,
    parse_entry,
    seal_entry,
)
from shared.events.cash import CashSessionClosed
from shared.events.event import EVENT_CLASSES, Event, UnreadableEvent, event_body, event_kind, read_event
from shared.events.parcel import PickupNumbersLeased
from shared.events.sale import Payment, PaymentMethod, PickupPromise, SaleLine, SaleRecorded
from shared.events.stock import StockMoved, StockReason
from shared.ids import Epoch, ParcelId, SaleId, Sku, SourceId, TenantId
from shared.vat import VatLine

STREAM = StreamKey(tenant=TenantId("demo"), source=SourceId("till-x"), epoch=Epoch("k7f3q2"))
AT = datetime(2026, 11, 27, 14, 5, 9, 123000, tzinfo=timezone(timedelta(hours=1)))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
SALE = SaleRecorded(
    sale_id=SaleId("0197-a"), receipt_number=7, session_id="s", business_date=date(2026, 11, 27), cashier="Mira",
    currency="EUR",
    lines=(SaleLine(sku=Sku("bowl"), name="Schälchen", category="Pottery", quantity_milli=2000,
                    unit_price_minor=1850, total_minor=3700, vat_rate_bp=1900),),
    total_minor=3700,
    vat=(VatLine(rate_bp=1900, net_minor=3109, vat_minor=591, gross_minor=3700),),
    payments=(Payment(method=PaymentMethod.CASH, amount_minor=3700, tendered_minor=5000, change_minor=1300),),
    pickup=PickupPromise(parcel_id=ParcelId("p"), hub=SourceId("hub-dock"), number=407, sealed="box"),
)  # fmt: skip
CLOSED = CashSessionClosed(
    session_id="s", business_date=date(2026, 11, 27), cashier="Mira", sales=1, total_minor=3700, vat=SALE.vat,
    cash_expected_minor=3700, cash_counted_minor=3650, head_seq=9, head_hash="ab",
)  # fmt: skip


def sealed(body: dict[str, Json] | None = None, kind: str = "StockMoved", at: datetime = AT) -> Entry:
    return seal_entry(stream=STREAM, head=EMPTY_HEAD, at=at, kind=kind, body=body or {})


@given(st.dictionaries(st.text(max_size=10), JSON, max_size=5), st.text(min_size=1, max_size=20))
def test_an_entry_that_is_written_is_read_as_itself(body: dict[str, Json], kind: str) -> None:
    entry = sealed(body, kind)
    assert parse_entry(entry.line) == entry
    assert entry.hash == hash_line(entry.line)
    assert b"\n" not in entry.line


@given(st.datetimes(timezones=st.just(UTC)))
def test_an_entrys_time_is_what_its_line_says(at: datetime) -> None:
    entry = sealed(at=at)
    assert parse_entry(entry.line).at == entry.at
    assert timedelta(0) <= at - entry.at < timedelta(milliseconds=1)


def test_the_exact_bytes_of_version_1_stay_what_they_are() -> None:
    entry = sealed({"sku": "bowl", "name": "Schälchen", "change_milli": 2000, "reason": "received"})
    assert entry.line.decode() == (
        '{"v":1,"tenant":"demo","source":"till-x","epoch":"k7f3q2","seq":1,"prev":"' + "0" * 64 + '",'
        '"at":"2026-11-27T14:05:09.123+01:00","kind":"StockMoved","body":{"sku":"bowl","name":"Schälchen",'
        '"change_milli":2000,"reason":"received"}}'
    )
    assert entry.prev == GENESIS_HASH


def test_each_entry_follows_the_one_before() -> None:
    first = sealed()
    second = seal_entry(stream=STREAM, head=first.head, at=AT, kind="X", body={})
    assert (second.seq, second.prev) == (2, first.hash)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"v": 2}, "version"), ({"seq": 0}, "number"), ({"seq": True}, "number"), ({"seq": "1"}, "number"),
        ({"prev": ""}, "prev"), ({"at": "yesterday"}, "time"), ({"at": "2026-01-01T00:00:00"}, "offset"),
        ({"body": []}, "body"), ({"kind": 5}, "kind"), ({"tenant": None}, "tenant"),
    ],
)  # fmt: skip
def test_what_is_no_entry_is_refused_with_the_reason(change: dict[str, object], reason: str) -> None:
    fields = {**json.loads(sealed().line), **change}
    with pytest.raises(EntryError, match=reason):
        parse_entry(json.dumps(fields).encode())


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(line: bytes) -> None:
    with pytest.raises(EntryError):
        parse_entry(line)


@pytest.mark.parametrize("line", [b"[1]", b"{", b"null", b"[" * 100_000, b" " * (ENTRY_BYTES_MAX + 1)])
def test_damaged_lines_are_refused(line: bytes) -> None:
    with pytest.raises(EntryError):
        parse_entry(line)


def test_fractions_and_unknown_types_never_reach_the_ledger() -> None:
    for value in (1.5, float("nan"), {1, 2}, b"x", AT):
        with pytest.raises(EntryError):
            encode_json({"value": value})
    with pytest.raises(EntryError, match="offset"):
        sealed(at=datetime(2026, 1, 1))  # noqa: DTZ001 - the very thing that is refused
    with pytest.raises(EntryError, match="more than"):
        sealed({"text": "x" * ENTRY_BYTES_MAX})


@pytest.mark.parametrize(
    "event",
    [SALE, CLOSED, StockMoved(sku=Sku("b"), name="B", change_milli=-1, reason=StockReason.WASTED),
     PickupNumbersLeased(till=SourceId("till-x"), numbers=(1, 999))],
    ids=event_kind,
)  # fmt: skip
def test_an_event_in_an_entry_is_read_as_itself(event: Event) -> None:
    entry = seal_entry(stream=STREAM, head=EMPTY_HEAD, at=AT, kind=event_kind(event), body=event_body(event))
    assert read_event(parse_entry(entry.line)) == event


def test_only_a_sale_that_was_kept_says_so_and_an_ordinary_ones_bytes_stay_what_they_are() -> None:
    assert list(event_body(SALE)) == [
        "sale_id", "receipt_number", "session_id", "business_date", "cashier", "currency", "lines", "total_minor",
        "vat", "payments", "pickup",
    ]  # fmt: skip
    kept = replace(SALE, kept=True)
    entry = sealed(event_body(kept), "SaleRecorded")
    assert entry.line.endswith(b',"kept":true}}')
    assert read_event(parse_entry(entry.line)) == kept
    assert read_event(sealed(event_body(SALE), "SaleRecorded")) == SALE


def test_a_field_that_nobody_knows_yet_is_ignored_and_kept() -> None:
    entry = sealed({**event_body(SALE), "fish_minor": 50}, "SaleRecorded")
    assert read_event(parse_entry(entry.line)) == SALE
    assert b"fish_minor" in entry.line


def test_an_unknown_kind_or_a_damaged_body_is_unreadable_and_says_why() -> None:
    assert read_event(sealed({}, "TipGiven")) == UnreadableEvent(
        "TipGiven", "“TipGiven” is not known to this version: update it"
    )
    damaged = read_event(sealed({**event_body(SALE), "total_minor": "much"}, "SaleRecorded"))
    assert isinstance(damaged, UnreadableEvent)
    assert "total_minor" in damaged.reason


def test_every_event_is_named_in_the_past_tense() -> None:
    endings = (
        "ed",
        "Sent",
        "Paid",
        "Waiting",
        "Ready",
    )  # a parcel that waits has not done anything yet, an order that is ready neither
    assert all(name.endswith(endings) or name == "LedgerOpened" for name in EVENT_CLASSES)
