import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from device.adapters.ledger.ledger import JournalLedger
from device.domain.sale import NoPickupNumber, SaleIdReused
from device.domain.till_state import TillState
from device.services.sell import Receipt, Sell
from shared.wire.pickup_code import parse_code
from tests.fakes import MEMBERSHIP, FakeClock, FakeRandomness, MemorySettings, PlainSealer
from tests.unit.device.stall import SETTINGS, assortment_of, open_ledger, order


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[JournalLedger[TillState]]:
    ledger = open_ledger(tmp_path)
    yield ledger
    ledger.close()


def selling(ledger: JournalLedger[TillState], *, enrolled: bool = True) -> Sell:
    return Sell(
        ledger=ledger, settings=MemorySettings(SETTINGS), assortment=assortment_of(ledger), clock=FakeClock(), randomness=FakeRandomness(),
        sealer=PlainSealer(), membership=MEMBERSHIP if enrolled else None, currency="EUR",
    )  # fmt: skip


async def sold(sell: Sell, *args: object, **kwargs: object) -> Receipt:
    receipt = await sell.sell(order(*args, **kwargs))  # type: ignore[arg-type]  # passed through
    assert isinstance(receipt, Receipt)
    return receipt


async def test_a_second_post_of_the_same_sale_gives_the_same_receipt(
    ledger: JournalLedger[TillState],
) -> None:
    sell = selling(ledger)
    first = await sold(sell, 1)
    again = await sold(sell, 1)
    assert (first.is_repeat, again.is_repeat) == (False, True)
    assert (again.entry.line, again.sale) == (first.entry.line, first.sale)
    assert ledger.state.sales == 1


async def test_the_same_sale_posted_many_times_at_once_counts_once(ledger: JournalLedger[TillState]) -> None:
    sell = selling(ledger)
    receipts = await asyncio.gather(*(sold(sell, 1) for _ in range(20)))
    assert len({receipt.entry.hash for receipt in receipts}) == 1
    assert sum(not receipt.is_repeat for receipt in receipts) == 1
    assert ledger.state.sales == 1


async def test_receipt_numbers_have_no_gaps_whoever_comes_first(ledger: JournalLedger[TillState]) -> None:
    sell = selling(ledger)
    receipts = await asyncio.gather(*(sold(sell, number) for number in range(1, 31)))
    assert sorted(receipt.sale.receipt_number for receipt in receipts) == list(range(1, 31))
    assert len({receipt.sale.session_id for receipt in receipts}) == 1


async def test_the_same_id_with_other_goods_is_refused(ledger: JournalLedger[TillState]) -> None:
    sell = selling(ledger)
    await sold(sell, 1)
    other = order(1, lines=(("jam", 1000),))
    assert await sell.sell(other) == SaleIdReused(other.sale_id)


async def test_a_parcel_gets_a_number_and_the_same_code_after_a_restart(tmp_path: Path) -> None:
    ledger = open_ledger(tmp_path)
    receipt = await sold(selling(ledger), 1, collect=True)
    assert receipt.sale.pickup is not None
    assert receipt.pickup_code is not None
    number, secret = parse_code(receipt.pickup_code)
    assert number == receipt.sale.pickup.number == 407
    promise = receipt.sale.pickup
    assert promise.sealed == f"hub-key|stallholder pickup 1 {promise.parcel_id}|{secret:06d}"
    assert f"{secret:06d}".encode() not in receipt.entry.line.replace(promise.sealed.encode(), b"")
    ledger.close()
    reopened = open_ledger(tmp_path)
    assert (await sold(selling(reopened), 1, collect=True)).pickup_code == receipt.pickup_code
    reopened.close()


async def test_numbers_run_out_and_then_only_the_parcel_is_refused(ledger: JournalLedger[TillState]) -> None:
    sell = selling(ledger)
    numbers = {(await sold(sell, n, collect=True)).pickup_code for n in (1, 2)}
    assert len(numbers) == 2
    assert await sell.sell(order(3, collect=True)) == NoPickupNumber()
    await sold(sell, 3)
    assert ledger.state.sales == 3


async def test_a_till_without_a_hub_sells_and_promises_no_parcel(ledger: JournalLedger[TillState]) -> None:
    sell = selling(ledger, enrolled=False)
    assert await sell.sell(order(1, collect=True)) == NoPickupNumber()
    await sold(sell, 1)


async def test_a_refused_sale_leaves_nothing_in_the_ledger(ledger: JournalLedger[TillState]) -> None:
    sell = selling(ledger)
    head = ledger.head
    for refused in (
        order(1, lines=(("vase", 1000),)),
        order(2, tendered_minor=5),
        order(3, expected_total_minor=1),
        order(4, lines=()),
    ):
        assert not isinstance(await sell.sell(refused), Receipt)
    assert ledger.head == head


async def test_a_kept_sale_counts_at_the_prices_that_were_paid(ledger: JournalLedger[TillState]) -> None:
    receipt = await sold(
        selling(ledger), 1, kept=True, prices_minor=(1500,), tendered_minor=2000, expected_total_minor=1500
    )
    assert receipt.sale.total_minor == 1500
    assert receipt.sale.payments[0].change_minor == 500
