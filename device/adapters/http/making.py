"""What to make next: the plan, taking it on, and by which rules products are made."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, Field, StrictInt
from starlette.responses import JSONResponse

from device.adapters.http.forecasts import model_json
from device.adapters.http.refusals import refused
from device.adapters.http.seat import Seat
from device.adapters.http.till_services import TillServices
from device.domain.catalogue import Catalogue
from device.domain.market.effects import AdjustedForecast, Effect
from device.domain.plan.accept import PlanWish
from device.domain.plan.plan_line import PlanLine, PlanReason
from device.domain.plan.promised import taken_on
from device.domain.plan.reorder_plan import ReorderPlan
from device.domain.plan.rules_faults import BadMakingRule
from device.domain.plan.window import Period
from device.services.demand_ahead import NoPlan
from device.services.restock import MakeNext
from shared.entry import Json
from shared.events.making import MakingRules, Supply, Workshop
from shared.http.spoken import Say, spoken
from shared.ids import Sku

LINES_MAX = 10_000
PLAN_ID = r"^[A-Za-z0-9._:-]{1,64}$"
_REASONS = {
    PlanReason.ENOUGH: "What is there lasts even on good days.",
    PlanReason.MAY_RUN_OUT: "On good days it runs out.",
    PlanReason.WILL_RUN_OUT: "It runs out on usual days.",
    PlanReason.SELDOM_SOLD: "It sells seldom.",
    PlanReason.NEVER_SOLD: "Not sold yet: a guess from the other products.",
}


class AcceptBody(BaseModel):
    """A plan that is taken on; `pieces` where somebody changed them, `based_on` as the plan said.

    `shown` is what it proposed (`make` by product, without those of which nothing); that is taken on, unless clearly less is needed now.
    """

    plan_id: str = Field(pattern=PLAN_ID)
    period: Period = Period.THREE_DAYS
    based_on: StrictInt
    pieces: dict[str, StrictInt] = Field(default_factory=dict, max_length=LINES_MAX)
    shown: dict[str, StrictInt] | None = Field(default=None, max_length=LINES_MAX)

    def wish(self, cashier: str) -> PlanWish:
        """Return what the domain understands."""
        pieces = {Sku(sku): count for sku, count in self.pieces.items()}
        shown = None if self.shown is None else {Sku(sku): count for sku, count in self.shown.items()}
        return PlanWish(
            plan_id=self.plan_id, based_on=self.based_on, pieces=pieces, cashier=cashier, shown=shown
        )


class RulesBody(BaseModel):
    """By which rules a product is made; see `MakingRules`."""

    supply: Supply = Supply.MADE
    lead_days: StrictInt = 0
    batch: StrictInt = 1
    minimum: StrictInt = 0
    shelf_days: StrictInt = 0
    salvage_minor: StrictInt = 0
    service_bp: StrictInt = 0
    work_s: StrictInt = 0
    setup_s: StrictInt = 0

    def rules(self, sku: str) -> MakingRules:
        """Return what the domain understands."""
        return MakingRules(sku=Sku(sku), **self.model_dump())


class WorkshopBody(BaseModel):
    """What the workshop can do; null is no limit."""

    work_s_a_day: StrictInt | None = None
    cash_minor: StrictInt | None = None
    hour_minor: StrictInt = 0

    def workshop(self) -> Workshop:
        """Return what the domain understands."""
        return Workshop(**self.model_dump())


def making_router(till: TillServices, seat: Seat) -> APIRouter:
    """Return the routes about making."""
    router = APIRouter(prefix="/api")
    managers_only = Depends(seat.manager)

    @router.get("/make-next", dependencies=[Depends(seat)])
    async def make_next(
        request: Request, period: Annotated[Period, Query()] = Period.THREE_DAYS
    ) -> dict[str, object]:
        return _told(till, await till.restock.make_next(period), spoken(request))

    @router.post("/make-next/accept")
    async def accept(body: AcceptBody, request: Request, cashier: Annotated[str, Depends(seat)]) -> Response:
        answer = await till.restock.accept(body.wish(cashier), body.period)
        if not isinstance(answer, MakeNext | NoPlan):
            return refused(answer, till.sign.currency)
        till.changes.tell()
        return JSONResponse(_told(till, answer, spoken(request)))

    @router.post("/making/{sku}/drop")
    async def drop(sku: str, cashier: Annotated[str, Depends(seat)]) -> Response:
        fault = await till.restock.drop(Sku(sku), cashier=cashier)
        if fault is not None:
            return refused(fault, till.sign.currency)
        till.changes.tell()
        return Response(status_code=204)

    @router.get("/making", dependencies=[Depends(seat)])
    async def making() -> dict[str, object]:
        book = till.ledger.state.making
        return {
            "workshop": _workshop_json(book.workshop),
            "rules": {sku: _rules_json(rules) for sku, rules in book.rules.items().items()},
        }

    @router.get("/making/{sku}", dependencies=[Depends(seat)])
    async def rules(sku: str) -> dict[str, object]:
        return dict(_rules_json(till.ledger.state.making.rules_of(Sku(sku))))

    @router.put("/making/{sku}")
    async def set_rules(sku: str, body: RulesBody, cashier: Annotated[str, Depends(seat)]) -> Response:
        answer = await till.restock.set_rules(body.rules(sku), cashier=cashier)
        if isinstance(answer, BadMakingRule):
            return refused(answer, till.sign.currency)
        till.changes.tell()
        return JSONResponse(_rules_json(answer))

    @router.put("/workshop")
    async def set_workshop(body: WorkshopBody, cashier: Annotated[str, managers_only]) -> Response:
        answer = await till.restock.set_workshop(body.workshop(), cashier=cashier)
        if isinstance(answer, BadMakingRule):
            return refused(answer, till.sign.currency)
        till.changes.tell()
        return JSONResponse(_workshop_json(answer))

    return router


def _told(till: TillServices, answer: MakeNext | NoPlan, say: Say) -> dict[str, object]:
    """Return a plan and what was taken on before."""
    catalogue, today = till.assortment.now().catalogue, till.clock.now().date()
    awaited = [
        {
            "sku": one.sku, "name": _name(catalogue, one.sku), "quantity_milli": one.quantity_milli,
            "until": one.until.isoformat(), "overdue": one.is_overdue,
        }
        for one in taken_on(till.ledger.state.making, today)
    ]  # fmt: skip
    if isinstance(answer, NoPlan):
        return {"products": [], "words": say(answer.words), "taken_on": awaited}
    return {**_plan_json(answer), "taken_on": awaited, "today": today.isoformat()}


def _plan_json(answer: MakeNext) -> dict[str, object]:
    """Return the plan; the model's errors are its card's, measured on sales that it never saw."""
    plan, ahead = answer.plan, answer.ahead
    days = [day.isoformat() for day in plan.days]
    adjusted = {one.forecast.sku: one for one in ahead.adjusted}
    rows = [_line_json(line, ahead.catalogue, adjusted[line.sku]) for line in plan.lines]
    naive = sum(row["used"] == "naive" for row in rows)
    card = ahead.card
    return {
        "model": {
            "name": card.name, "version": card.version, "error": card.error, "naive_error": card.naive_error,
            "used": "naive" if 2 * naive > len(rows) else "model",
        },
        "watched": model_json(ahead.watched),
        "period": plan.period.value,
        "based_on": answer.based_on,
        "window": {"from": days[0], "to": days[-1], "days": days},
        "totals": _totals_json(plan),
        "products": rows,
    }  # fmt: skip


def _totals_json(plan: ReorderPlan) -> dict[str, Json]:
    """What the plan takes of hours and cash; the limits are null where there is none."""
    return {
        "work_s": plan.work_s, "cash_minor": plan.cash_minor, "work_limit_s": plan.budget.work_s,
        "cash_limit_minor": plan.budget.cash_minor,
    }  # fmt: skip


def _line_json(line: PlanLine, catalogue: Catalogue, adjusted: AdjustedForecast) -> dict[str, Json]:
    product = catalogue.find(line.sku)
    return {
        "sku": line.sku, "name": _name(catalogue, line.sku), "category": product.category if product else "",
        "supply": line.supply.value, "low": line.low, "likely": line.likely, "high": line.high,
        "stock_milli": line.in_stock * 1000, "at_hub": line.at_hub, "today": line.today, "too_old": line.too_old,
        "coming": line.coming, "ordered": line.ordered,
        "level_bp": round(line.level * 10_000), "policy": line.policy.value, "target": line.target,
        "make": line.make, "wanted": line.wanted, "cut": line.cut.value if line.cut else None,
        "by": line.by.isoformat(), "start": line.start.isoformat(), "late": line.is_late, "bring": line.bring,
        "usual": line.usual, "work_s": line.work_s, "cash_minor": line.cash_minor,
        "cost_guessed": line.cost_is_guessed, "batch": line.batch,
        "reason": _REASONS[line.reason], "reason_code": line.reason.value, "used": line.source.value,
        "effects": [effect_json(effect) for effect in adjusted.effects],
    }  # fmt: skip


def effect_json(effect: Effect) -> dict[str, Json]:
    """Return what a kind of signal does to a product; `key` and `fields` make its sentence on the pages."""
    return {
        "kind": effect.kind.value, "percent": effect.percent, "key": effect.words_key, "fields": {**effect.fields},
        "without": effect.without,
    }  # fmt: skip


def _name(catalogue: Catalogue, sku: Sku) -> str:
    product = catalogue.find(sku)
    return product.name if product else sku


def _rules_json(rules: MakingRules) -> dict[str, Json]:
    return {
        "sku": rules.sku, "supply": rules.supply.value, "lead_days": rules.lead_days, "batch": rules.batch,
        "minimum": rules.minimum, "shelf_days": rules.shelf_days, "salvage_minor": rules.salvage_minor,
        "service_bp": rules.service_bp, "work_s": rules.work_s, "setup_s": rules.setup_s,
    }  # fmt: skip


def _workshop_json(workshop: Workshop) -> dict[str, Json]:
    return {
        "work_s_a_day": workshop.work_s_a_day, "cash_minor": workshop.cash_minor, "hour_minor": workshop.hour_minor,
    }  # fmt: skip
