"""What a cart costs: goods, vouchers, discounts and a coupon; or the deposit on an order; or an order's balance."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

from device.domain.catalogue import Catalogue
from device.domain.orders import OpenOrder
from device.domain.pricing.agreed import agreed_discounts, agreed_lines
from device.domain.pricing.cart import CartRefusal, PricedCart, price_cart, sum_up
from device.domain.pricing.deposit import DepositTooMuch, deposit_lines, deposits_used
from device.domain.pricing.discount import WantedDiscount
from device.domain.sale import TIP_MINOR_MAX, BadTip, SaleOrder, UnknownOrder, UnknownPriceList
from device.domain.trade_rules import CouponRefused, TradeRules, find_coupon


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteTerms:
    """What counts while a cart is priced: `orders` are the open ones, `coupons_taken` tells how often one was used."""

    catalogue: Catalogue
    rules: TradeRules
    today: date
    orders: Mapping[str, OpenOrder] = field(default_factory=dict)
    coupons_taken: Callable[[str], int]


QuoteRefusal: TypeAlias = (
    CartRefusal | UnknownPriceList | BadTip | CouponRefused | UnknownOrder | DepositTooMuch
)


def quote(wanted: SaleOrder, terms: QuoteTerms) -> PricedCart | QuoteRefusal:
    """Price what is wanted; nothing is written."""
    order = terms.orders.get(wanted.order_id) if wanted.order_id else None
    fault = _fault(wanted, terms, order)
    if fault is not None:
        return fault
    vat_added = _vat_added(wanted, terms, order)
    if order is not None and wanted.deposit_minor is not None:
        lines = deposit_lines(order, wanted.deposit_minor, vat_added=vat_added)
        return lines if isinstance(lines, DepositTooMuch) else sum_up(lines, vat_added=vat_added)
    cart = _price(wanted, terms, order, wanted.discounts)
    if wanted.coupon and isinstance(cart, PricedCart):
        coupon = find_coupon(
            terms.rules.coupons, wanted.coupon, on=terms.today, cart_minor=cart.goods_minor, taken=terms.coupons_taken
        )  # fmt: skip
        if isinstance(coupon, CouponRefused):
            return coupon
        cart = _price(wanted, terms, order, (*wanted.discounts, coupon))
    if isinstance(cart, PricedCart) and cart.total_minor < 0:
        return DepositTooMuch(cart.total_minor)
    return cart


def _fault(
    wanted: SaleOrder, terms: QuoteTerms, order: OpenOrder | None
) -> BadTip | UnknownPriceList | UnknownOrder | None:
    if not 0 <= wanted.tip_minor <= TIP_MINOR_MAX:
        return BadTip(wanted.tip_minor)
    if order is None and (wanted.order_id or wanted.deposit_minor is not None):
        return UnknownOrder(wanted.order_id)
    if wanted.price_list and not wanted.kept and not _is_known(wanted.price_list, terms.catalogue):
        return UnknownPriceList(wanted.price_list)
    return None


def _price(
    wanted: SaleOrder, terms: QuoteTerms, order: OpenOrder | None, discounts: tuple[WantedDiscount, ...]
) -> PricedCart | CartRefusal:
    lines = wanted.lines or (agreed_lines(order.order) if order else ())
    agreed = agreed_discounts(order.order, lines) if order and not wanted.kept else ()
    return price_cart(
        terms.catalogue, lines, kept=wanted.kept, discounts=(*agreed, *discounts), price_list=wanted.price_list,
        vat_added=_vat_added(wanted, terms, order), taken_off=deposits_used(order) if order else (),
        agreed=order.order.lines if order else (),
    )  # fmt: skip


def _vat_added(wanted: SaleOrder, terms: QuoteTerms, order: OpenOrder | None) -> bool:
    """A deposit and its balance are reckoned alike, whatever the rule is by now; a kept sale says how it was reckoned."""
    if order is not None and order.deposits_minor:
        return order.vat_added
    return wanted.vat_added if wanted.kept and wanted.vat_added is not None else terms.rules.vat_added


def _is_known(price_list: str, catalogue: Catalogue) -> bool:
    """A misspelt list would sell at the usual prices as if nothing had been said."""
    return any(one.list_name == price_list for product in catalogue.products for one in product.prices)
