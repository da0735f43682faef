"""A stock-take and what is sold while it lasts; a delivery of several products."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from device.domain.growing import GrowingMap
from device.domain.pricing.cart import UnknownProduct
from device.domain.product_rules import BadProduct
from device.domain.stock import BadStockChange
from device.domain.stock_elsewhere import ElsewhereMap, lies_at, with_moved
from device.domain.stock_sheet import StockRow, StockSheet, book_sheet
from device.domain.till_state import TillState
from shared.events.stock import StockMoved, StockReason
from shared.ids import Sku
from tests.unit.device.stall import CATALOGUE
from tests.unit.device.test_till_state import Book

BOWL, JAM = Sku("bowl"), Sku("jam")


def stock(state: TillState, sku: Sku = BOWL) -> int:
    return state.stock_milli.get(sku, 0)


def sheet(reason: StockReason, *rows: StockRow) -> StockSheet:
    return StockSheet(sheet_id="a sheet", reason=reason, rows=rows, cashier="Mira")


def booked(*rows: StockRow) -> tuple[StockMoved, ...]:
    moved = book_sheet(CATALOGUE, sheet(StockReason.COUNTED, *rows))
    assert isinstance(moved, tuple)
    return moved


@given(st.integers(0, 5), st.integers(0, 5), st.integers(0, 5), st.integers(-3, 3))
def test_sales_before_the_count_and_until_it_is_booked_all_keep_their_effect(
    before: int, meanwhile: int, there_milli: int, missing: int
) -> None:
    book = Book()
    book.write(
        StockMoved(sku=BOWL, name="Bowl", change_milli=there_milli * 1_000, reason=StockReason.RECEIVED)
    )
    really = there_milli * 1_000 + missing * 1_000  # what lies on the shelf; the till believes otherwise
    for number in range(before):
        book.sell(number + 1, ("bowl", 1_000))
    really -= before * 1_000
    counted = StockRow(sku=BOWL, quantity_milli=max(really, 0), have_milli=stock(book.state))
    lost = max(really, 0) - really
    for number in range(meanwhile):
        book.sell(before + number + 1, ("bowl", 1_000))
    book.write(*booked(counted))
    assert stock(book.state) == really + lost - meanwhile * 1_000


def test_what_was_counted_as_it_should_be_moves_nothing() -> None:
    assert booked(StockRow(sku=BOWL, quantity_milli=4_000, have_milli=4_000)) == ()
    (moved,) = booked(
        StockRow(sku=BOWL, quantity_milli=4_000, have_milli=4_000),
        StockRow(sku=JAM, quantity_milli=0, have_milli=1_000),
    )
    assert (moved.sku, moved.change_milli, moved.reason) == (JAM, -1_000, StockReason.COUNTED)


def test_a_sheet_with_one_wrong_row_is_refused_as_a_whole() -> None:
    good = StockRow(sku=BOWL, quantity_milli=2_000)
    below = StockRow(sku=JAM, quantity_milli=-1)
    unknown = StockRow(sku=Sku("x"), quantity_milli=1)
    received, counted = StockReason.RECEIVED, StockReason.COUNTED
    assert isinstance(book_sheet(CATALOGUE, sheet(received, good, good)), BadProduct)
    assert isinstance(book_sheet(CATALOGUE, sheet(received, good, unknown)), UnknownProduct)
    assert isinstance(book_sheet(CATALOGUE, sheet(received, below)), BadStockChange)
    assert isinstance(book_sheet(CATALOGUE, sheet(counted, below)), BadStockChange)
    moved = book_sheet(CATALOGUE, sheet(received, good, StockRow(sku=JAM, quantity_milli=500)))
    assert isinstance(moved, tuple)
    assert [(one.sku, one.change_milli) for one in moved] == [(BOWL, 2_000), (JAM, 500)]


def test_what_was_sent_to_a_place_lies_there_until_it_comes_back() -> None:
    def moved(reason: StockReason, change: int, place: str = "hub-dock", undoes: str = "") -> StockMoved:
        return StockMoved(
            sku=Sku("bowl"), name="Bowl", change_milli=change, reason=reason, place=place, undoes=undoes
        )

    elsewhere: ElsewhereMap = GrowingMap()
    for one in (
        moved(StockReason.SENT, -5_000),
        moved(StockReason.SENT, -2_000, "Old Town"),
        moved(StockReason.ARRIVED, 1_000),
        moved(StockReason.SENT, -9_000),
        moved(StockReason.SENT, 9_000, undoes="s"),
        moved(StockReason.RECEIVED, 7_000, ""),
    ):
        elsewhere = with_moved(elsewhere, one)
    assert lies_at(elsewhere, "Hub-Dock", Sku("bowl")) == 4_000
    assert lies_at(elsewhere, "Old Town", Sku("bowl")) == 2_000
    assert lies_at(elsewhere, "", Sku("bowl")) == 0
    too_many = moved(StockReason.ARRIVED, 99_000)
    came = with_moved(elsewhere, too_many)
    assert lies_at(came, "hub-dock", Sku("bowl")) == 0
    undone = with_moved(came, replace(too_many, change_milli=-99_000, undoes="a sheet"))
    assert lies_at(undone, "hub-dock", Sku("bowl")) == 4_000
    assert lies_at(with_moved(came, moved(StockReason.SENT, -3_000)), "hub-dock", Sku("bowl")) == 3_000
