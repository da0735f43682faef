"""Who buys what: sales that are rung up until they are acknowledged, always under the same id, as the till's page does."""

from dataclasses import dataclass, replace

from device.domain.catalogue import Catalogue, Product
from device.domain.pricing.cart import CartLine
from device.domain.pricing.payment import Tender
from device.domain.sale import NoPickupNumber, SaleOrder
from shared.events.sale import PaymentMethod
from shared.ids import SaleId, Sku, make_uuid7
from tests.simulation.world import World

PRODUCTS = (
    Product(sku=Sku("bowl"), name="Stoneware bowl", category="Pottery", price_minor=1850, vat_rate_bp=1900),
    Product(sku=Sku("cup"), name="Cup", category="Pottery", price_minor=1235, vat_rate_bp=1900),
    Product(sku=Sku("jam"), name="Quince jam", category="Pantry", price_minor=649, vat_rate_bp=700),
)
CATALOGUE = Catalogue(version=1, products=PRODUCTS)
AGAIN_FIRST_S, AGAIN_MORE_S = 3.0, 9.0
KEPT, COLLECTED = 0.12, 0.06


@dataclass(slots=True)
class Customer:
    """One sale, from the first time it is rung up until it is acknowledged."""

    till: object
    order: SaleOrder
    acknowledged: bool = False


class Customers:
    """Everybody who buys something in one schedule."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.everybody: list[Customer] = []

    def come(self, till: object, at_s: float) -> None:
        """Have somebody come to a till at a time."""
        customer = Customer(till, _make_order(self.world, len(self.everybody)))
        self.everybody.append(customer)
        self.world.loop.later(at_s - self.world.loop.time(), self._ring_up, customer)

    def waiting_at(self, till: object) -> bool:
        """Whether somebody at a till has no answer yet."""
        return any(customer.till is till and not customer.acknowledged for customer in self.everybody)

    @property
    def all_served(self) -> bool:
        """Whether everybody has been told that their sale is paid."""
        return all(customer.acknowledged or customer.till.unplugged for customer in self.everybody)  # type: ignore[attr-defined]

    def _ring_up(self, customer: Customer) -> None:
        if customer.acknowledged:
            return
        till = customer.till
        till.sell(
            customer.order, lambda _: self._paid(customer), lambda answer: self._refused(customer, answer)
        )  # type: ignore[attr-defined]
        self.world.loop.later(
            AGAIN_FIRST_S + self.world.random.random() * AGAIN_MORE_S, self._ring_up, customer
        )

    def _paid(self, customer: Customer) -> None:
        if not customer.acknowledged:
            customer.acknowledged = True
            self.world.note("customer", f"{customer.order.sale_id} is paid")

    def _refused(self, customer: Customer, answer: object) -> None:
        """No number for a parcel: then it is taken along. Nothing else may be refused."""
        if not isinstance(answer, NoPickupNumber):
            self.world.broke(f"a good sale was refused: {answer}")
        customer.order = replace(customer.order, collect_at_locker=False)


def _make_order(world: World, number: int) -> SaleOrder:
    random = world.random
    kept = random.random() < KEPT
    lines = tuple(
        CartLine(
            sku=product.sku, quantity_milli=1000 * random.randint(1, 3),
            unit_price_minor=product.price_minor if kept else None,
        )
        for product in random.sample(PRODUCTS, random.randint(1, 2))
    )  # fmt: skip
    return SaleOrder(
        sale_id=SaleId(make_uuid7(number + 1, b"\1" * 10)), lines=lines, tenders=(Tender(method=PaymentMethod.CASH, amount_minor=100_000),),
        expected_total_minor=None, collect_at_locker=not kept and random.random() < COLLECTED, kept=kept, cashier="Mira",
    )  # fmt: skip
