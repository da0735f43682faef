"""What to make, order and bring: planned from the demand ahead, taken on, and by which rules."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from device.domain.catalogue import Catalogue
from device.domain.freshness import fresh_milli
from device.domain.materials.requirements import Making, cost_of_piece
from device.domain.need import Need
from device.domain.plan.accept import NothingPromised, PlanRefusal, PlanWish, accept
from device.domain.plan.budget_left import budget_left
from device.domain.plan.demand import Demand, demands_of
from device.domain.plan.on_its_way import Ordered, on_its_way_milli, promised_needs
from device.domain.plan.outlook import Outlook, sold_before_milli
from device.domain.plan.promised import ordered_by_sku
from device.domain.plan.reorder_plan import PlanTerms, ReorderPlan, made_ahead, needs_of, plan_reorder
from device.domain.plan.rules_faults import BadMakingRule, find_rules_fault, find_workshop_fault
from device.domain.plan.window import Period, Window, keeps_until, window_of
from device.domain.stock import count_as_none
from device.domain.stock_elsewhere import lies_at
from device.domain.till_state import TillState
from device.ports.ledger import Ledger
from device.ports.stores import SettingsStore
from device.ports.world import Clock
from device.services.assortment import CurrentAssortment
from device.services.demand_ahead import Ahead, DemandAhead, NoPlan
from device.services.today_forecast import TodayForecast
from shared.entry import Entry
from shared.events.event import Event
from shared.events.making import (
    MakingRules,
    MakingRulesChanged,
    PlanAccepted,
    PromiseDropped,
    Workshop,
    WorkshopChanged,
)
from shared.events.stock import StockMoved
from shared.ids import Sku


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeNext:
    """A plan with what it stands on; `based_on` names the state of making that it was made for."""

    ahead: Ahead
    plan: ReorderPlan
    based_on: int


@dataclass(frozen=True, slots=True)
class _AcceptedAlready:
    pass


class Restock:
    """The service behind `/api/make-next` and `/api/making`."""

    def __init__(self, *, ledger: Ledger, settings: SettingsStore, assortment: CurrentAssortment, clock: Clock,
                 demand: DemandAhead, today: TodayForecast, hub: str = "", on_order: Ordered = lambda _, __: 0) -> None:  # fmt: skip
        self._ledger = ledger
        self._settings = settings
        self._assortment = assortment
        self._clock = clock
        self._demand = demand
        self._today = today
        self._on_order = on_order
        self._hub = hub

    async def make_next(self, period: Period = Period.THREE_DAYS) -> MakeNext | NoPlan:
        """Plan from what is sold, in stock, on its way and promised now."""
        ahead = await self._demand.look(hours=period.hours)
        if isinstance(ahead, NoPlan):
            return ahead
        state, today = self._ledger.state, self._clock.now().date()
        windows = _windows(ahead, state, today)
        demands = await self._demands(ahead, windows)
        vat_added = self._settings.current.trade_rules.vat_added
        terms = PlanTerms(
            period=period, days=ahead.days, today=today,
            budget=budget_left(state.making, ahead.catalogue, today=today, last=ahead.days[-1], vat_added=vat_added,
                               materials_minor=lambda sku: cost_of_piece(state.materials, sku)),
            hour_minor=state.making.workshop.hour_minor, vat_added=vat_added,
        )  # fmt: skip
        to_come = await self._today.still_milli(ahead.watched, ahead.days)
        outlooks = self._outlooks(state, ahead, windows, demands, to_come)
        plan = await asyncio.to_thread(plan_reorder, outlooks, terms)
        return MakeNext(ahead=ahead, plan=plan, based_on=state.making.changed_seq)

    async def accept(self, wish: PlanWish, period: Period) -> MakeNext | NoPlan | PlanRefusal:
        """Take a plan on, durable before this answers; answers with the plan as it is then."""
        if self._ledger.state.making.plans.find(wish.plan_id) is None:
            made = await self.make_next(period)
            if isinstance(made, NoPlan):
                return made

            def decide(state: TillState) -> tuple[Event, ...] | _AcceptedAlready | PlanRefusal:
                if state.making.plans.find(wish.plan_id) is not None:
                    return _AcceptedAlready()
                accepted = accept(state.making, made.plan, wish)
                if not isinstance(accepted, PlanAccepted):
                    return accepted
                return (*_counted(state, accepted, made.ahead.catalogue), accepted)

            answer: tuple[Entry, ...] | _AcceptedAlready | PlanRefusal = await self._ledger.append(decide)
            if not isinstance(answer, tuple | _AcceptedAlready):
                return answer
        return await self.make_next(period)

    async def drop(self, sku: Sku, *, cashier: str) -> NothingPromised | None:
        """Record that what was taken on of a product will not come, durable before this answers."""

        def decide(state: TillState) -> tuple[PromiseDropped] | NothingPromised:
            if not state.making.promises.get(sku, ()):
                return NothingPromised(sku)
            return (PromiseDropped(sku=sku, cashier=cashier),)

        answer: tuple[Entry, ...] | NothingPromised = await self._ledger.append(decide)
        return answer if isinstance(answer, NothingPromised) else None

    async def set_rules(self, rules: MakingRules, *, cashier: str) -> MakingRules | BadMakingRule:
        """Set by which rules a product is made, durable before this answers."""
        fault = find_rules_fault(rules, self._assortment.now().catalogue)
        if fault is not None:
            return fault

        def decide(state: TillState) -> tuple[Event, ...]:
            same = state.making.rules_of(rules.sku) == rules
            return () if same else (MakingRulesChanged(rules=rules, cashier=cashier),)

        await self._ledger.append(decide)
        return rules

    async def set_workshop(self, workshop: Workshop, *, cashier: str) -> Workshop | BadMakingRule:
        """Set what the workshop can do, durable before this answers."""
        fault = find_workshop_fault(workshop)
        if fault is not None:
            return fault

        def decide(state: TillState) -> tuple[Event, ...]:
            same = state.making.workshop == workshop
            return () if same else (WorkshopChanged(workshop=workshop, cashier=cashier),)

        await self._ledger.append(decide)
        return workshop

    async def needs(self) -> tuple[Need, ...]:
        """Return what has to be bought in over the next week, and what was taken on and is not ordered yet."""
        made, today = await self.make_next(Period.WEEK), self._clock.now().date()
        taken = promised_needs(
            self._ledger.state.making, self._assortment.now().catalogue, self._on_order, today
        )
        return taken if isinstance(made, NoPlan) else (*taken, *needs_of(made.plan, made.ahead.catalogue))

    async def making_ahead(self) -> Mapping[Sku, Making]:
        """Return what the next week's plan wants made, besides what was taken on."""
        made = await self.make_next(Period.WEEK)
        return {} if isinstance(made, NoPlan) else made_ahead(made.plan)

    async def _demands(self, ahead: Ahead, windows: Mapping[Sku, Window]) -> Mapping[Sku, Demand]:
        """The demand over each product's own window; products with the same days are forecast together."""
        found: dict[Sku, Demand] = {}
        for days in sorted({window.days for window in windows.values()}):
            adjusted = await self._demand.over(ahead, days)
            of_days = [one.forecast for one in adjusted if windows[one.forecast.sku].days == days]
            demands = await asyncio.to_thread(demands_of, of_days)
            found |= {one.sku: demand for one, demand in zip(of_days, demands, strict=True)}
        return {sku: demand.stretched(windows[sku].stretch) for sku, demand in found.items()}

    def _outlooks(
        self, state: TillState, ahead: Ahead, windows: Mapping[Sku, Window], demands: Mapping[Sku, Demand],
        to_come: Mapping[Sku, int],
    ) -> list[Outlook]:  # fmt: skip
        """What is known of every product but bundles: their parts are planned in their place."""
        today, making = self._clock.now().date(), state.making
        first, ends = ahead.days[0], {one.last for one in windows.values()}
        ordered = {day: ordered_by_sku(state.orders, day) for day in {first, *ends}}
        found = []
        for one in ahead.adjusted:
            sku = one.forecast.sku
            product, window = ahead.catalogue.find(sku), windows[sku]
            if product is None or product.parts:
                continue
            rules, here_milli, came = (
                making.rules_of(sku),
                state.stock_milli.get(sku, 0),
                state.arrivals.get(sku, ()),
            )
            found.append(Outlook(
                product=product, rules=rules, forecast=one.forecast, window=window, demand=demands[sku],
                here_milli=here_milli,
                fresh_milli=fresh_milli(came, here_milli, window.days[0], shelf_days=rules.shelf_days),
                fresh_first_milli=fresh_milli(came, here_milli, first, shelf_days=rules.shelf_days),
                hub_keeps=keeps_until(window.days[0], today, shelf_days=rules.shelf_days),
                today_milli=to_come.get(sku, 0),
                sold_before_milli=sold_before_milli(one.forecast, ahead.days, window),
                ordered_milli=ordered[window.last].get(sku, 0), first_ordered_milli=ordered[first].get(sku, 0),
                at_hub_milli=lies_at(state.elsewhere_milli, self._hub, sku),
                coming_milli=on_its_way_milli(making, sku, self._on_order, today),
                habit=making.habit_of(sku), materials_minor=cost_of_piece(state.materials, sku),
            ))  # fmt: skip
        return found


def _counted(state: TillState, accepted: PlanAccepted, catalogue: Catalogue) -> tuple[StockMoved, ...]:
    skus = [line.sku for line in accepted.lines if line.accepted]
    named = [(sku, product.name if (product := catalogue.find(sku)) else sku) for sku in skus]
    return count_as_none(state, named, cashier=accepted.cashier, sheet_id=f"{accepted.plan_id}-none")


def _windows(ahead: Ahead, state: TillState, today: date) -> Mapping[Sku, Window]:
    found: dict[Sku, Window] = {}
    known: dict[tuple[int, int], Window] = {}
    for one in ahead.adjusted:
        rules = state.making.rules_of(one.forecast.sku)
        asked = (rules.lead_days, rules.shelf_days)
        if asked not in known:
            known[asked] = window_of(
                ahead.calendar, ahead.days, today, lead_days=rules.lead_days, shelf_days=rules.shelf_days
            )
        found[one.forecast.sku] = known[asked]
    return found
