"""What a hub reports is what the cloud takes, whatever a till says of itself; and what is not taken stops nothing else."""

import json

import pytest

from cloud.adapters.http.devices import PresenceBody
from hub.domain.device import Device, DeviceRole
from hub.domain.errors import CloudUnreachableError
from shared.sync.standing import WORDS_MAX
from shared.wire import topics
from shared.wire.messages import make
from tests.unit.hub.bench import NOON, TILL, Bench, TillLedger


@pytest.fixture
def bench(tmp_path):
    made = Bench(tmp_path / "hub.sqlite")
    till = Device(device=TILL, role=DeviceRole.TILL, public_key="k", certificate={}, enrolled_at=NOON)
    made.do(lambda desk: desk.uow.devices.save(till))
    yield made
    made.store.close()


def taken(bench):
    """Read the last report as the cloud reads it: what is wrong with one source would lose them all."""
    body = PresenceBody.model_validate_json(json.dumps({"sources": bench.cloud.presences[-1]}))
    return {str(row.source): row for row in body.sources}


async def test_wild_words_of_one_till_do_not_spoil_the_report_about_all(bench):
    await bench.hear(TILL, topics.STATE, make("birth", session="b", software="t", name="Dock \ud800"))
    await bench.hear(TILL, topics.ENTRIES, TillLedger().hello() | {"head_seq": 10**30, "session": "b"})
    await bench.hear(
        TILL,
        topics.ENTRIES,
        make("documents-held", epoch="k7f3q2", held={"prices/\ud800": 1, "model/a": 10**30}),
    )

    await bench.forwarding.forward_once()

    row = taken(bench)[TILL]
    assert (row.name, row.online) == ("Dock ?", True)
    assert row.progress is not None


async def test_a_long_refusal_of_the_cloud_is_reported_as_far_as_the_report_takes_it(bench):
    ledger = TillLedger()
    await bench.hear_entries(ledger)
    refused = bench.cloud.entries

    async def refuse(source, message, lines):
        if source == TILL:
            raise CloudUnreachableError("it said 400: " + "x" * 2_000, answered=True)
        return await refused(source, message, lines)

    bench.cloud.entries = refuse
    await bench.forwarding.forward_once()

    row = taken(bench)[TILL]
    assert row.progress is not None
    assert row.progress.cloud is not None
    assert row.progress.cloud.reason == "refused"
    assert len(row.progress.cloud.words) == WORDS_MAX


async def test_a_report_that_the_cloud_does_not_take_stops_neither_the_chains_nor_the_documents(bench):
    async def refuse(_sources):
        raise CloudUnreachableError("it said 422: the report is nonsense", answered=True)

    bench.cloud.presence = refuse
    ledger = TillLedger()
    await bench.hear_entries(ledger)
    await bench.forwarding.forward_once()
    ledger.sell()
    await bench.hear_entries(ledger, first_seq=2)
    asked = bench.cloud.asked

    await bench.forwarding.forward_once()

    assert bench.cloud.chains[(TILL, "k7f3q2")] == [one.line for one in ledger.entries]
    assert bench.cloud.asked == asked, "no chain is greeted anew"
    assert bench.fetching._looked_ms is not None, "documents were asked for"
