"""The reorder plan: how many of what, by when and why, within hours and cash."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Final

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.domain.catalogue import Catalogue, Product
from device.domain.forecast import DemandForecast, ForecastSource, MeasuredError
from device.domain.market.calendar import MarketCalendar
from device.domain.materials.requirements import Making
from device.domain.plan.accept import EmptyPlan, PlanWish, StalePlan, accept
from device.domain.plan.budget_left import budget_left
from device.domain.plan.demand import demands_of
from device.domain.plan.habit import usual_factor, usual_pieces
from device.domain.plan.limits import Budget, Scarce, Step, share_out
from device.domain.plan.making_book import Habit, MakingBook, with_arrived, with_event
from device.domain.plan.on_its_way import on_its_way_milli, promised_needs
from device.domain.plan.outlook import Outlook, sold_before_milli
from device.domain.plan.plan_line import PlanLine, PlanReason
from device.domain.plan.policy import (
    Economics,
    Policy,
    critical_ratio,
    economic_quantity,
    in_steps,
)
from device.domain.plan.promised import taken_on
from device.domain.plan.reorder_plan import PlanTerms, ReorderPlan, made_ahead, needs_of, plan_reorder
from device.domain.plan.rules_faults import BadMakingRule, find_rules_fault, find_workshop_fault
from device.domain.plan.snapshot import dump_making, load_making
from device.domain.plan.window import Period, Window, keeps_until, window_of
from shared.entry import EMPTY_HEAD, Entry, StreamKey
from shared.events.event import Event, seal_event
from shared.events.making import (
    AcceptedLine,
    MakingRules,
    MakingRulesChanged,
    PlanAccepted,
    PromiseDropped,
    Supply,
    Workshop,
    WorkshopChanged,
)
from shared.ids import Epoch, Sku, SourceId, TenantId

LEVELS: Final = (0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
RUN: Final = (1.0, 3.0, 5.0, 8.0, 12.0, 15.0)
FRIDAY: Final = date(2026, 11, 27)
DAYS: Final = (FRIDAY, FRIDAY + timedelta(days=1))
THURSDAY: Final = FRIDAY - timedelta(days=1)
BOWL: Final = Sku("bowl")
STREAM: Final = StreamKey(tenant=TenantId("t"), source=SourceId("s"), epoch=Epoch("abcdefgh"))


def _product(sku: str = "bowl", *, price: int = 1_000, cost: int | None = 400) -> Product:
    return Product(
        sku=Sku(sku), name=sku.title(), category="Pottery", price_minor=price, vat_rate_bp=0, cost_minor=cost
    )


def _outlook(
    total: Sequence[float] = RUN, *, sku: str = "bowl", here: int = 0, coming: int = 0, ordered: int = 0,
    history_days: int = 30, price: int = 1_000, cost: int | None = 400, habit: Habit | None = None, **rules: object,
) -> Outlook:  # fmt: skip
    half = tuple(quantile / 2 for quantile in total)
    forecast = DemandForecast(
        sku=Sku(sku), levels=LEVELS, daily=(half, half), total=tuple(total), source=ForecastSource.MODEL,
        measured=MeasuredError(model=0.0, naive=0.0, days=0), history_days=history_days,
    )  # fmt: skip
    told = MakingRules(sku=Sku(sku), **rules)  # type: ignore[arg-type]
    ready = THURSDAY + timedelta(days=told.lead_days)
    return Outlook(
        product=_product(sku, price=price, cost=cost), rules=told, forecast=forecast,
        window=Window(ready=ready, days=DAYS), demand=demands_of([forecast])[0],
        here_milli=here * 1_000, coming_milli=coming * 1_000, ordered_milli=ordered * 1_000, first_ordered_milli=ordered * 1_000,
        habit=habit or Habit(),
    )  # fmt: skip


def _plan(
    *outlooks: Outlook, work_s: int | None = None, cash_minor: int | None = None, hour_minor: int = 0
) -> ReorderPlan:
    terms = PlanTerms(period=Period.THREE_DAYS, days=DAYS, today=THURSDAY, hour_minor=hour_minor,
                      budget=Budget(work_s=work_s, cash_minor=cash_minor))  # fmt: skip
    return plan_reorder(outlooks, terms)


def _line(outlook: Outlook) -> PlanLine:
    return _plan(outlook).lines[0]


@pytest.mark.parametrize(
    ("total", "here", "make", "reason"),
    [
        (RUN, 6, 6, PlanReason.MAY_RUN_OUT),
        (RUN, 3, 9, PlanReason.WILL_RUN_OUT),
        (RUN, 12, 0, PlanReason.ENOUGH),
        (RUN, -4, 12, PlanReason.WILL_RUN_OUT),
        ((0, 0, 0, 0, 0, 1), 0, 0, PlanReason.SELDOM_SOLD),
    ],
)
def test_what_to_make_is_a_good_run_less_what_is_there(
    total: Sequence[float], here: int, make: int, reason: PlanReason
) -> None:
    line = _line(_outlook(total, here=here))
    assert (line.make, line.reason, line.policy, line.level) == (make, reason, Policy.ORDER_UP_TO, 0.9)


def test_what_is_coming_counts_as_there_and_what_customers_ordered_as_gone() -> None:
    assert _line(_outlook(here=2, coming=4)).make == 6
    assert _line(_outlook(here=2, coming=4, ordered=5)).make == 11
    at_hub = _line(replace(_outlook(here=2), at_hub_milli=3_000))
    assert (at_hub.make, at_hub.at_hub) == (7, 3)
    owed = _line(_outlook((0, 0, 0, 0, 0, 0), here=1, ordered=3))
    assert (owed.make, owed.reason) == (2, PlanReason.WILL_RUN_OUT)


def test_a_product_never_sold_is_told_as_a_guess() -> None:
    assert _line(_outlook(history_days=0)).reason is PlanReason.NEVER_SOLD


def test_how_sure_to_be_is_the_products_own_where_somebody_said_so() -> None:
    assert _line(_outlook(service_bp=5_000)).make == 5
    assert _line(_outlook(service_bp=9_500)).make == 15


def test_whole_batches_are_made_and_no_fewer_than_the_minimum() -> None:
    assert _line(_outlook(here=5, batch=6)).make == 12
    assert _line(_outlook(here=11, minimum=5)).make == 5
    assert _line(_outlook(here=12, batch=6, minimum=5)).make == 0


def test_what_spoils_follows_the_critical_ratio_of_its_margin_and_its_loss() -> None:
    good_margin = _line(_outlook(shelf_days=1, price=1_000, cost=100))
    thin_margin = _line(_outlook(shelf_days=1, price=1_000, cost=750))
    assert good_margin.policy is thin_margin.policy is Policy.NEWSVENDOR
    assert (good_margin.level, thin_margin.level) == (pytest.approx(0.9), pytest.approx(0.25))
    assert (good_margin.make, thin_margin.make) == (12, 3)


def test_what_does_not_keep_until_the_market_day_is_no_stock_for_it() -> None:
    stale = _line(replace(_outlook(here=9, shelf_days=1, cost=100), fresh_milli=0))
    mixed = _line(replace(_outlook(here=9, shelf_days=1, cost=100), fresh_milli=5_000))
    fresh = _line(_outlook(here=9, shelf_days=1, cost=100))
    assert (stale.make, stale.in_stock, stale.too_old) == (12, 9, 9)
    assert (mixed.make, mixed.in_stock, mixed.too_old) == (7, 9, 4)
    assert (fresh.make, fresh.too_old) == (3, 0)
    kept = [keeps_until(FRIDAY, THURSDAY, shelf_days=shelf_days) for shelf_days in (0, 1, 2)]
    assert kept == [True, False, True]


def test_what_is_bought_in_takes_no_work() -> None:
    assert _line(_outlook(supply=Supply.BOUGHT, work_s=600, setup_s=60)).work_s == 0
    assert _line(_outlook(work_s=600, setup_s=60)).work_s == 12 * 600 + 60


def test_an_unsold_piece_that_still_brings_something_is_less_of_a_risk() -> None:
    lost = _line(_outlook(shelf_days=1, price=1_000, cost=500))
    saved = _line(_outlook(shelf_days=1, price=1_000, cost=500, salvage_minor=400))
    assert (lost.level, saved.level) == (pytest.approx(0.5), pytest.approx(500 / 600))
    assert saved.make > lost.make


def test_a_long_set_up_makes_more_at_once_and_the_trigger_is_not_the_quantity() -> None:
    """Harris 1913: the root of 2 K D / h beyond what the window needs, once the trigger is reached."""
    quick = _plan(_outlook(here=3), hour_minor=2_000).lines[0]
    slow = _plan(_outlook(here=3, setup_s=7_200), hour_minor=2_000).lines[0]
    enough = _plan(_outlook(here=12, setup_s=7_200), hour_minor=2_000).lines[0]
    assert slow.make > quick.make == 9
    assert enough.make == 0


def test_no_more_than_two_weeks_are_made_at_once_and_bound_work_counts_as_cost() -> None:
    a_day = float(np.mean(_outlook().demand.pieces)) / 2
    long = _plan(_outlook(here=3, setup_s=36_000), hour_minor=2_000).lines[0]
    assert long.target == 12 + int(14 * a_day) + 1
    idle, busy = (
        _plan(_outlook(here=3, setup_s=180, work_s=work_s), hour_minor=2_000).lines[0].target
        for work_s in (0, 3_600)
    )
    assert 12 < busy < idle


def test_a_cost_that_nobody_said_is_told_as_a_guess() -> None:
    line = _line(_outlook(cost=None, price=1_000))
    assert (line.cost_is_guessed, line.cash_minor) == (True, 12 * 400)
    assert not _line(_outlook()).cost_is_guessed


def test_it_says_by_when_and_when_to_begin_and_what_comes_too_late() -> None:
    in_time = _line(_outlook(here=7, lead_days=1))
    assert (in_time.by, in_time.start, in_time.is_late) == (DAYS[1], FRIDAY, False)
    late = _line(_outlook(here=0, lead_days=3))
    assert (late.by, late.start, late.is_late) == (THURSDAY + timedelta(days=3), THURSDAY, True)


def test_as_much_is_brought_as_a_good_day_sells_if_it_is_there() -> None:
    assert _line(_outlook(here=30)).bring == 6
    assert _line(_outlook(here=30, ordered=2)).bring == 8
    assert _line(_outlook(here=2, lead_days=4)).bring == 2
    assert _line(_outlook(here=2, coming=10)).bring == 6
    assert _line(_outlook(here=2, coming=10, lead_days=1)).bring == 2


def test_what_needs_most_comes_first() -> None:
    few, many = _outlook((0, 0, 0, 0, 1, 1), sku="a"), _outlook((1, 2, 3, 4, 9, 9), sku="b")
    assert [line.sku for line in _plan(few, many).lines] == ["b", "a"]


def test_hours_that_do_not_reach_go_where_the_next_piece_brings_most() -> None:
    dear, cheap = _outlook(sku="dear", price=5_000, work_s=600), _outlook(sku="cheap", price=900, work_s=600)
    plan = _plan(cheap, dear, work_s=10 * 600)
    lines = {line.sku: line for line in plan.lines}
    assert plan.work_s <= 10 * 600
    assert lines[Sku("dear")].make > lines[Sku("cheap")].make
    assert lines[Sku("cheap")].cut is Scarce.HOURS
    assert lines[Sku("cheap")].wanted == 12


def test_cash_that_does_not_reach_holds_back_what_brings_least() -> None:
    plan = _plan(
        _outlook(sku="a", price=1_000, cost=400), _outlook(sku="b", price=500, cost=400), cash_minor=4_000
    )
    lines = {line.sku: line for line in plan.lines}
    assert plan.cash_minor <= 4_000
    assert lines[Sku("b")].cut is Scarce.CASH
    assert lines[Sku("a")].make > lines[Sku("b")].make


def test_with_neither_hours_nor_cash_nothing_is_made() -> None:
    assert _plan(_outlook(work_s=60), work_s=0).lines[0].make == 0
    assert _plan(_outlook(), cash_minor=0).lines[0].make == 0


_TOTALS = st.lists(st.floats(0, 1e6, allow_subnormal=False), min_size=6, max_size=6).map(sorted)
_RULES = st.fixed_dictionaries({
    "lead_days": st.integers(0, 30), "batch": st.integers(1, 50), "minimum": st.integers(0, 40),
    "shelf_days": st.integers(0, 5), "work_s": st.integers(0, 3_600), "setup_s": st.integers(0, 7_200),
    "service_bp": st.sampled_from((0, 5_000, 9_000, 9_900)), "supply": st.sampled_from(Supply),
})  # fmt: skip


@st.composite
def _outlooks(draw: st.DrawFn) -> tuple[Outlook, ...]:
    return tuple(
        _outlook(
            draw(_TOTALS), sku=f"p{place}", here=draw(st.integers(-50, 10_000)), coming=draw(st.integers(0, 500)),
            ordered=draw(st.integers(0, 500)), price=draw(st.integers(0, 10**6)),
            cost=draw(st.none() | st.integers(0, 10**6)), **draw(_RULES),
        )
        for place in range(draw(st.integers(0, 4)))
    )  # fmt: skip


@given(
    _outlooks(), st.none() | st.integers(0, 10**6), st.none() | st.integers(0, 10**8), st.integers(0, 10**5)
)
def test_no_plan_goes_below_zero_or_beyond_hours_and_cash(
    outlooks: tuple[Outlook, ...], work_s: int | None, cash_minor: int | None, hour_minor: int
) -> None:
    plan = _plan(*outlooks, work_s=work_s, cash_minor=cash_minor, hour_minor=hour_minor)
    assert work_s is None or plan.work_s <= work_s
    assert cash_minor is None or plan.cash_minor <= cash_minor
    for line, one in ((line, one) for line in plan.lines for one in outlooks if one.product.sku == line.sku):
        assert 0 <= line.make <= line.wanted
        assert line.make % max(1, one.rules.batch) == 0
        assert line.make == 0 or line.make >= one.rules.minimum
        assert line.bring >= 0
        assert line.start <= line.by <= line.until


@given(_outlooks())
def test_what_was_taken_on_is_not_planned_again(outlooks: tuple[Outlook, ...]) -> None:
    first = {line.sku: line.make for line in _plan(*outlooks).lines}
    after = [replace(one, coming_milli=one.coming_milli + 1_000 * first[one.product.sku]) for one in outlooks]
    assert all(line.make == 0 for line in _plan(*after).lines)


@given(st.lists(st.lists(st.integers(1, 9), max_size=6), max_size=5), st.integers(0, 60))
def test_for_one_scarce_thing_no_exchange_of_two_steps_would_bring_more(
    values: list[list[int]], hours: int
) -> None:
    """Steps of one size and falling worth: then taking the best first is optimal (Fox 1966)."""
    rows = [
        [Step(pieces=1, work_s=5, cash_minor=0, brings=float(value)) for value in sorted(row, reverse=True)]
        for row in values
    ]
    allowed = share_out(rows, Budget(work_s=hours))
    taken = sorted(
        (step.brings for row, one in zip(rows, allowed, strict=True) for step in row[: one.steps]),
        reverse=True,
    )
    best = sorted((step.brings for row in rows for step in row), reverse=True)[: hours // 5]
    assert taken == best


@given(_TOTALS, st.floats(1, 9))
def test_a_stretched_demand_rises_with_the_level_and_never_falls_below_zero(
    total: list[float], factor: float
) -> None:
    demand = _outlook(total).demand.stretched(factor)
    assert (demand.pieces >= 0).all()
    assert (np.diff(demand.pieces) >= 0).all()
    chances = demand.chance_of(np.arange(0.0, 20.0))
    assert all(before >= after for before, after in pairwise(chances.tolist()))


def test_the_textbooks_formulas_give_the_textbooks_figures() -> None:
    assert critical_ratio(Economics(price=10.0, cost=4.0)) == pytest.approx(0.6)
    assert critical_ratio(Economics(price=3.0, cost=4.0)) == pytest.approx(0.01)
    assert critical_ratio(Economics(price=0.0, cost=0.0)) == pytest.approx(0.99)
    assert economic_quantity(a_day=1_000 / 365, each_time=10.0, cost=2.0) == pytest.approx(200.0)
    assert [in_steps(wanted, batch=6, minimum=10) for wanted in (0.0, 0.2, 12.0, 12.1)] == [0, 12, 12, 18]


def test_a_habit_is_told_once_there_is_enough_of_it_and_stays_within_bounds() -> None:
    rules = MakingRules(sku=BOWL)
    assert usual_pieces(Habit(), 10, rules) is None
    assert usual_pieces(Habit(proposed=4, accepted=3), 10, rules) is None
    assert usual_pieces(Habit(proposed=40, accepted=30), 12, rules) == 10
    assert usual_factor(Habit(proposed=4_000, accepted=0)) == 0.5
    assert usual_factor(Habit(proposed=10, accepted=900)) == 1.5


def _sealed(event: Event, seq: int = 1) -> Entry:
    return seal_event(
        stream=STREAM,
        head=replace(EMPTY_HEAD, seq=seq - 1),
        at=datetime(2026, 11, 26, 12, tzinfo=UTC),
        event=event,
    )


def _with(
    book: MakingBook, *events: MakingRulesChanged | WorkshopChanged | PlanAccepted | PromiseDropped
) -> MakingBook:
    for event in events:
        book = with_event(book, _sealed(event, book.changed_seq + 1), event)
    return book


def _taken(pieces: int, *, proposed: int = 0, until: date = FRIDAY, plan_id: str = "p") -> PlanAccepted:
    line = AcceptedLine(sku=BOWL, proposed=proposed or pieces, accepted=pieces, until=until)
    return PlanAccepted(plan_id=plan_id, lines=(line,), cashier="Mira")


def test_goods_that_come_keep_the_oldest_promise_first() -> None:
    book = _with(MakingBook(), _taken(5), _taken(7, until=DAYS[1], plan_id="q"))
    assert book.coming_milli(BOWL, THURSDAY) == 12_000
    assert book.coming_milli(BOWL, DAYS[1]) == 7_000
    came = with_arrived(book, BOWL, 6_000)
    assert [(one.quantity_milli, one.until, one.is_overdue) for one in taken_on(came, FRIDAY)] == [
        (6_000, DAYS[1], False)
    ]
    assert taken_on(with_arrived(came, BOWL, 99_000), FRIDAY) == ()
    assert [one.is_overdue for one in taken_on(book, DAYS[1])] == [True, False]
    assert taken_on(_with(book, PromiseDropped(sku=BOWL, cashier="Mira")), FRIDAY) == ()


def test_what_was_taken_on_binds_hours_and_cash() -> None:
    workshop = Workshop(work_s_a_day=3_600, cash_minor=5_000)
    book = _with(
        MakingBook(),
        WorkshopChanged(workshop=workshop, cashier="Mira"),
        MakingRulesChanged(rules=MakingRules(sku=BOWL, work_s=600), cashier="Mira"),
        _taken(4),
    )
    catalogue = Catalogue(products=(_product(),))
    left = budget_left(book, catalogue, today=THURSDAY, last=DAYS[1], vat_added=False)
    assert left == Budget(work_s=2 * 3_600 - 4 * 600, cash_minor=5_000 - 4 * 400)
    much = _with(book, _taken(400, plan_id="q"))
    assert budget_left(much, catalogue, today=THURSDAY, last=DAYS[1], vat_added=False) == Budget(
        work_s=0, cash_minor=0
    )


def test_the_book_comes_back_from_its_snapshot() -> None:
    book = _with(
        MakingBook(),
        MakingRulesChanged(rules=MakingRules(sku=BOWL, batch=6, supply=Supply.BOUGHT), cashier="Mira"),
        WorkshopChanged(workshop=Workshop(cash_minor=5_000), cashier="Mira"),
        _taken(5, proposed=6),
    )
    again = load_making(dump_making(book))
    assert again.rules.items() == book.rules.items()
    assert again.promises.items() == book.promises.items()
    assert again.habits.items() == {BOWL: Habit(proposed=6, accepted=5)}
    assert (again.workshop, again.plans.items(), again.changed_seq) == (book.workshop, book.plans.items(), 3)


def test_a_plan_is_taken_on_as_it_stands_and_changes_by_hand_are_kept_beside_the_proposal() -> None:
    book, plan = MakingBook(), _plan(_outlook(), _outlook(sku="jam"), _outlook((0,) * 6, sku="cup"))
    wish = PlanWish(plan_id="p", based_on=0, pieces={BOWL: 7, Sku("cup"): 2}, cashier="Mira")
    accepted = accept(book, plan, wish)
    assert isinstance(accepted, PlanAccepted)
    assert {line.sku: (line.proposed, line.accepted) for line in accepted.lines} == {
        "bowl": (12, 7), "jam": (12, 12), "cup": (0, 2),
    }  # fmt: skip
    changed = _with(book, MakingRulesChanged(rules=MakingRules(sku=BOWL, batch=6), cashier="Mira"))
    assert accept(changed, plan, wish) == StalePlan()
    nothing = replace(wish, pieces={Sku("bowl"): 0, Sku("jam"): 0})
    assert accept(book, plan, nothing) == EmptyPlan()
    assert isinstance(accept(book, plan, replace(wish, pieces={Sku("gone"): 1})), BadMakingRule)
    assert isinstance(accept(book, plan, replace(wish, pieces={BOWL: -1})), BadMakingRule)
    assert isinstance(accept(book, plan, replace(wish, pieces={}, shown={BOWL: -1})), BadMakingRule)


@pytest.mark.parametrize(
    ("here", "seen", "taken"),
    [(2, 12, None), (1, 12, 12), (0, 12, 12), (0, 8, 8), (30, 12, None), (0, 0, None)],
    ids=["came in", "a piece came back", "as seen", "sold meanwhile", "plenty came in", "nothing was seen"],
)
def test_what_was_seen_is_taken_on_unless_much_less_is_needed_now(
    here: int, seen: int, taken: int | None
) -> None:
    wish = PlanWish(plan_id="p", based_on=0, pieces={}, cashier="Mira", shown={BOWL: seen})
    answer = accept(MakingBook(), _plan(_outlook(here=here)), wish)
    if taken is None:
        assert answer == (EmptyPlan() if not seen else StalePlan())
    else:
        assert isinstance(answer, PlanAccepted)
        assert [(line.proposed, line.accepted) for line in answer.lines] == [(taken, taken)]


def test_what_is_bought_becomes_a_need_and_what_is_made_work() -> None:
    plan = _plan(_outlook(sku="bowl"), _outlook(sku="candle", supply=Supply.BOUGHT))
    (need,) = needs_of(plan, Catalogue(products=(_product("candle"),)))
    assert (need.item, need.is_material, need.quantity_milli, need.by) == ("candle", False, 12_000, FRIDAY)
    assert made_ahead(plan) == {"bowl": Making(pieces=12.0, start=FRIDAY)}


@pytest.mark.parametrize(
    ("rules", "field"),
    [
        (MakingRules(sku=Sku("gone")), "sku"),
        (MakingRules(sku=BOWL, batch=0), "batch"),
        (MakingRules(sku=BOWL, lead_days=-1), "lead_days"),
        (MakingRules(sku=BOWL, lead_days=400), "lead_days"),
        (MakingRules(sku=BOWL, service_bp=10_000), "service_bp"),
        (MakingRules(sku=BOWL, minimum=-3), "minimum"),
        (MakingRules(sku=BOWL, work_s=10**7), "work_s"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_with_its_field(rules: MakingRules, field: str) -> None:
    fault = find_rules_fault(rules, Catalogue(products=(_product(),)))
    assert fault is not None
    assert fault.field == field


def test_a_workshop_that_cannot_be_is_refused() -> None:
    assert find_workshop_fault(Workshop()) is None
    assert find_rules_fault(MakingRules(sku=BOWL), Catalogue(products=(_product(),))) is None
    fault = find_workshop_fault(Workshop(work_s_a_day=90_000))
    assert fault is not None
    assert fault.field == "work_s_a_day"


def test_a_stall_of_one_day_a_week_sells_a_seventh_of_that_a_calendar_day() -> None:
    """Harris's quantity goes by a year's demand: 52 Saturdays, not 365."""
    saturdays = MarketCalendar(weekdays=frozenset({5}))
    window = window_of(saturdays, (DAYS[1],), THURSDAY, lead_days=0, shelf_days=0)
    assert window.open_share == pytest.approx(1 / 7)
    daily = replace(window, open_share=1.0)
    slow = _outlook(here=3, setup_s=18)
    each_week, each_day = (
        _plan(replace(slow, window=one), hour_minor=2_000).lines[0].target for one in (window, daily)
    )
    assert each_week - 12 == pytest.approx((each_day - 12) / 7**0.5, abs=1.0)


def test_only_what_is_collected_on_the_first_day_is_brought_to_it() -> None:
    later = replace(_outlook(here=30, ordered=9), first_ordered_milli=2_000)
    assert _line(later).bring == 8


def test_what_is_fresh_on_the_first_market_day_is_brought_to_it_though_the_next_batch_is_for_later() -> None:
    baked = _outlook(here=9, shelf_days=2, lead_days=2, cost=100)
    later = replace(baked, fresh_milli=0, fresh_first_milli=9_000)
    assert _line(later).bring == 6
    assert _line(replace(later, today_milli=5_000)).bring == 4


def test_the_time_to_begin_what_was_taken_on_binds_hours_too() -> None:
    book = _with(
        MakingBook(),
        WorkshopChanged(workshop=Workshop(work_s_a_day=3_600), cashier="Mira"),
        MakingRulesChanged(rules=MakingRules(sku=BOWL, work_s=60, setup_s=1_800), cashier="Mira"),
        _taken(10),
    )
    left = budget_left(book, Catalogue(products=(_product(),)), today=THURSDAY, last=FRIDAY, vat_added=False)
    assert left.work_s == 3_600 - 10 * 60 - 1_800


def test_what_was_taken_on_binds_the_cash_that_the_plan_reckoned_its_materials_at() -> None:
    book = _with(
        MakingBook(), WorkshopChanged(workshop=Workshop(cash_minor=5_000), cashier="Mira"), _taken(10)
    )
    catalogue = Catalogue(products=(_product(cost=None),))
    left = budget_left(
        book, catalogue, today=THURSDAY, last=FRIDAY, vat_added=False, materials_minor=lambda _: 90.0
    )
    assert left.cash_minor == 5_000 - 10 * 90


def test_goods_that_come_keep_what_is_due_first_whichever_was_taken_on_first() -> None:
    book = _with(MakingBook(), _taken(7, until=DAYS[1]), _taken(5, plan_id="q"))
    came = with_arrived(book, BOWL, 5_000)
    assert came.coming_milli(BOWL, DAYS[1]) == 7_000


def test_many_plans_for_the_same_day_lose_no_promise() -> None:
    book = _with(MakingBook(), *(_taken(1, plan_id=f"p{place}") for place in range(20)))
    assert book.coming_milli(BOWL, THURSDAY) == 20_000


def test_a_promise_of_bought_goods_is_needed_by_the_day_the_plan_said_and_not_when_it_lapses() -> None:
    plan = _plan(_outlook(supply=Supply.BOUGHT, lead_days=1))
    accepted = accept(MakingBook(), plan, PlanWish(plan_id="p", based_on=0, pieces={}, cashier="Mira"))
    assert isinstance(accepted, PlanAccepted)
    rules = MakingRulesChanged(rules=MakingRules(sku=BOWL, supply=Supply.BOUGHT), cashier="Mira")
    book = load_making(dump_making(_with(MakingBook(), rules, accepted)))
    catalogue = Catalogue(products=(_product(),))
    (planned,) = needs_of(plan, catalogue)
    (need,) = promised_needs(book, catalogue, lambda _, __: 0, THURSDAY)
    assert (need.by, need.quantity_milli) == (planned.by, planned.quantity_milli)
    assert plan.lines[0].until > need.by


def test_a_habit_of_making_what_nobody_proposed_is_forgotten_like_any_other() -> None:
    own = AcceptedLine(sku=BOWL, proposed=0, accepted=10, until=FRIDAY)
    plans = [PlanAccepted(plan_id=f"p{place}", lines=(own,), cashier="Mira") for place in range(50)]
    book = _with(MakingBook(), *plans)
    assert book.habit_of(BOWL).accepted <= 40


def test_what_is_taken_on_beyond_an_open_order_comes_on_top_and_an_order_that_keeps_it_does_not() -> None:
    rules = MakingRulesChanged(rules=MakingRules(sku=BOWL, supply=Supply.BOUGHT), cashier="Mira")
    book = _with(MakingBook(), rules, _taken(5))
    orders = {1: 10_000}

    def ordered(_: Sku, since: int) -> int:
        return sum(milli for seq, milli in orders.items() if seq > since)

    catalogue = Catalogue(products=(_product(),))
    assert on_its_way_milli(book, BOWL, ordered, THURSDAY) == 15_000
    assert [one.quantity_milli for one in promised_needs(book, catalogue, ordered, THURSDAY)] == [5_000]
    orders[3] = 5_000
    assert on_its_way_milli(book, BOWL, ordered, THURSDAY) == 15_000
    assert promised_needs(book, catalogue, ordered, THURSDAY) == ()
    more = load_making(dump_making(_with(book, replace(_taken(2), plan_id="q"))))
    assert on_its_way_milli(more, BOWL, ordered, THURSDAY) == 17_000
    later = _with(book, _taken(4, until=DAYS[1], plan_id="r"))
    assert on_its_way_milli(later, BOWL, ordered, DAYS[1]) == 19_000


def test_what_is_sold_before_the_next_batch_can_be_there_is_no_stock_for_its_days() -> None:
    baked = _outlook((0, 0, 4, 6, 6, 6), here=5, shelf_days=4, lead_days=2, cost=100)
    window = Window(ready=DAYS[1], days=(DAYS[1],))
    sold = sold_before_milli(baked.forecast, DAYS, window)
    assert sold == 2_000
    assert sold_before_milli(baked.forecast, DAYS, Window(ready=FRIDAY, days=DAYS)) == 0
    assert replace(baked, window=window, sold_before_milli=sold).available == 3.0
    assert replace(baked, here_milli=1_000, sold_before_milli=sold).available == 0.0


def test_what_today_still_sells_is_no_stock_for_later_and_the_oldest_go_first() -> None:
    outlook = replace(_outlook(here=9), today_milli=4_000)
    assert (outlook.available, _line(outlook).make, _line(outlook).today) == (5.0, 7, 4)
    assert replace(outlook, today_milli=20_000).available == 0.0
    assert replace(outlook, today_milli=20_000, ordered_milli=1_000).available == -1.0
    baked = replace(_outlook(here=9, shelf_days=2, cost=100), fresh_milli=5_000)
    assert [
        (replace(baked, today_milli=milli).available, replace(baked, today_milli=milli).too_old_milli)
        for milli in (0, 3_000, 6_000)
    ] == [(5.0, 4_000), (5.0, 1_000), (3.0, 0)]
