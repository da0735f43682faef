"""Vouchers: sold, paid with, never twice; those of other tills once, up to a limit, and never by a code that somebody made up."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.adapters.ledger.ledger import JournalLedger
from device.domain.documents import Accepted, Documents
from device.domain.limits import Limits
from device.domain.pricing.cart import CartLine
from device.domain.pricing.payment import BadTender, Tender
from device.domain.refund import RefundOrder
from device.domain.refund_decision import RefundTerms, decide_refund
from device.domain.sale import SaleOrder
from device.domain.till_snapshot import dump_state, load_state
from device.domain.till_state import TillState
from device.domain.voucher_code import draw_code, grouped, id_of_code, is_checked, read_code
from device.domain.vouchers import VoucherRefused
from device.services.sell import Receipt, Sell
from shared.documents import EVERYONE, Document, DocumentKind, SettingsContent
from shared.events.event import read_event
from shared.events.sale import LineKind, OriginalReceipt, PaymentMethod, SaleRefunded
from shared.ids import Sku
from shared.verify.verify import verify_lines
from tests.fakes import NOON, FakeClock, FakeRandomness, MemoryDocuments, MemorySettings, PlainSealer
from tests.unit.device.stall import CATALOGUE, SETTINGS, assortment_of, open_ledger, order

KEY = "what all tills of the deployment share"
CODES = st.integers(0, 10**6).map(lambda number: draw_code(b"k" * 32, KEY, f"sale {number}", 0))
VOUCHER = CartLine(sku=Sku("voucher"), quantity_milli=1000, unit_price_minor=3000, kind=LineKind.VOUCHER)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[JournalLedger[TillState]]:
    ledger = open_ledger(tmp_path)
    yield ledger
    ledger.close()


def selling(ledger: JournalLedger[TillState], voucher_key: str = "") -> Sell:
    content = SettingsContent(voucher_key=voucher_key)
    document = Document(
        kind=DocumentKind.SETTINGS,
        tenant="demo",
        scope=EVERYONE,
        version=1,
        issued_at="",
        content=content,
        hash="",
    )
    documents = MemoryDocuments(Documents().with_accepted(Accepted(document=document, accepted_at=NOON)))
    return Sell(ledger=ledger, settings=MemorySettings(SETTINGS), assortment=assortment_of(ledger, documents),
                clock=FakeClock(), randomness=FakeRandomness(), sealer=PlainSealer(), membership=None, currency="EUR")  # fmt: skip


def paid_by(number: int, code: str, minor: int | None, *more: Tender, bowls: int = 1) -> SaleOrder:
    by_voucher = Tender(method=PaymentMethod.VOUCHER, amount_minor=minor, reference=code)
    return replace(order(number, lines=(("bowl", bowls * 1000),)), tenders=(by_voucher, *more))


@given(CODES)
def test_a_code_is_read_however_it_is_typed(code: str) -> None:
    assert read_code(code) == read_code(grouped(code)) == code
    assert (
        read_code(f" {grouped(code).lower().replace('-', ' ').replace('0', 'o').replace('1', 'l')} ") == code
    )


@given(CODES, st.integers(0, 12), st.sampled_from("0123456789ABCDEFGHJKMNPQRSTVWXYZ"))
def test_a_code_with_one_wrong_sign_is_another_voucher_and_hardly_ever_a_good_one(
    code: str, place: int, sign: str
) -> None:
    wrong = code[:place] + sign + code[place + 1 :]
    assert (id_of_code(wrong) == id_of_code(code)) == (wrong == code)


def test_of_a_thousand_codes_that_were_made_up_none_has_the_check_of_a_key_that_their_maker_lacks() -> None:
    made_up = [draw_code(b"x" * 32, "another key", f"sale {number}", 0) for number in range(1000)]
    assert sum(is_checked(KEY, code) for code in made_up) == 0


async def test_a_voucher_that_this_till_sold_pays_what_is_left_on_it_and_no_more(
    ledger: JournalLedger[TillState],
) -> None:
    sell = selling(ledger)
    sold = await sell.sell(replace(order(1), lines=(VOUCHER,)))
    assert isinstance(sold, Receipt)
    code = sold.vouchers[0].code
    again = await sell.sell(replace(order(1), lines=(VOUCHER,)))
    assert isinstance(again, Receipt)
    assert again.vouchers == sold.vouchers

    assert isinstance(await sell.sell(paid_by(2, code, 1850)), Receipt)
    refused = await sell.sell(paid_by(3, code, 1850))
    assert isinstance(refused, VoucherRefused)
    assert refused.left_minor == 1150
    rest = await sell.sell(paid_by(3, code, None, Tender(method=PaymentMethod.CASH)))
    assert isinstance(rest, Receipt)
    assert [paid.amount_minor for paid in rest.sale.payments] == [1150, 700]
    for minor in (1, None):
        empty = await sell.sell(paid_by(4, code, minor, Tender(method=PaymentMethod.CASH)))
        assert isinstance(empty, VoucherRefused)

    state = ledger.state
    assert dump_state(load_state(dump_state(state))) == dump_state(state)
    assert state.stock_milli.get(Sku("voucher"), 0) == 0
    assert verify_lines(ledger.read_lines(1, ledger.head.seq)).problem is None


async def test_the_ledger_says_of_a_voucher_nothing_that_could_be_spent(
    ledger: JournalLedger[TillState],
) -> None:
    sold = await selling(ledger).sell(replace(order(1), lines=(VOUCHER,)))
    assert isinstance(sold, Receipt)
    plain = sold.vouchers[0].code.replace("-", "")
    lines = b"".join(ledger.read_lines(1, ledger.head.seq)).decode()
    assert plain not in lines
    assert sold.vouchers[0].code not in lines


async def test_a_voucher_of_another_till_pays_once_and_up_to_the_limit_where_its_code_is_the_deployments(
    ledger: JournalLedger[TillState],
) -> None:
    sell = selling(ledger, KEY)
    codes = [draw_code(b"other till's key", KEY, f"sale {number}", 0) for number in range(9)]
    first = await sell.sell(paid_by(1, codes[0], None, Tender(method=PaymentMethod.CASH), bowls=3))
    assert isinstance(first, Receipt)
    assert [paid.amount_minor for paid in first.sale.payments] == [5000, 550]
    again = await sell.sell(paid_by(2, codes[0], 1850))
    assert isinstance(again, VoucherRefused)
    assert again.left_minor == 0
    for number, code in enumerate(codes[1:4], start=3):
        assert isinstance(
            await sell.sell(paid_by(number, code, 5000, Tender(method=PaymentMethod.CASH), bowls=3)), Receipt
        )
    beyond = await sell.sell(paid_by(8, codes[5], 1850))
    assert isinstance(beyond, VoucherRefused)  # 200.00 in one cash session


async def test_what_a_voucher_of_another_till_paid_in_a_sale_that_is_undone_counts_for_no_limit(
    ledger: JournalLedger[TillState],
) -> None:
    sell = selling(ledger, KEY)
    for number in range(1, 6):
        code = draw_code(b"other till's key", KEY, f"sale {number}", 0)
        sold = await sell.sell(paid_by(number, code, 5000, Tender(method=PaymentMethod.CASH), bowls=3))
        assert isinstance(sold, Receipt), number
        assert isinstance(await undone(ledger, sold), SaleRefunded)
    assert ledger.state.vouchers.session_minor == 0


async def undone(ledger: JournalLedger[TillState], sold: Receipt) -> object:
    stream = ledger.stream
    original = OriginalReceipt(
        source=stream.source, epoch=stream.epoch, receipt_number=sold.sale.receipt_number
    )
    undo = RefundOrder(refund_id=f"undo {sold.sale.sale_id}", original=original, lines=(), void=True, reason="wrong",
                       method=PaymentMethod.CASH, cashier="Mira")  # fmt: skip
    terms = RefundTerms(catalogue=CATALOGUE, limits=Limits(), currency="EUR")

    def decide(state: TillState) -> tuple[SaleRefunded, ...]:
        made = decide_refund(state, undo, sold.sale, terms, None)
        assert isinstance(made, SaleRefunded)
        return (made,)

    (entry,) = await ledger.append(decide)
    return read_event(entry)


async def test_a_code_that_somebody_made_up_pays_nothing(ledger: JournalLedger[TillState]) -> None:
    sell = selling(ledger, KEY)
    made_up = await sell.sell(paid_by(1, draw_code(b"x", "guessed", "sale", 0), 1850))
    assert isinstance(made_up, VoucherRefused)
    without_key = selling(ledger)
    of_other = await without_key.sell(paid_by(2, draw_code(b"x", KEY, "sale", 0), 1850))
    assert isinstance(of_other, VoucherRefused)
    assert isinstance(await sell.sell(paid_by(3, "no code", 1850)), BadTender)
