"""Money and tax against worked examples that tax offices and central banks publish; each test names its source.

Belgium's rule for shops that round every payment, by which the tax follows the rounded price, is another one and is not ours:
here coins round only what is paid in cash, and the tax stays that of the price.
"""

import pytest

from device.domain.orders import OpenOrder
from device.domain.pricing.cart import sum_up
from device.domain.pricing.deposit import deposit_lines, deposits_used
from device.domain.pricing.payment import MoneyRules, Settlement, Tender, round_to_coins, settle
from shared.events.order import OrderPlaced
from shared.events.sale import LineKind, PaymentMethod, SaleLine
from shared.ids import Sku
from shared.vat import add_vat_on, split_vat
from tests.fakes import NOON


@pytest.mark.parametrize(
    ("gross_minor", "vat_minor"), [(14, 2), (15, 3), (16, 3), (2, 0), (3, 1), (12_000, 2_000), (2_400, 400)]
)
def test_hmrc_vatrec12030_less_than_half_a_penny_is_rounded_down_half_a_penny_and_more_up(
    gross_minor: int, vat_minor: int
) -> None:
    """HMRC, VAT Trader Records Manual VATREC12030 (rounding up and down) and the VAT fraction of 1/6 at 20 %.

    Source: https://www.gov.uk/hmrc-internal-manuals/vat-trader-records/vatrec12030. Rounding down at retailers, which
    VATREC12020 rules out, would give 2 for 15 and 0 for 3.
    """
    (line,) = split_vat([(2_000, gross_minor)])
    assert line.vat_minor == vat_minor


def test_hmrc_vatrec12020_rounding_each_receipt_both_ways_favours_nobody_over_all_its_pennies() -> None:
    """HMRC, VATREC12020: a retailer may round up and down to the nearest 1p; over every amount the sum stays what is due.

    Source: https://www.gov.uk/hmrc-internal-manuals/vat-trader-records/vatrec12020.
    """
    amounts = range(1, 60_001)
    rounded = sum(split_vat([(2_000, minor)])[0].vat_minor for minor in amounts)
    due = sum(amounts) / 6
    assert abs(rounded - due) / due < 0.0001


def test_ustr_2000_rz_1525_example_1_the_final_invoice_takes_each_deposit_and_its_tax_off() -> None:
    """Austria's VAT guidelines (UStR 2000), margin number 1525, example 1: a valley station for 9,000,000 € net at 20 %.

    Deposits of 1.8, 2.4 and 3.6 million € gross are set off with their tax; 2,500,000 € net, 500,000 € tax are left.
    Source: UStR 2000 Rz 1525 as in https://linda.lindeverlag.at/Dokument/111706 (findok.bmf.gv.at).
    """
    goods = SaleLine(
        sku=Sku("station"), name="Valley station", category="", quantity_milli=1_000, unit_price_minor=900_000_000,
        total_minor=900_000_000, vat_rate_bp=2_000,
    )  # fmt: skip
    whole = sum_up([goods], vat_added=True)
    assert (whole.vat[0].vat_minor, whole.total_minor) == (180_000_000, 1_080_000_000)
    placed = OrderPlaced(
        order_id="o", number=1, cashier="Mira", currency="EUR", lines=(goods,), total_minor=whole.total_minor, due=NOON.date()
    )  # fmt: skip
    order = OpenOrder(order=placed, seq=1, placed_at=NOON, vat_added=True)
    for gross_minor, net_minor in (
        (180_000_000, 150_000_000),
        (240_000_000, 200_000_000),
        (360_000_000, 300_000_000),
    ):
        lines = deposit_lines(order, gross_minor, vat_added=True)
        assert isinstance(lines, tuple)
        deposit = sum_up(lines, vat_added=True)
        assert (deposit.vat[0].net_minor, deposit.total_minor) == (net_minor, gross_minor)
        order = OpenOrder(
            order=placed, seq=1, placed_at=NOON, vat_added=True, paid_minor=order.paid_minor + gross_minor,
            deposits_minor={2_000: order.deposits_minor.get(2_000, 0) + net_minor},
        )  # fmt: skip
    rest = sum_up([goods, *deposits_used(order)], vat_added=True)
    (left,) = rest.vat
    assert (left.net_minor, left.vat_minor, left.gross_minor) == (250_000_000, 50_000_000, 300_000_000)


def test_uk_schedule_10b_a_multi_purpose_voucher_bears_tax_only_when_goods_are_bought_with_it() -> None:
    """VAT Act 1994 (UK), schedule 10B, paragraph 8: with the tax, the supply is worth the face value that pays for it.

    Source: https://www.legislation.gov.uk/ukpga/1994/23/schedule/10B/paragraph/8; likewise Directive 2006/112/EC, article 30b,
    and HMRC's VAT information sheet 09/18.
    """
    voucher = SaleLine(
        sku=Sku("voucher"), name="Gift voucher", category="", quantity_milli=1_000, unit_price_minor=2_000, total_minor=2_000,
        vat_rate_bp=0, kind=LineKind.VOUCHER, reference="v",
    )  # fmt: skip
    assert [line.vat_minor for line in sum_up([voucher]).vat] == [0]
    by_voucher = Tender(method=PaymentMethod.VOUCHER, amount_minor=2_000, reference="v")
    (meal,) = split_vat([(2_000, 2_000)])
    assert isinstance(settle(meal.gross_minor, [by_voucher], MoneyRules(currency="GBP")), Settlement)
    assert (meal.net_minor, meal.vat_minor) == (1_667, 333)
    (book,) = split_vat([(0, 2_000)])
    assert book.vat_minor == 0


@pytest.mark.parametrize(
    ("total_minor", "cash_minor"),
    [(2_021, 2_020), (2_022, 2_020), (2_023, 2_025), (2_024, 2_025), (2_026, 2_025), (2_027, 2_025), (2_028, 2_030),
     (2_029, 2_030), (2_025, 2_025)],
)  # fmt: skip
def test_central_bank_of_ireland_the_total_bill_is_rounded_to_5_cent_in_cash_and_taxed_unrounded(
    total_minor: int, cash_minor: int
) -> None:
    """Central Bank of Ireland, rounding of cash transactions: only the total in cash; cards exact; tax on the unrounded amount.

    Sources: https://www.centralbank.ie/consumer-hub/rounding, and the amounts of 20.21 to 20.29 €, as told by
    https://bigredcloud.com/what-cash-rounding-will-mean-for-your-small-business.
    """
    rules = MoneyRules(currency="EUR", cash_step_minor=5)
    in_cash = settle(total_minor, [Tender(method=PaymentMethod.CASH, amount_minor=5_000)], rules)
    assert isinstance(in_cash, Settlement)
    assert (in_cash.payments[0].amount_minor, in_cash.rounding_minor) == (
        cash_minor,
        cash_minor - total_minor,
    )
    by_card = settle(total_minor, [Tender(method=PaymentMethod.CARD, amount_minor=total_minor)], rules)
    assert isinstance(by_card, Settlement)
    assert by_card.rounding_minor == 0
    assert sum(line.gross_minor for line in split_vat([(2_300, total_minor)])) == total_minor


def test_switzerland_rounds_what_is_due_to_5_rappen_and_the_tax_of_a_receipt_once() -> None:
    """Swiss practice: commercial rounding, the same method always, and final amounts in multiples of 5 Rappen.

    Source: the Swiss Federal Tax Administration as reported by https://hilfe.flexbuero.ch/article/1105/; the amounts are
    those of https://www.banana.ch/doc/zh-hans/node/10175: 7.7 % of 187.50 and 875.00 are 81.81 francs on the sum, 81.82 by
    line.
    """
    (line,) = add_vat_on([(770, 18_750), (770, 87_500)])
    assert (line.net_minor, line.vat_minor) == (106_250, 8_181)
    assert sum(add_vat_on([(770, minor)])[0].vat_minor for minor in (18_750, 87_500)) == 8_182
    assert round_to_coins(line.gross_minor, 5) == 114_430
