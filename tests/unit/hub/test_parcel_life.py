"""A parcel through anything that can happen to it, in any order: no door opens that should not."""

import shutil
from pathlib import Path
from tempfile import mkdtemp

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from hub.domain.parcel import ParcelState
from hub.services.answer_door import answer_door, door_moved, settle_after_restart
from hub.services.collect import CollectAllowed, CollectRefusal, begin_collect
from hub.services.deposit import DepositAllowed, begin_deposit
from hub.services.promise_parcel import promise_parcel
from hub.services.renew_code import NewCode, renew_code
from hub.services.resolve import Decision, Resolved, resolve
from hub.services.take_back import TakeBackAllowed, begin_take_back
from shared.events.event import read_event
from shared.ids import ParcelId
from shared.wire.pickup_code import parse_code
from tests.unit.hub.bench import SECRET, Bench, TillLedger

PARCEL = ParcelId("parcel-1")


class ParcelLife(RuleBasedStateMachine):
    """What is allowed is worked out here anew, from what happened; the hub must never allow more."""

    @initialize()
    def promise(self):
        self.folder = Path(mkdtemp(prefix="stallholder-life-"))
        self.bench = Bench(self.folder / "hub.sqlite")
        ledger = TillLedger()
        ledger.sell_for_pickup()
        sale = read_event(ledger.entries[-1])
        self.bench.do(lambda desk: promise_parcel(desk, ledger.entries[-1], sale, sale.pickup))
        self.code, self.void_codes, self.misses = (407, SECRET), [], 0
        self.inside = False
        self.pending = None
        self.given = []

    def teardown(self):
        self.bench.store.close()
        shutil.rmtree(self.folder)

    def parcel(self):
        return self.bench.look(lambda uow: uow.parcels.find(PARCEL))

    def type_code(self, code, *, ready=True):
        number, secret = code
        decision = self.bench.do(lambda desk: begin_collect(desk, number, secret, lambda board: ready))
        if isinstance(decision, CollectAllowed):
            assert code == self.code, "a door opens for a wrong or void code"
            assert self.misses < 5, "a door opens for a locked code"
            assert self.inside, "a door opens for a parcel that is not there"
            assert ready, "a door is told to open while its board is away"
            assert self.pending is None, "a second command while the first is unanswered"
            assert decision.command.command_id not in self.given, "a command id is used again"
            self.given.append(decision.command.command_id)
            self.pending = decision.command
        elif code != self.code and decision is CollectRefusal.WRONG_CODE:
            self.misses += code[0] == self.code[0]
        elif decision is CollectRefusal.LOCKED:
            self.misses = 5
        return decision

    @rule()
    def staff_lays_it_in(self):
        decision = self.bench.do(lambda desk: begin_deposit(desk, PARCEL))
        if isinstance(decision, DepositAllowed):
            assert not self.inside
            self.bench.do(lambda desk: answer_door(desk, decision.command.command_id, "opened", ""))
            assert not self.bench.do(lambda desk: door_moved(desk, decision.command.place, "open"))
            assert self.bench.do(lambda desk: door_moved(desk, decision.command.place, "shut"))
            self.inside = True

    @rule()
    def a_deposit_door_jams(self):
        decision = self.bench.do(lambda desk: begin_deposit(desk, PARCEL))
        if isinstance(decision, DepositAllowed):
            self.bench.do(lambda desk: answer_door(desk, decision.command.command_id, "jammed", ""))
            assert not self.bench.do(lambda desk: door_moved(desk, decision.command.place, "shut"))

    @rule(outcome=st.sampled_from(["opened", "jammed"]))
    def the_stall_takes_it_back(self, outcome):
        decision = self.bench.do(lambda desk: begin_take_back(desk, PARCEL))
        if isinstance(decision, TakeBackAllowed):
            assert self.inside, "a door opens to take back what is not there"
            assert self.pending is None, "a second command while the first is unanswered"
            self.bench.do(lambda desk: answer_door(desk, decision.command.command_id, outcome, ""))
            self.bench.do(lambda desk: door_moved(desk, decision.command.place, "shut"))
            self.inside = outcome == "jammed"
            assert self.parcel().state is (ParcelState.DEPOSITED if self.inside else ParcelState.EXPIRED)

    @rule(ready=st.booleans())
    def the_customer_types_the_code(self, ready):
        self.type_code(self.code, ready=ready)

    @rule(off=st.integers(1, 999_999))
    def somebody_guesses(self, off):
        guess = (self.code[0], (self.code[1] + off) % 1_000_000)
        decision = self.type_code(guess)
        assert not isinstance(decision, CollectAllowed)

    @precondition(lambda self: self.void_codes)
    @rule(data=st.data())
    def an_old_code_is_tried(self, data):
        self.type_code(data.draw(st.sampled_from(self.void_codes)))

    @precondition(lambda self: self.pending is not None)
    @rule(outcome=st.sampled_from(["opened", "already-open", "jammed", "refused"]))
    def the_board_answers_twice(self, outcome):
        command_id = self.pending.command_id
        for _ in range(2):
            self.bench.do(lambda desk: answer_door(desk, command_id, outcome, ""))
        if outcome in {"opened", "already-open"}:
            self.inside = False
            assert self.parcel().state is ParcelState.COLLECTED
        self.pending = None

    @precondition(lambda self: self.pending is not None)
    @rule()
    def the_hub_is_killed_and_comes_back(self):
        self.bench.restart()
        self.bench.do(settle_after_restart)
        assert self.parcel().state is ParcelState.OPENING

    @precondition(lambda self: self.pending is not None)
    @rule(decision=st.sampled_from(Decision))
    def staff_looks(self, decision):
        if self.bench.do(lambda desk: resolve(desk, PARCEL, decision)) is Resolved.DONE:
            self.inside = decision is Decision.STILL_INSIDE
            self.pending = None

    @rule()
    def staff_renews_the_code(self):
        renewed = self.bench.do(lambda desk: renew_code(desk, PARCEL))
        if isinstance(renewed, NewCode):
            self.void_codes.append(self.code)
            self.code, self.misses = parse_code(renewed.code), 0

    @invariant()
    def one_parcel_is_collected_at_most_once(self):
        if hasattr(self, "bench"):
            assert self.bench.own_kinds().count("ParcelCollected") <= 1


ParcelLife.TestCase.settings = settings(
    max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
)
TestParcelLife = ParcelLife.TestCase
