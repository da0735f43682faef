"""What tills say of making and ordering: by which rules a product is made, what the workshop can do, what was accepted."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from operator import not_
from typing import Annotated

from pydantic import Field

from shared.events.amounts import Amount
from shared.ids import Sku


class Supply(StrEnum):
    """Where a product comes from."""

    MADE = "made"
    BOUGHT = "bought"


@dataclass(frozen=True, slots=True, kw_only=True)
class MakingRules:
    """By which rules a product is made or bought in. Every default means that nobody said anything.

    Attributes:
        lead_days: from the decision until it can be sold.
        batch: pieces that are made, or delivered, together.
        minimum: the fewest pieces that are worth it at once.
        shelf_days: how long a piece can be sold; 0: it keeps.
        salvage_minor: what a piece still brings that was not sold in time.
        service_bp: how sure to be that it lasts, in basis points; 0: the usual, or what price and cost say.
        work_s, setup_s: seconds of work for each piece, and once for each time it is made.
    """

    sku: Sku
    supply: Supply = Supply.MADE
    lead_days: Annotated[Amount, Field(exclude_if=not_)] = 0
    batch: Amount = 1
    minimum: Annotated[Amount, Field(exclude_if=not_)] = 0
    shelf_days: Annotated[Amount, Field(exclude_if=not_)] = 0
    salvage_minor: Annotated[Amount, Field(exclude_if=not_)] = 0
    service_bp: Annotated[Amount, Field(exclude_if=not_)] = 0
    work_s: Annotated[Amount, Field(exclude_if=not_)] = 0
    setup_s: Annotated[Amount, Field(exclude_if=not_)] = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Workshop:
    """What can be done at all: seconds of work a day, money for goods, what an hour of work costs; None is no limit."""

    work_s_a_day: Amount | None = None
    cash_minor: Amount | None = None
    hour_minor: Annotated[Amount, Field(exclude_if=not_)] = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class MakingRulesChanged:
    """Somebody set a product's rules."""

    rules: MakingRules
    cashier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkshopChanged:
    """Somebody set what the workshop can do."""

    workshop: Workshop
    cashier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedLine:
    """How many pieces the till proposed of a product, and how many somebody took on; they count as coming until `until`.

    `by` is the market day on which they would be missing.
    """

    sku: Sku
    proposed: Amount
    accepted: Amount
    until: date
    by: Annotated[date | None, Field(exclude_if=not_)] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanAccepted:
    """Somebody took a plan on, changed by hand or as it was."""

    plan_id: str
    lines: tuple[AcceptedLine, ...]
    cashier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseDropped:
    """What was taken on of a product, and has not come yet, will not come after all."""

    sku: Sku
    cashier: str
