"""What one piece of a product brings, costs and takes."""

from dataclasses import dataclass
from typing import Final, Protocol

from device.domain.catalogue import Product
from device.domain.plan.policy import Economics
from shared.events.making import MakingRules, Supply

USUAL_COST_SHARE: Final = 0.4
"""What a hand-made piece costs of its net price, where nobody said: a third to a half is what makers' guides reckon with."""
SECONDS_AN_HOUR: Final = 3_600
ALL_BP: Final = 10_000


class Terms(Protocol):
    """What a piece's figures depend on besides the product."""

    @property
    def hour_minor(self) -> int:
        """What an hour of work costs, in minor units."""

    @property
    def vat_added(self) -> bool:
        """Whether prices are net, and the tax comes on top."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One piece.

    Attributes:
        each_time_minor: what beginning costs, however many are made.
        work_minor: what its own work costs, which is no money that is paid, yet is bound in what lies there.
        cost_is_guessed: nobody told what it costs.
    """

    economics: Economics
    rules: MakingRules
    each_time_minor: float
    work_minor: float
    cost_is_guessed: bool

    @classmethod
    def of(
        cls, product: Product, rules: MakingRules, terms: Terms, *, materials_minor: float | None = None
    ) -> "Piece":
        """Return a product's piece; its price is counted without tax. Without a cost it costs what its materials do."""
        price = net_price_of(product, vat_added=terms.vat_added)
        known = product.cost_minor is None and materials_minor is not None
        cost = (
            materials_minor
            if known and materials_minor is not None
            else cost_of(product, vat_added=terms.vat_added)
        )
        second_minor = 0.0 if rules.supply is Supply.BOUGHT else terms.hour_minor / SECONDS_AN_HOUR
        return cls(
            economics=Economics(price=price, cost=cost, salvage=float(min(rules.salvage_minor, cost))),
            rules=rules,
            each_time_minor=rules.setup_s * second_minor,
            work_minor=rules.work_s * second_minor,
            cost_is_guessed=product.cost_minor is None and materials_minor is None,
        )

    def work_s(self, pieces: int) -> int:
        """Return the seconds of work for so many pieces at once."""
        if not pieces or self.rules.supply is Supply.BOUGHT:
            return 0
        return pieces * self.rules.work_s + self.rules.setup_s

    def cash_minor(self, pieces: int) -> int:
        """Return what so many pieces cost, in minor units, rounded up."""
        return -int(-(pieces * self.economics.cost) // 1)


def net_price_of(product: Product, *, vat_added: bool) -> float:
    """Return a product's price without tax, in minor units; where `vat_added`, its price is without tax already."""
    tax = 0 if vat_added else product.vat_rate_bp
    return product.price_minor * ALL_BP / (ALL_BP + tax)


def cost_of(product: Product, *, vat_added: bool) -> float:
    """Return what a piece costs, in minor units, or the usual share of its price where nobody said."""
    if product.cost_minor is not None:
        return float(product.cost_minor)
    return USUAL_COST_SHARE * net_price_of(product, vat_added=vat_added)
