from hypothesis import given
from hypothesis import strategies as st

from device.domain.catalogue import Catalogue, Product
from device.domain.pricing.cart import (
    BadQuantity,
    CartLine,
    EmptyCart,
    MissingPrice,
    PricedCart,
    UnknownProduct,
    price_cart,
)
from device.domain.pricing.payment import MoneyRules, Settlement, Tender, TenderedTooLittle, settle
from shared.events.sale import PaymentMethod
from shared.ids import Sku
from tests.unit.device.stall import CATALOGUE

PRODUCTS = st.lists(
    st.builds(
        Product,
        sku=st.integers(0, 10**6).map(lambda n: Sku(f"p{n}")),
        name=st.just("Thing"),
        category=st.just("Things"),
        price_minor=st.integers(0, 10**7),
        vat_rate_bp=st.sampled_from((0, 700, 1900, 2550)),
    ),
    min_size=1,
    max_size=8,
    unique_by=lambda product: product.sku,
)


@st.composite
def carts(draw: st.DrawFn) -> tuple[Catalogue, list[CartLine]]:
    products = draw(PRODUCTS)
    lines = draw(
        st.lists(
            st.builds(
                CartLine,
                sku=st.sampled_from([product.sku for product in products]),
                quantity_milli=st.integers(1, 50_000),
            ),
            min_size=1,
            max_size=20,
        )
    )
    return Catalogue(version=1, products=tuple(products)), lines


@given(carts())
def test_lines_and_tax_add_up_to_the_total_to_the_cent(cart: tuple[Catalogue, list[CartLine]]) -> None:
    priced = price_cart(*cart, kept=False)
    assert isinstance(priced, PricedCart)
    assert sum(line.total_minor for line in priced.lines) == priced.total_minor
    assert sum(line.gross_minor for line in priced.vat) == priced.total_minor
    assert sum(line.net_minor + line.vat_minor for line in priced.vat) == priced.total_minor
    assert {line.rate_bp for line in priced.vat} == {line.vat_rate_bp for line in priced.lines}


@given(carts(), st.integers(0, 10**12))
def test_change_is_what_was_given_beyond_the_total(
    cart: tuple[Catalogue, list[CartLine]], tendered: int
) -> None:
    priced = price_cart(*cart, kept=False)
    assert isinstance(priced, PricedCart)
    cash = Tender(method=PaymentMethod.CASH, amount_minor=tendered)
    settlement = settle(priced.total_minor, [cash], MoneyRules(currency="EUR"))
    if tendered < priced.total_minor:
        assert settlement == TenderedTooLittle(priced.total_minor, tendered)
    else:
        assert isinstance(settlement, Settlement)
        (payment,) = settlement.payments
        assert payment.amount_minor == priced.total_minor
        assert payment.tendered_minor - payment.change_minor == payment.amount_minor


def test_a_kept_sale_is_priced_as_the_customer_saw_it() -> None:
    line = CartLine(sku=Sku("bowl"), quantity_milli=2000, unit_price_minor=1500)
    cart = price_cart(CATALOGUE, [line], kept=True)
    assert isinstance(cart, PricedCart)
    assert cart.total_minor == 3000


def test_what_cannot_be_sold_is_refused_by_name() -> None:
    def refused(*lines: CartLine, kept: bool = False) -> object:
        return price_cart(CATALOGUE, lines, kept=kept)

    bowl = Sku("bowl")
    assert refused() == EmptyCart(0)
    assert refused(CartLine(sku=Sku("vase"), quantity_milli=1000)) == UnknownProduct("vase")
    assert refused(CartLine(sku=bowl, quantity_milli=0)) == BadQuantity("bowl", 0)
    assert refused(CartLine(sku=bowl, quantity_milli=-1000)) == BadQuantity("bowl", -1000)
    assert refused(CartLine(sku=bowl, quantity_milli=1000), kept=True) == MissingPrice("bowl")
    negative = CartLine(sku=bowl, quantity_milli=1000, unit_price_minor=-5)
    assert refused(negative, kept=True) == MissingPrice("bowl")
