"""Sheets of all kinds, known again after a restart, and taken back by counter-entries."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.domain.stock_diary import SheetMark, StockDiary
from device.domain.stock_sheet import BadSheet, StockRow, StockSheet, book_sheet, transfer_number
from device.domain.stock_undo import CountedSince, SheetReused, SheetUndone, UnknownSheet, undo_sheet
from device.domain.till_snapshot import dump_state, load_state
from device.services.stock import Booked, Stock
from shared.events.event import event_body
from shared.events.stock import StockMoved, StockReason, WasteReason
from shared.ids import Sku
from tests.fakes import FakeRandomness
from tests.unit.device.stall import CATALOGUE, assortment_of, open_ledger
from tests.unit.device.test_till_http import Counter, counter, identity
from tests.unit.device.test_till_state import Book

__all__ = ["counter", "identity"]

BOWL, JAM = Sku("bowl"), Sku("jam")
OUT = {StockReason.WASTED, StockReason.SENT}


def sheet(reason: StockReason, *rows: tuple[str, int], sheet_id: str = "s1", **more: object) -> StockSheet:
    made = StockSheet(
        sheet_id=sheet_id,
        reason=reason,
        rows=tuple(StockRow(sku=Sku(sku), quantity_milli=milli) for sku, milli in rows),
        cashier="Mira",
    )
    return replace(made, **more)  # type: ignore[arg-type]


def moves(wanted: StockSheet) -> tuple[StockMoved, ...]:
    moved = book_sheet(CATALOGUE, wanted)
    assert isinstance(moved, tuple)
    return moved


def marks(diary: StockDiary) -> list[tuple[str, str, int]]:
    return [(mark.sheet_id, mark.reason, mark.moved) for mark in diary.newest_first()]


@pytest.mark.parametrize(
    "reason", [StockReason.RECEIVED, StockReason.WASTED, StockReason.SENT, StockReason.ARRIVED]
)
def test_what_comes_adds_and_what_goes_takes_away(reason: StockReason) -> None:
    changes = [one.change_milli for one in moves(sheet(reason, ("bowl", 2_000), ("jam", 500), place="Dock"))]
    assert changes == ([-2_000, -500] if reason in OUT else [2_000, 500])


def test_goods_that_are_sent_have_a_number_that_the_other_stall_types_as_it_likes() -> None:
    (sent,) = moves(sheet(StockReason.SENT, ("bowl", 1_000), place=" Harbour "))
    number = sent.transfer_id
    assert (len(number), sent.place, number) == (6, "Harbour", transfer_number("s1"))
    typed = f" {number[:3].lower()}-{number[3:]} "
    (arrived,) = moves(sheet(StockReason.ARRIVED, ("bowl", 1_000), place="Dock", transfer=typed))
    assert arrived.transfer_id == number
    (unknown,) = moves(sheet(StockReason.ARRIVED, ("bowl", 1_000), place="Dock"))
    assert unknown.transfer_id == ""
    for wrong in ("K7F", "K7F3Q0", "K7F3Q22"):
        refusal = book_sheet(CATALOGUE, sheet(StockReason.ARRIVED, ("bowl", 1), place="Dock", transfer=wrong))
        assert isinstance(refusal, BadSheet)
        assert refusal.field == "transfer"
    nowhere = book_sheet(CATALOGUE, sheet(StockReason.SENT, ("bowl", 1), place=" "))
    assert isinstance(nowhere, BadSheet)
    assert nowhere.field == "place"


def test_a_movement_without_anything_new_keeps_its_bytes() -> None:
    plain = StockMoved(sku=BOWL, name="Bowl", change_milli=1, reason=StockReason.RECEIVED)
    assert list(event_body(plain)) == ["sku", "name", "change_milli", "reason"]
    (wasted,) = moves(
        sheet(StockReason.WASTED, ("bowl", 1), waste=WasteReason.OWN_USE, place="not said of waste")
    )
    assert event_body(wasted) == {
        "sku": "bowl", "name": "Stoneware bowl", "change_milli": -1, "reason": "wasted", "cashier": "Mira",
        "sheet_id": "s1", "waste": "own_use",
    }  # fmt: skip


ROWS = st.dictionaries(st.sampled_from(["bowl", "jam"]), st.integers(1, 5_000), min_size=1)


@given(
    st.lists(
        st.tuples(st.sampled_from([one for one in StockReason if one is not StockReason.COUNTED]), ROWS),
        max_size=6,
    )
)
def test_taking_everything_back_leaves_the_stock_as_if_nothing_had_been_booked(
    booked: list[tuple[StockReason, dict[str, int]]],
) -> None:
    book = Book()
    book.write(StockMoved(sku=BOWL, name="Bowl", change_milli=7_000, reason=StockReason.RECEIVED))
    before = book.state.stock_milli.items()
    for number, (reason, rows) in enumerate(booked):
        book.write(*moves(sheet(reason, *rows.items(), sheet_id=f"s{number}", place="Dock")))
    assert [mark.moved for mark in book.state.stock_diary.newest_first()] == [
        *(len(rows) for _, rows in reversed(booked)), 1,
    ]  # fmt: skip
    for number, (reason, rows) in enumerate(booked):
        wanted = moves(sheet(reason, *rows.items(), sheet_id=f"s{number}", place="Dock"))
        back = undo_sheet(book.state.stock_diary, f"s{number}", wanted, cashier="Jo")
        assert isinstance(back, tuple)
        book.write(*back)
        again = undo_sheet(book.state.stock_diary, f"s{number}", wanted, cashier="Jo")
        assert again == SheetUndone("Jo")
        assert undo_sheet(book.state.stock_diary, f"undo-s{number}", back, cashier="Jo") == SheetUndone("Jo")
    after = book.state.stock_milli.items()
    assert {sku: milli for sku, milli in after.items() if milli} == before
    assert dump_state(load_state(dump_state(book.state))) == dump_state(book.state)


def test_what_was_counted_since_holds() -> None:
    book = Book()
    delivery = moves(sheet(StockReason.RECEIVED, ("bowl", 2_000), ("jam", 1_000)))
    book.write(*delivery)
    count = moves(sheet(StockReason.COUNTED, ("jam", 3_000), sheet_id="s2"))
    book.write(*count)
    assert undo_sheet(book.state.stock_diary, "s1", delivery, cashier="Jo") == CountedSince("Quince jam")
    assert isinstance(undo_sheet(book.state.stock_diary, "s2", count, cashier="Jo"), tuple)
    assert undo_sheet(book.state.stock_diary, "s9", count, cashier="Jo") == UnknownSheet("s9")


def test_what_was_booked_before_there_were_sheets_stands_in_the_diary_too() -> None:
    book = Book()
    book.write(StockMoved(sku=BOWL, name="Bowl", change_milli=1_000, reason=StockReason.RECEIVED))
    book.write(StockMoved(sku=BOWL, name="Bowl", change_milli=-1_000, reason=StockReason.WASTED))
    assert marks(book.state.stock_diary) == [("entry-3", "wasted", 1), ("entry-2", "received", 1)]


def test_the_diary_forgets_the_oldest_and_never_grows_without_end() -> None:
    book = Book()
    for number in range(600):
        book.write(*moves(sheet(StockReason.RECEIVED, ("bowl", 1), sheet_id=f"s{number}")))
    remembered = book.state.stock_diary.newest_first()
    assert 256 <= len(remembered) <= 512
    assert remembered[0].sheet_id == "s599"


async def test_a_sheet_that_is_sent_again_after_a_restart_counts_once(tmp_path: Path) -> None:
    wanted = sheet(StockReason.SENT, ("bowl", 1_000), ("jam", 2_000), place="Dock")
    answers = []
    for _ in range(2):
        ledger = open_ledger(tmp_path)
        stock = Stock(
            ledger=ledger, assortment=assortment_of(ledger), randomness=FakeRandomness(), hub="hub-dock"
        )
        answers.append(await stock.book(wanted))
        answers.append(await stock.book(wanted))
        assert stock.places() == ("hub-dock", "Dock")
        assert ledger.state.stock_milli.get(BOWL, 0) == -1_000
        ledger.close()
    ledger = open_ledger(tmp_path)
    stock = Stock(ledger=ledger, assortment=assortment_of(ledger), randomness=FakeRandomness())
    other = sheet(StockReason.SENT, ("bowl", 1_000), ("jam", 2_001), place="Dock")
    assert await stock.book(other) == SheetReused("s1")
    again = await stock.move(BOWL, -1_000, StockReason.WASTED, cashier="Mira", sheet_id="m1")
    assert await stock.move(BOWL, -1_000, StockReason.WASTED, cashier="Mira", sheet_id="m1") == again
    assert await stock.move(BOWL, -900, StockReason.WASTED, cashier="Mira", sheet_id="m1") == SheetReused(
        "m1"
    )
    assert await stock.undo("m1", cashier="Mira") == 1
    ledger.close()
    assert answers == [Booked(sheet_id="s1", moved=2, transfer=transfer_number("s1"))] * 4
    ledger = open_ledger(tmp_path)
    stock = Stock(ledger=ledger, assortment=assortment_of(ledger), randomness=FakeRandomness())
    assert await stock.undo("s1", cashier="Jo") == 2
    assert await stock.undo("s1", cashier="Mira") == SheetUndone("Jo")
    assert ledger.state.stock_milli.items() == {BOWL: 0, JAM: 0}
    newest, *_, first = stock.diary(10)
    assert isinstance(newest, SheetMark)
    assert (newest.undoes, newest.cashier, first.undone_by) == ("s1", "Jo", "Jo")
    ledger.close()


async def test_the_diary_says_who_did_what_and_why_and_takes_it_back_once(counter: Counter) -> None:
    await counter.sign_in()
    http = counter.http
    rows = [{"sku": "bowl", "quantity_milli": 1_000}, {"sku": "jam", "quantity_milli": 2_000}]
    body = {"sheet_id": "w1", "reason": "wasted", "waste": "spoiled", "rows": rows}
    assert (await http.post("/api/stock/sheets", json=body)).json() == {
        "moved": 2,
        "sheet_id": "w1",
        "transfer": "",
    }
    one = {"sku": "jam", "change_milli": -1_000, "reason": "wasted", "waste": "broken", "sheet_id": "m1"}
    for _ in range(2):
        assert (await http.post("/api/stock", json=one)).json()["stock_milli"] == 27_000
    told = (await http.get("/api/stock-diary")).json()["sheets"]
    assert [
        (row["sheet_id"][:4], row["reason"], row["waste"], row["moved"], row["cashier"]) for row in told
    ] == [
        ("m1", "wasted", "broken", 1, "Mira"),
        ("w1", "wasted", "spoiled", 2, "Mira"),
        ("file", "counted", None, 2, "Mira"),
    ]
    rows_of_sheet = (await http.get("/api/stock-diary/sheets/w1")).json()["rows"]
    assert [(row["name"], row["change_milli"]) for row in rows_of_sheet] == [
        ("Stoneware bowl", -1_000),
        ("Quince jam", -2_000),
    ]
    assert (await http.get("/api/stock-diary/sheets/never")).status_code == 404
    assert (await http.post("/api/stock-diary/undo", json={"sheet_id": "w1"})).json() == {"moved": 2}
    twice = await http.post("/api/stock-diary/undo", json={"sheet_id": "w1"})
    assert (twice.status_code, twice.json()["code"]) == (409, "sheet-undone")
    assert (await http.get("/api/stock/jam")).json()["stock_milli"] == 29_000
    counted = await http.post("/api/stock-diary/undo", json={"sheet_id": told[-1]["sheet_id"]})
    assert counted.json() == {"moved": 2}  # nothing was counted since the file
    rows = [{"sku": "jam", "quantity_milli": 5_000}]
    await http.post("/api/stock/sheets", json={"sheet_id": "d1", "reason": "received", "rows": rows})
    await http.post("/api/stock/sheets", json={"sheet_id": "c1", "reason": "counted", "rows": rows})
    held = await http.post("/api/stock-diary/undo", json={"sheet_id": "d1"})
    assert (held.status_code, held.json()["code"], held.json()["name"]) == (
        409,
        "counted-since",
        "Quince jam",
    )
    unknown = await http.post("/api/stock-diary/undo", json={"sheet_id": "never"})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown-sheet")
    nowhere = await http.post("/api/stock/sheets", json={**body, "sheet_id": "t1", "reason": "sent"})
    assert (nowhere.status_code, nowhere.json()["field"]) == (422, "place")
    sent = await http.post(
        "/api/stock/sheets", json={**body, "sheet_id": "t1", "reason": "sent", "place": "Old Town"}
    )
    assert len(sent.json()["transfer"]) == 6
    assert (await http.get("/api/stock-diary/places")).json()["places"] == ["hub-dock", "Old Town"]


async def test_goods_that_come_where_more_was_sold_than_ever_came_in_are_there_all_of_them(
    counter: Counter,
) -> None:
    await counter.sign_in()
    await counter.sell(1, sku="jam", quantity=60_000, tendered=50_000)  # 30 jars were booked in
    booked_late = {"sku": "jam", "change_milli": 32_000, "reason": "received", "sheet_id": "late"}
    assert (await counter.http.post("/api/stock", json=booked_late)).json()["stock_milli"] == 2_000
    await counter.sell(2, sku="jam", quantity=32_000, tendered=50_000)
    came = {"sku": "jam", "change_milli": 12_000, "reason": "received", "sheet_id": "came"}
    assert (await counter.http.post("/api/stock", json=came)).json()["stock_milli"] == 12_000
    assert (await counter.http.post("/api/stock", json=came)).json()["stock_milli"] == 12_000
    sheets = (await counter.http.get("/api/stock-diary")).json()["sheets"]
    assert [(one["sheet_id"], one["reason"]) for one in sheets[:3]] == [
        ("came", "received"), ("came-before", "counted"), ("late", "received"),
    ]  # fmt: skip
    assert (await counter.http.post("/api/stock-diary/undo", json={"sheet_id": "came"})).is_success
    rows = {row["sku"]: row for row in (await counter.http.get("/api/stock")).json()["products"]}
    assert rows["jam"]["stock_milli"] == 0
