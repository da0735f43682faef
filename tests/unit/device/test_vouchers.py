"""Vouchers: sold, paid with, never twice; those of other tills up to a limit."""

from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from device.domain.pricing.cart import CartLine
from device.domain.pricing.payment import Tender
from device.domain.till_snapshot import dump_state, load_state
from device.domain.vouchers import CODE_BYTES, VoucherRefused, make_code, read_code
from device.services.sell import Receipt
from shared.events.sale import LineKind, PaymentMethod
from shared.ids import Sku
from shared.verify.verify import verify_lines
from tests.unit.device.stall import open_ledger, order
from tests.unit.device.test_sell import selling

CODES = st.binary(min_size=CODE_BYTES, max_size=CODE_BYTES).map(make_code)


def by_voucher(code: str, minor: int) -> Tender:
    return Tender(method=PaymentMethod.VOUCHER, amount_minor=minor, reference=code)


@given(CODES)
def test_a_code_is_read_however_it_is_typed(code: str) -> None:
    assert read_code(code) == code
    assert read_code(f" {code.lower().replace('-', ' ')} ") == code


@given(CODES, st.integers(0, 11), st.sampled_from("0123456789ABCDEFGHJKMNPQRSTVWXYZ"))
def test_one_wrong_character_is_never_another_voucher(code: str, place: int, letter: str) -> None:
    plain = code.replace("-", "")
    if plain[place] != letter:
        assert read_code(plain[:place] + letter + plain[place + 1 :]) is None


async def test_a_voucher_that_this_till_sold_pays_what_is_left_on_it_and_no_more(tmp_path: Path) -> None:
    ledger = open_ledger(tmp_path)
    sell = selling(ledger)
    line = CartLine(sku=Sku("voucher"), quantity_milli=1000, unit_price_minor=3000, kind=LineKind.VOUCHER)
    sold = await sell.sell(replace(order(1), lines=(line,)))
    assert isinstance(sold, Receipt)
    code = sold.sale.lines[0].reference
    assert read_code(code) == code
    again = await sell.sell(replace(order(1), lines=(line,)))
    assert isinstance(again, Receipt)
    assert again.sale.lines[0].reference == code

    paid = await sell.sell(replace(order(2), tenders=(by_voucher(code, 1850),)))
    assert isinstance(paid, Receipt)
    refused = await sell.sell(replace(order(3), tenders=(by_voucher(code, 1850),)))
    assert refused == VoucherRefused(code, "there is less on it", 1150)
    rest = Tender(method=PaymentMethod.CASH, amount_minor=700)
    assert isinstance(await sell.sell(replace(order(3), tenders=(by_voucher(code, 1150), rest))), Receipt)

    state = ledger.state
    assert (
        load_state(dump_state(state)).vouchers.left_minor.get(code, -1)
        == state.vouchers.left_minor.get(code, -2)
        == 0
    )
    assert state.stock_milli.get(Sku("voucher"), 0) == 0
    assert verify_lines(ledger.read_lines(1, ledger.head.seq)).problem is None
    ledger.close()


async def test_a_voucher_of_another_till_pays_up_to_the_limits_of_this_one(tmp_path: Path) -> None:
    ledger = open_ledger(tmp_path)
    sell = selling(ledger)
    code = make_code(b"another")
    assert isinstance(
        await sell.sell(replace(order(1, lines=(("bowl", 2000),)), tenders=(by_voucher(code, 3700),))),
        Receipt,
    )
    refused = await sell.sell(replace(order(2), tenders=(by_voucher(code, 1850),)))
    assert isinstance(refused, VoucherRefused)
    assert refused.left_minor == 5_000 - 3_700
    ledger.close()
