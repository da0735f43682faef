"""Any row of sales, repeats, faults and restarts, against a plain list: what was confirmed is there once, in order."""

import contextlib
from random import Random

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from device.adapters.ledger.errors import LedgerError, LedgerFull
from shared.entry import hash_line, parse_entry
from shared.events.event import read_event
from shared.verify.verify import verify_segments
from tests.crash.market_day import decide_sale, open_ledger, receipt_id_of, segments_on
from tests.crash.simulated_disk import Fault, Outcome, PowerCutError, SimulatedDisk


class LedgerAgainstAModel(RuleBasedStateMachine):
    """`confirmed` is the model; `unsure` are sales without an answer, which may be there or not."""

    @initialize(seed=st.integers(0, 2**16))
    def begin(self, seed: int) -> None:
        self.disk = SimulatedDisk(Random(seed))
        self.confirmed: list[str] = []
        self.unsure: set[str] = set()
        self.count = 0
        self.ledger = open_ledger(self.disk, Random(seed))

    @rule(count=st.integers(1, 9))
    def sell(self, count: int) -> None:
        for _ in range(count):
            self.count += 1
            self._sell(f"sale-{self.count}")

    @rule(which=st.integers(0, 2**16))
    def sell_again_under_the_same_id(self, which: int) -> None:
        """Drawn without regard to how many there are: with threads about, a fault may hit one sale more or less."""
        if not self.confirmed:
            return
        sale_id = self.confirmed[which % len(self.confirmed)]
        assert self.ledger.append_blocking(lambda sold: decide_sale(sold, sale_id)) == "known"

    @rule(fault=st.sampled_from(Fault), after=st.integers(1, 12), outcome=st.sampled_from(Outcome))
    def something_happens_while_selling(self, fault: Fault, after: int, outcome: Outcome) -> None:
        self.disk.faults[self.disk.operations + after] = fault
        for _ in range(8):
            self.count += 1
            self._sell(f"sale-{self.count}")
        self.disk.faults.clear()
        self._start_again(outcome)

    @rule(room_bytes=st.integers(0, 4_000))
    def the_disk_is_full_for_a_while(self, room_bytes: int) -> None:
        self.disk.room_bytes = room_bytes
        for _ in range(6):
            self.count += 1
            self._sell(f"sale-{self.count}")
        self.disk.room_bytes = None

    @rule(outcome=st.sampled_from(Outcome))
    def the_power_goes(self, outcome: Outcome) -> None:
        self._start_again(outcome)

    @rule()
    def the_till_is_restarted_in_good_order(self) -> None:
        self.ledger.close()
        self.disk.end_process()
        self.ledger = open_ledger(self.disk, Random(0))

    @invariant()
    def every_confirmed_sale_is_there_once_and_nothing_else(self) -> None:
        lines = self.ledger.read_lines(1, self.ledger.head.seq)
        events = [read_event(parse_entry(line)) for line in lines]
        sold = [receipt_id for event in events if (receipt_id := receipt_id_of(event))]
        assert len(sold) == len(set(sold))
        assert set(self.confirmed) <= set(sold) <= set(self.confirmed) | self.unsure
        assert self.ledger.state == frozenset(sold)
        assert self.ledger.head.hash == hash_line(lines[-1])
        assert all(self.ledger.find_sale(sale_id) is not None for sale_id in self.confirmed)

    def teardown(self) -> None:
        self.ledger.close()
        assert verify_segments(segments_on(self.disk)).problem is None

    def _sell(self, sale_id: str) -> None:
        try:
            self.ledger.append_blocking(lambda sold: decide_sale(sold, sale_id))
        except LedgerFull:
            return  # refused for good: it must not be there
        except (LedgerError, PowerCutError):
            self.unsure.add(sale_id)
        else:
            self.confirmed.append(sale_id)

    def _start_again(self, outcome: Outcome) -> None:
        self.disk.without_power = True
        with contextlib.suppress(PowerCutError):
            self.ledger.close()
        self.disk.power_cut(outcome)
        self.ledger = open_ledger(self.disk, Random(0))


TestLedgerAgainstAModel = LedgerAgainstAModel.TestCase
TestLedgerAgainstAModel.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
