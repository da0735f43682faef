"""The safeguards of sync, each taken away once, and the simulation that must catch it. `make mutants` runs them."""

import logging

from tests.mutants.mutant import Family, Mutant

SOME, SEEDS = 40, 200
_SENDER, _RECEIVER = "shared.sync.sender", "shared.sync.receiver"
_TILL, _HEAR, _RECEIVE = "device.services.sync", "hub.services.hear", "hub.services.receive_entries"
_FORWARD, _ANEW, _CLOUD = "hub.services.forward", "hub.services.begin_anew", "cloud.services.receive_stream"

MUTANTS = (
    Mutant("entries that are held already are taken again", _RECEIVER,
           "tuple(item for item in received if item.seq > held.seq)", "tuple(received)"),
    Mutant("a gap is not noticed", _RECEIVER, "    if first_seq > held.seq + 1:", "    if False:"),
    Mutant("the chain is not followed", _RECEIVER,
           "if item.entry is not None and item.entry.prev != head.hash:", "if False:"),
    Mutant("a greeting is not compared with what is held", _RECEIVER,
           "return Forked(seq, f\"entry {seq} has another hash here\") if ours not in (None, their_hash) else None", "return None"),
    Mutant("damage on the way is not noticed", _RECEIVER, "if lines and hash_line(lines[-1]) != message[\"last_hash\"]:", "if False:"),
    Mutant("silence is not followed by sending again", _SENDER,
           "self._send_again(self.receiver_seq + 1, now_ms)", "self._send_again(self._next_seq, now_ms)"),
    Mutant("a receiver that was restored is not rewound to", _SENDER,
           "self._send_again(receiver_seq + 1, now_ms))", "self._send_again(max(receiver_seq + 1, self._next_seq), now_ms))"),
    Mutant("a request for what is missing is not answered", _SENDER,
           "self._send_again(min(next_seq, self._next_seq), now_ms)", "self._send_again(max(next_seq, self._next_seq), now_ms)"),
    Mutant("a receiver that refused is never greeted again", _SENDER, " or self.state is SenderState.REFUSED else ()", " else ()"),
    Mutant("the window has no end", _SENDER,
           "min(self.head.seq, self.receiver_seq + self._limits.window_entries)", "self.head.seq"),
    Mutant("an older copy is not noticed by its own till", _SENDER, "        if receiver_seq > self.head.seq:", "        if False:"),
    Mutant("an answer about another ledger is believed", _SENDER,
           "        if message.get(\"epoch\") != self._epoch:\n            return ()\n", ""),
    Mutant("a welcome to an earlier greeting is believed", _SENDER,
           "case \"welcome\" if message[\"session\"] == self._session:", "case \"welcome\":"),
    Mutant("the marks of a quiet hub are never asked again", _TILL, "        return self._sender.look_again()", "        return ()"),
    Mutant("the till shows as delivered what it has sent", _TILL,
           "hub_seq=hub_seq, cloud_seq=cloud_seq)", "hub_seq=self._ledger.head.seq, cloud_seq=cloud_seq)"),
    Mutant("an answer that cannot be read ends the till's sync", _TILL,
           "        except WireError as error:\n", "        except KeyError as error:\n"),
    Mutant("the hub answers before it has committed", _HEAR,
           "await self.house.decide(lambda desk: [self._decide(desk, one) for one in heard])",
           "await self.house.store.read(lambda uow: [self._decide(self.house.desk(uow), one) for one in heard])"),
    Mutant("the hub acknowledges what it does not keep", _RECEIVE,
           "            _accept(desk, stream, verdict)\n", ""),
    Mutant("a quarantine is not kept", _RECEIVE,
           "    desk.uow.streams.save(replace(stream, quarantine=forked.reason))\n", ""),
    Mutant("a chain under quarantine goes on", _RECEIVE, "    if stream.quarantine:", "    if False:"),
    Mutant("the evidence of a fork is not kept", _RECEIVE, "    desk.uow.refusals.set_aside(aside)\n", ""),
    Mutant("the hub counts a sale for each time it came", _RECEIVE,
           "    desk.uow.streams.save(replace(stream, head=accepted.head, sales=sales,",
           "    desk.uow.streams.save(replace(stream, head=accepted.head, sales=sales + len(accepted.lines),"),
    Mutant("one broken message holds up all others", _HEAR,
           "            consequences = [await self._hear_alone(one) for one in heard]", "            raise"),
    Mutant("the cloud's mark is kept before the cloud has it", _FORWARD,
           "await self._marks.keep_mark(stream.key, receiver_seq)", "await self._marks.keep_mark(stream.key, stream.head.seq)"),
    Mutant("a cloud that was away is not greeted again", _FORWARD,
           "            sender.disconnected()\n        if self.view", "            pass\n        if self.view"),
    Mutant("the mark of a quiet chain is never asked again", _FORWARD, "        return sender.look_again()", "        return ()"),
    Mutant("a chain that the cloud refused is never offered again", _FORWARD,
           "if now_ms < self._refused_until_ms.get(stream.key, 0) and not self._has_regained(stream):",
           "if stream.key in self._refused_until_ms:"),
    Mutant("a hub restored from a backup goes on with its own chain", _FORWARD,
           "if await self._house.decide(lambda desk: begin_anew(desk, stream.key)):", "if False:"),
    Mutant("a hub begins anew under its old name", _ANEW, "    open_chain(desk, opened)\n", ""),
    Mutant("the cloud acknowledges what it does not keep", _CLOUD,
           "                    held.append(verdict.lines, verdict.head, contribution, at_ms=self.clock.now_ms())\n", ""),
    Mutant("the cloud says that it holds what it is offered", _CLOUD,
           "stream, head, head.seq)", "stream, type(head)(int(str(payload.message[\"head_seq\"])), \"\"), head.seq)"),
)  # fmt: skip


def prove() -> str | None:
    """Run some schedules, the machines' own trials, then more schedules; return what broke, or None if nothing did."""
    from tests.simulation.schedule import run_many  # noqa: PLC0415 - only now, so that the changed module is imported

    logging.disable(logging.CRITICAL)
    try:
        run_many(range(SOME))
        if _machines_fail():
            return "the machines' own trials"
        run_many(range(SOME, SEEDS))
    except Exception as error:  # noqa: BLE001 - whatever breaks, it was noticed
        return str(error) or type(error).__name__
    return None


def _machines_fail() -> bool:
    import pytest  # noqa: PLC0415 - as above

    quiet = ["-q", "-x", "-p", "no:cacheprovider", "-p", "no:terminal"]
    return bool(pytest.main([*quiet, "tests/unit/shared/test_sync_machines.py"]))


SYNC = Family(title="Sync", mutants=MUTANTS, prove=prove)
