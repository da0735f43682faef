"""Why something is not here yet: what hubs say of it, how long that counts, and who may see it."""

import json

import pytest
from prometheus_client.parser import text_string_to_metric_families

from cloud.domain.said_progress import SaidLeg, SaidProgress
from cloud.services.receive_stream import FULL_BELOW_BYTES
from shared.host.token_file import metrics_token_in
from tests.unit.cloud.cloud_chains import market_day
from tests.unit.cloud.cloud_deployment import HandClock, client_of, enrol_hub, running_cloud, sign_in


@pytest.fixture
def clock():
    return HandClock()


@pytest.fixture
def cloud(tmp_path, clock):
    with running_cloud(tmp_path, clock) as opened:
        yield opened


@pytest.fixture
async def http(cloud):
    async with client_of(cloud) as client:
        yield client


def leg(reason="nothing-behind", behind=0, for_s=0, **more):
    return {"behind": behind, "behind_for_s": for_s, "reason": reason, "for_s": for_s, **more}


def report(to_hub, to_cloud, source="till-river", **more):
    row = {
        "source": source, "role": "till", "online": True, "name": "Riverside", "seq": 9, "behind": to_cloud["behind"],
        "progress": {"hub": to_hub, "cloud": to_cloud}, **more,
    }  # fmt: skip
    return json.dumps({"sources": [row]}).encode()


async def fleet_after(http, hub, body):
    assert (await hub.post(http, "/api/v1/presence", body)).is_success
    return (await http.get("/api/dashboard/fleet")).json()["sources"]


async def test_a_till_that_is_connected_while_nothing_arrives_is_told_as_an_alarm(cloud, http, clock):
    hub = enrol_hub(cloud)
    await sign_in(cloud, http)
    (row,) = await fleet_after(http, hub, report(leg("stalled", 3, 360), leg()))
    assert (row["alarm"], row["leg"], row["reason"], row["reason_s"], row["behind"]) == (
        True,
        "hub",
        "stalled",
        360,
        3,
    )
    assert row["words"] == "Connected, but nothing has arrived for 6 min."
    clock.pass_s(20)
    (row,) = (await http.get("/api/dashboard/fleet")).json()["sources"]
    assert row["reason_s"] == 380, "it grows older between two reports"
    (row,) = await fleet_after(http, hub, report(leg(), leg()))
    assert (row["alarm"], row["behind"], row["words"]) == (False, 0, "Everything is here.")


async def test_what_is_behind_counts_both_ways_and_the_alarm_is_told_first(cloud, http):
    hub = enrol_hub(cloud)
    await sign_in(cloud, http)
    body = report(leg("on-the-way", 2, 5), leg("refused", 4, 90, words="an older copy", remedy="Repair it."))
    (row,) = await fleet_after(http, hub, body)
    assert (row["behind"], row["behind_s"], row["leg"], row["reason"]) == (6, 90, "cloud", "refused")
    assert (row["told"], row["remedy"]) == ("an older copy", "Repair it.")
    assert row["words"] == "What it has is not taken. Repair it."


async def test_a_silent_hubs_word_counts_no_longer(cloud, http, clock):
    hub = enrol_hub(cloud)
    await sign_in(cloud, http)
    await fleet_after(http, hub, report(leg("stalled", 3, 360), leg()))
    clock.pass_s(31)
    (row,) = (await http.get("/api/dashboard/fleet")).json()["sources"]
    assert (row["alarm"], row["online"], row["reason"], row["leg"]) == (
        False,
        False,
        "not-connected",
        "cloud",
    )


async def test_an_older_hub_and_a_newer_ones_unknown_reasons_are_taken_as_they_can_be(cloud, http):
    hub = enrol_hub(cloud)
    await sign_in(cloud, http)
    old = b'{"sources":[{"source":"till-river","role":"till","online":true,"seq":2,"behind":2}]}'
    (row,) = await fleet_after(http, hub, old)
    assert (row["behind"], row["reason"], row["alarm"]) == (2, "on-the-way", False)
    (row,) = await fleet_after(http, hub, report(leg("waits-for-the-moon", 1), leg()))
    assert (row["behind"], row["reason"], row["alarm"]) == (1, "on-the-way", False)
    wrong = await hub.post(http, "/api/v1/presence", report(leg("stalled", -1), leg()))
    assert (wrong.status_code, wrong.json()["message"].startswith("The field sources.0.progress.hub.behind")) == (
        422, True,
    )  # fmt: skip


async def test_one_tenant_sees_nothing_of_another_and_the_operator_sees_all(cloud, http, tmp_path):
    ours, theirs = enrol_hub(cloud), enrol_hub(cloud, "hub-theirs", tenant="others")
    await sign_in(cloud, http)
    await fleet_after(http, ours, report(leg("stalled", 3, 360), leg()))
    rows = await fleet_after(http, theirs, report(leg("stalled", 3, 360), leg(), source="till-secret"))
    assert [row["source"] for row in rows] == ["till-river"]
    assert (await http.get("/metrics")).status_code == 401, "a person's session is no operator's token"
    assert (await http.get("/api/status")).status_code == 401
    token = metrics_token_in(tmp_path / "cloud").give()
    answer = await http.get("/metrics", headers={"Authorization": f"Bearer {token}"})
    samples = {
        (sample.name, sample.labels.get("tenant"), sample.labels.get("source")): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }
    assert samples["stallholder_cloud_stalled", "demo", "till-river"] == 1
    assert samples["stallholder_cloud_stalled", "others", "till-secret"] == 1
    assert samples["stallholder_cloud_entries_behind", "demo", "till-river"] == 3


async def test_batches_are_counted_and_timed(cloud, http, tmp_path):
    hub = enrol_hub(cloud)
    chain = market_day(2)
    for _ in range(2):
        await hub.send(http, chain.source, chain.batch())
    tally = cloud.doors.receiver.tally
    assert (tally.messages, tally.entries, tally.commits.buckets()[-1][1]) == (
        2, len(chain.lines), 2,
    )  # fmt: skip


async def test_a_cloud_whose_disk_is_full_says_so_with_its_answers(cloud, http):
    hub = enrol_hub(cloud)
    chain = market_day(2)
    answer = await hub.send(http, chain.source, chain.batch())
    assert "standing" not in answer

    class FullDisk:
        def free_bytes(self):
            return FULL_BELOW_BYTES - 1

    object.__setattr__(cloud.doors.receiver, "disk", FullDisk())
    answer = await hub.send(http, chain.source, chain.batch())
    assert answer["standing"] == {"full": True}


def test_of_several_ways_one_with_an_alarm_is_told_then_one_that_is_behind():
    fine = SaidLeg(behind=0, behind_for_s=0, reason="nothing-behind", for_s=0)
    under_way = SaidLeg(behind=1, behind_for_s=3, reason="on-the-way", for_s=3)
    stalled = SaidLeg(behind=1, behind_for_s=300, reason="stalled", for_s=300)
    assert SaidProgress(hub=under_way, cloud=stalled).telling == ("cloud", stalled)
    assert SaidProgress(hub=fine, cloud=under_way).telling == ("cloud", under_way)
    assert SaidProgress(hub=fine, cloud=fine).telling == ("hub", fine)
    assert SaidProgress().telling is None
