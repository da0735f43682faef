"""A customer's own words: in the ledger only as a box, shown on the receipt, gone for good when they are forgotten."""

from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from device.adapters.ledger.customer_keys import CustomerKeys
from device.domain.customer import Customer
from device.services.sell import Receipt
from tests.crash.simulated_disk import Fault, Outcome, PowerCutError, SimulatedDisk
from tests.unit.device.stall import open_ledger, order
from tests.unit.device.test_sell import selling

ZOFIA = Customer(
    customer_id="0197f3a2-0000-7000-8000-00000000000a",
    name="Zofia Öllinger",
    phone="+49 151 000",
    note="cobalt",
)


@pytest.fixture
def keys(tmp_path: Path) -> CustomerKeys:
    return CustomerKeys(tmp_path / "customers.journal", Random(1).randbytes)


async def test_the_ledger_holds_a_box_the_receipt_shows_the_words_and_forgetting_ends_both(
    keys: CustomerKeys, tmp_path: Path
) -> None:
    ledger = open_ledger(tmp_path / "ledger")
    sell = selling(ledger)
    sell._concealer = keys
    sold = await sell.sell(replace(order(1), customer=ZOFIA))
    assert isinstance(sold, Receipt)
    assert sold.customer == ZOFIA
    assert all(word.encode() not in sold.entry.line for word in ("Zofia", "Öllinger", "151 000", "cobalt"))
    assert sell.find(order(1).sale_id).customer == ZOFIA  # type: ignore[union-attr]
    assert sell.forget_customer(ZOFIA.customer_id)
    again = sell.find(order(1).sale_id)
    assert again is not None
    assert (again.customer, again.sale.total_minor) == (None, sold.sale.total_minor)
    assert not sell.forget_customer(ZOFIA.customer_id)
    assert ZOFIA.customer_id.encode() not in (tmp_path / "customers.journal").read_bytes()


def test_a_box_opens_for_its_own_customer_only(keys: CustomerKeys) -> None:
    other = replace(ZOFIA, customer_id="0197f3a2-0000-7000-8000-00000000000b")
    box, others = keys.conceal(ZOFIA), keys.conceal(other)
    assert box != keys.conceal(ZOFIA), "the same words never look the same"
    assert keys.reveal(ZOFIA.customer_id, box) == ZOFIA
    assert keys.reveal(other.customer_id, box) is None
    assert keys.reveal(ZOFIA.customer_id, others) is None
    assert keys.reveal(ZOFIA.customer_id, box[:-8]) is None
    assert keys.reveal(ZOFIA.customer_id, "no box") is None


@pytest.mark.parametrize("outcome", Outcome)
def test_a_key_is_durable_before_its_box_is_handed_out_and_gone_once_it_is_forgotten(
    outcome: Outcome,
) -> None:
    path = Path("/till/customers")
    for operation in range(1, 16):
        disk = SimulatedDisk(Random(operation), {operation: Fault.POWER_CUT})
        box, forgets, forgotten = "", operation % 2 == 0, False
        with suppress(PowerCutError):
            keys = CustomerKeys(path, Random(1).randbytes, disk)
            box = keys.conceal(ZOFIA)
            forgotten = forgets and keys.forget(ZOFIA.customer_id)
            disk.faults.clear()
        disk.power_cut(outcome)
        found = CustomerKeys(path, Random(2).randbytes, disk).reveal(ZOFIA.customer_id, box)
        if forgotten:
            assert found is None
        elif box and not forgets:
            assert found == ZOFIA
