"""What may be said of making, and what is wrong with the rest."""

from dataclasses import dataclass
from typing import Final

from device.domain.catalogue import Catalogue
from device.domain.plan.policy import SERVICE_MAX, SERVICE_MIN
from shared.events.making import MakingRules, Workshop

LEAD_DAYS_MAX: Final = 365
SHELF_DAYS_MAX: Final = 3_650
PIECES_MAX: Final = 100_000
WORK_S_MAX: Final = 100 * 3_600
MONEY_MAX: Final = 10**11
ALL_BP: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class BadMakingRule:
    """A rule that cannot be; `field` names it, `reason` says why in plain words."""

    field: str
    reason: str


def find_rules_fault(rules: MakingRules, catalogue: Catalogue) -> BadMakingRule | None:
    """Return what is wrong with a product's rules, or None."""
    if catalogue.find(rules.sku) is None:
        return BadMakingRule(field="sku", reason=f"no product {rules.sku} is known here")
    if rules.service_bp and not SERVICE_MIN <= rules.service_bp / ALL_BP <= SERVICE_MAX:
        return BadMakingRule(
            field="service_bp",
            reason=f"how sure to be must lie between {SERVICE_MIN:.0%} and {SERVICE_MAX:.0%}",
        )
    bounds = (
        ("lead_days", rules.lead_days, 0, LEAD_DAYS_MAX, "the days until it can be sold"),
        ("shelf_days", rules.shelf_days, 0, SHELF_DAYS_MAX, "the days on which it stays fresh"),
        ("batch", rules.batch, 1, PIECES_MAX, "the pieces of a batch"),
        ("minimum", rules.minimum, 0, PIECES_MAX, "the fewest pieces at once"),
        ("salvage_minor", rules.salvage_minor, 0, MONEY_MAX, "what an unsold piece still brings"),
        ("work_s", rules.work_s, 0, WORK_S_MAX, "the work for a piece, in seconds,"),
        ("setup_s", rules.setup_s, 0, WORK_S_MAX, "the work to begin, in seconds,"),
    )
    return next((_outside(*bound) for bound in bounds if not bound[2] <= bound[1] <= bound[3]), None)


def find_workshop_fault(workshop: Workshop) -> BadMakingRule | None:
    """Return what is wrong with what the workshop can do, or None."""
    bounds = (
        ("work_s_a_day", workshop.work_s_a_day or 0, 0, 24 * 3_600, "the work of a day, in seconds,"),
        ("cash_minor", workshop.cash_minor or 0, 0, MONEY_MAX, "the money for goods"),
        ("hour_minor", workshop.hour_minor, 0, MONEY_MAX, "what an hour of work costs"),
    )
    return next((_outside(*bound) for bound in bounds if not bound[2] <= bound[1] <= bound[3]), None)


def _outside(field: str, value: int, low: int, high: int, words: str) -> BadMakingRule:
    return BadMakingRule(field=field, reason=f"{words} must be from {low} to {high:,}, not {value:,}")
