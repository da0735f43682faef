"""What a selling day's life is: days planned and dropped, the hour at which stock ran out, what counts as demand."""

import json
from datetime import UTC, date, datetime, time, timedelta

import numpy as np
import pytest

from device.domain.market.baskets import PAIRS_MAX, Baskets, with_basket
from device.domain.market.book import DAYS_KEPT, SIGNALS_KEPT, MarketBook, MarketEvent, with_event
from device.domain.market.calendar import MarketCalendar
from device.domain.market.day_profile import PRIOR_DAYS, learn_profile
from device.domain.sales_history import sales_history
from device.domain.selling_day import NO_SALES, SellingDay
from device.domain.till_snapshot import dump_state, load_state
from shared.events.market import (
    MarketDayDropped,
    MarketDayPlanned,
    ProductsLinked,
    SignalCancelled,
    SignalKind,
    SignalNoted,
    SignalScope,
)
from shared.events.sale import OriginalReceipt, RefundLine, SaleRefunded
from shared.events.stock import StockMoved, StockReason, WasteReason
from shared.ids import Epoch, Sku, SourceId
from tests.unit.device.test_till_state import Book

BOWL, JAM = Sku("bowl"), Sku("jam")
SATURDAY = date(2026, 10, 3)
SATURDAYS = MarketCalendar(weekdays=frozenset({5}))


def _at(hour: int, minute: int = 0, day: date = date(2026, 10, 1)) -> datetime:
    return datetime.combine(day, time(hour, minute), tzinfo=UTC)


def _with(book: MarketBook, event: MarketEvent) -> MarketBook:
    return with_event(book, event, _at(9))


def _received(sku: Sku, milli: int, reason: StockReason = StockReason.RECEIVED) -> StockMoved:
    return StockMoved(sku=sku, name=sku, change_milli=milli, reason=reason)


def _noted(signal_id: str, **more: object) -> SignalNoted:
    said: dict[str, object] = {
        "kind": SignalKind.SOCIAL, "first": SATURDAY, "last": SATURDAY, "expires": SATURDAY, "strength_milli": 2_000,
        "cashier": "Mira", **more,
    }  # fmt: skip
    return SignalNoted(signal_id=signal_id, **said)  # type: ignore[arg-type]


def _planned(day: date, **more: object) -> MarketDayPlanned:
    return MarketDayPlanned(day=day, cashier="Mira", **more)  # type: ignore[arg-type]


def test_a_day_planned_by_hand_is_open_and_a_dropped_one_is_not() -> None:
    book = _with(MarketBook(), _planned(SATURDAY + timedelta(days=3)))
    book = _with(book, MarketDayDropped(day=SATURDAY, cashier="Mira"))
    calendar = MarketCalendar(weekdays=frozenset({5}), book=book)
    assert calendar.open_days(SATURDAY, days=8) == (
        SATURDAY + timedelta(days=3),
        SATURDAY + timedelta(days=7),
    )


def test_a_dropped_day_can_be_planned_again() -> None:
    book = _with(MarketBook(), MarketDayDropped(day=SATURDAY, cashier="Mira"))
    assert MarketCalendar(weekdays=frozenset({5}), book=_with(book, _planned(SATURDAY))).is_open(SATURDAY)


def test_a_day_that_opens_at_night_is_planned_until_night() -> None:
    friday = SATURDAY - timedelta(days=1)
    night = _with(MarketBook(), _planned(friday, opens=time(18)))
    calendar = MarketCalendar(weekdays=frozenset({5}), book=night)
    assert calendar.planned_days(_at(17, day=friday))[0] == friday
    assert calendar.planned_days(_at(19, day=friday))[0] == SATURDAY


def test_a_single_day_weeks_ahead_is_the_next_one_of_a_stall_without_weekdays() -> None:
    far = SATURDAY + timedelta(days=30)
    calendar = MarketCalendar(weekdays=frozenset(), book=_with(MarketBook(), _planned(far)))
    assert calendar.planned_days(_at(12, day=SATURDAY)) == (far,)


def test_the_book_forgets_the_oldest_days_and_signals() -> None:
    book = MarketBook()
    for number in range(SIGNALS_KEPT + 5):
        day = SATURDAY + timedelta(days=number)
        book = _with(book, _planned(day))
        book = _with(book, _noted(str(number), first=day, last=day, expires=day))
    assert len(book.days) == DAYS_KEPT
    assert min(book.days) == SATURDAY + timedelta(days=SIGNALS_KEPT + 5 - DAYS_KEPT)
    assert len(book.signals) == SIGNALS_KEPT
    assert "4" not in book.signals
    assert "5" in book.signals


def test_a_withdrawn_signal_and_links_that_are_emptied_are_gone() -> None:
    book = _with(MarketBook(), _noted("a"))
    book = _with(book, ProductsLinked(sku=BOWL, relatives=(JAM,), cashier="Mira"))
    assert book.links == {BOWL: (JAM,)}
    book = _with(book, SignalCancelled(signal_id="a", cashier="Mira"))
    assert _with(book, ProductsLinked(sku=BOWL, relatives=(), cashier="Mira")) == MarketBook()


def test_a_start_from_the_snapshot_knows_days_signals_links_and_baskets() -> None:
    book = Book()
    book.write(_received(BOWL, 2_000))
    book.sell(1, ("bowl", 2_000), ("jam", 1_000))
    book.write(
        _planned(SATURDAY, place="Night market", opens=time(18), closes=time(1), visitors=900, note="bring lamps"),
        MarketDayDropped(day=SATURDAY + timedelta(days=1), cashier="Mira"),
        _noted("a", scope=SignalScope.PRODUCT, about="bowl", value=40, source="reel"),
        ProductsLinked(sku=BOWL, relatives=(JAM,), cashier="Mira"),
    )  # fmt: skip
    again = load_state(json.loads(json.dumps(dump_state(book.state))))
    assert dump_state(again) == dump_state(book.state)
    assert again.market == book.state.market
    assert again.days[-1].ran_out == {BOWL: 5 * 60}
    assert again.days[-1].hours_milli[5] == 3_000


def test_the_minute_at_which_the_last_one_went_is_known() -> None:
    book = Book()
    book.write(_received(BOWL, 3_000))
    book.sell(1, ("bowl", 2_000))
    book.at = _at(13, 20)
    book.sell(2, ("bowl", 1_000))
    assert book.state.days[-1].ran_out == {BOWL: 9 * 60 + 20}


def test_the_hour_after_midnight_is_a_night_markets_last() -> None:
    book = Book()
    book.write(_received(BOWL, 3_000))
    book.at = _at(23)
    book.sell(1, ("bowl", 2_000))
    book.at = _at(0, 30, date(2026, 10, 2))
    book.sell(2, ("bowl", 1_000))
    (day,) = book.state.days
    assert day.hours_milli[19:21] == (2_000, 1_000)
    assert day.ran_out == {BOWL: 20 * 60 + 30}


def test_what_comes_in_again_has_not_run_out() -> None:
    book = Book()
    book.write(_received(BOWL, 1_000))
    book.sell(1, ("bowl", 1_000))
    book.write(_received(BOWL, 5_000))
    assert book.state.days[-1].ran_out == {}


def test_what_is_sold_although_there_was_none_proves_the_figure_wrong() -> None:
    book = Book()
    book.write(_received(BOWL, 1_000))
    book.sell(1, ("bowl", 1_000))
    book.sell(2, ("bowl", 1_000))
    assert book.state.days[-1].ran_out == {}


def test_a_product_whose_stock_is_not_kept_never_looks_sold_out() -> None:
    book = Book()
    book.sell(1, ("jam", 1_000), ("bowl", 1_000))
    book.close()
    book.at += timedelta(days=1)
    book.sell(2, ("bowl", 1_000))
    assert book.state.days[-1].sold_out == frozenset()
    assert book.state.days[0].ran_out == {}
    assert sales_history(book.state.days, [JAM], [SATURDAY]).y.tolist() == [[1.0, 0.0]]


def test_waste_is_no_demand_but_the_shelf_is_empty_all_the_same() -> None:
    book = Book()
    book.write(_received(BOWL, 5_000))
    book.sell(1, ("bowl", 1_000))
    book.at = _at(14)
    book.write(
        StockMoved(
            sku=BOWL, name="bowl", change_milli=-4_000, reason=StockReason.WASTED, waste=WasteReason.BROKEN
        )
    )
    day = book.state.days[-1]
    assert day.sold_milli.get(BOWL, 0) == 1_000
    assert day.ran_out == {BOWL: 10 * 60}
    assert sum(day.hours_milli) == 1_000


def test_what_came_back_is_no_demand_and_leaves_the_hours_alone() -> None:
    book = Book()
    sale = book.sell(1, ("bowl", 3_000))
    line = RefundLine(line=0, sku=BOWL, name="bowl", category="", quantity_milli=2_000, total_minor=1, vat_rate_bp=0,
                      to_stock=False)  # fmt: skip
    book.write(SaleRefunded(
        refund_id="r", receipt_number=2, session_id=sale.session_id, business_date=sale.business_date, cashier="Mira",
        currency="EUR", original=OriginalReceipt(source=SourceId("till-x"), epoch=Epoch("aaaaaa"), receipt_number=1),
        lines=(line,), total_minor=1, vat=(), payments=(), reason="",
    ))  # fmt: skip
    assert book.state.days[-1].sold_milli.get(BOWL, 0) == 1_000


def test_without_days_every_hour_is_alike() -> None:
    profile = learn_profile(())
    assert profile.share_before(12 * 60) == pytest.approx(0.5)
    assert profile.share_before(0) == 0
    assert profile.share_before(24 * 60) == pytest.approx(1)


def test_the_days_own_rhythm_wins_with_time_and_never_before() -> None:
    hours = (*NO_SALES[:10], 9_000, 1_000, *NO_SALES[12:])
    days = [SellingDay(business_date=SATURDAY, hours_milli=hours)] * 45
    early, late = learn_profile(days[:1]).share_before(11 * 60), learn_profile(days).share_before(11 * 60)
    assert early == pytest.approx((0.9 + PRIOR_DAYS * 0.5) / (1 + PRIOR_DAYS))
    assert 0.5 < early < late < 0.9
    assert learn_profile(days).share_before(10 * 60 + 30) == pytest.approx(late / 2)


def test_a_day_that_ran_out_early_is_marked_and_one_that_ran_out_late_is_not() -> None:
    hours = (*NO_SALES[:9], *(1_000,) * 8, *NO_SALES[17:])
    days = [
        SellingDay(
            business_date=SATURDAY + timedelta(days=place), hours_milli=hours, ran_out=ran_out,
            sold_milli=SellingDay(business_date=SATURDAY).sold_milli.with_item(BOWL, 4_000),
        )
        for place, ran_out in enumerate(({}, {BOWL: 11 * 60}, {BOWL: 16 * 60 + 50}))
    ]  # fmt: skip
    history = sales_history(days, [BOWL], [SATURDAY])
    assert history.sold_out is not None
    assert history.open_share is not None
    assert history.sold_out.tolist() == [[False, True, False]]
    assert history.open_share[0, 1] == pytest.approx(0.25)
    assert np.isfinite(history.y).all()


def test_what_is_bought_together_is_a_share_of_its_own_sales_that_grows_with_evidence() -> None:
    baskets = Baskets()
    for _ in range(30):
        baskets = with_basket(baskets, [BOWL, JAM, BOWL])
    for _ in range(60):
        baskets = with_basket(baskets, [JAM])
    shares = baskets.shares()
    assert shares[BOWL][JAM] == pytest.approx(30 / 40)
    assert shares[JAM][BOWL] == pytest.approx(30 / 100)


def test_pairs_are_bounded_and_the_frequent_one_outlives_the_prune() -> None:
    baskets = Baskets()
    for number in range(2 * PAIRS_MAX):
        baskets = with_basket(baskets, [BOWL, JAM, Sku(f"odd-{number}")])
        assert baskets.pairs <= PAIRS_MAX
    assert baskets.shares()[BOWL][JAM] > 0.9
    assert len(baskets.together.items()) == baskets.pairs
