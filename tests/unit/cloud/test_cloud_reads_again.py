"""What an older cloud could not read counts after the update: once, to the cent, as a second count of the entries bears out."""

import base64
import json
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event

from cloud.services import read_again
from cloud.services.receive_stream import Delivery
from shared.events import event as events
from shared.events.cash import CashSessionClosed
from shared.events.parcel import CompartmentReserved, ParcelCollected, ParcelDeposited
from shared.ids import ParcelId, SourceId
from shared.sync.batch import pack
from shared.wire import messages
from shared.wire.messages import make
from tests.unit.cloud.cloud_chains import OPENING, SATURDAY, Chain, market_day, open_day, promise, sale
from tests.unit.cloud.cloud_deployment import client_of, enrol_hub, running_cloud, sign_in


class Killed(BaseException):
    """The power goes."""


@contextmanager
def a_version_that_does_not_know(*kinds: str):
    known = dict(events._ADAPTERS)
    for kind in kinds:
        del events._ADAPTERS[kind]
    try:
        yield
    finally:
        events._ADAPTERS.update(known)


@pytest.fixture
def cloud(tmp_path):
    with running_cloud(tmp_path) as opened:
        yield opened


@pytest.fixture
def hub(cloud):
    return enrol_hub(cloud)


def deliver(cloud, hub, chain: Chain, first: int = 1, last: int | None = None):
    device = cloud.doors.registry.find_device("demo", hub.device)
    payload = chain.batch(first, last)
    return cloud.doors.receiver.entries(Delivery(device=device, source=chain.source, payload=payload))


def totals(cloud) -> dict[str, tuple[int, int]]:
    return {row.source: (row.sales, row.total_minor) for row in cloud.doors.dashboards.totals("demo")}


def wrong(cloud) -> list[str]:
    """What `cloud verify` finds wrong with the figures, by its second count of the entries."""
    (report,) = cloud.verify()
    return list(report.wrong_figures)


def sum_of(chain: Chain) -> int:
    return sum(int(entry.body["total_minor"]) for entry in chain.entries if entry.kind == "SaleRecorded")


def closing(chain: Chain, sales: int, total_minor: int) -> CashSessionClosed:
    return CashSessionClosed(
        session_id=f"day-{SATURDAY}", business_date=SATURDAY, cashier="Mira", sales=sales,
        total_minor=total_minor, vat=(), cash_expected_minor=0, cash_counted_minor=0,
        head_seq=chain.head.seq, head_hash=chain.head.hash,
    )  # fmt: skip


def test_sales_that_the_version_before_did_not_know_count_once_and_the_second_count_agrees(cloud, hub):
    early, mixed = market_day(450), market_day(5, source="till-quay", epoch="quay22")
    with a_version_that_does_not_know("SaleRecorded"):
        assert deliver(cloud, hub, early)["receiver_seq"] == early.head.seq
        deliver(cloud, hub, mixed, 1, 4)
        assert totals(cloud) == {"till-harbour": (0, 0), "till-quay": (0, 0)}
        assert wrong(cloud) == []
        board = cloud.doors.letters.board("demo")
        assert {(one.source, one.what, one.count) for one in board.letters} == {
            ("till-harbour", "SaleRecorded", 450), ("till-quay", "SaleRecorded", 2),
        }  # fmt: skip
    deliver(cloud, hub, mixed, 5)
    assert wrong(cloud) == []
    (done,) = cloud.read_again()
    assert (done.entries, done.messages) == (452, 0)
    assert totals(cloud) == {"till-harbour": (450, sum_of(early)), "till-quay": (5, sum_of(mixed))}
    assert wrong(cloud) == []
    assert cloud.doors.letters.board("demo").letters == []
    assert list(cloud.read_again()) == [], "once for each version"
    early.add(sale(451, "bowl"), OPENING + timedelta(hours=9))
    deliver(cloud, hub, early, early.head.seq)
    assert totals(cloud)["till-harbour"] == (451, sum_of(early))
    (report,) = cloud.verify()
    assert report.sound


@pytest.mark.parametrize("kill_after", [1, 2, 3])
def test_a_cloud_that_is_stopped_in_the_middle_doubles_nothing_and_goes_on_next_time(
    tmp_path, monkeypatch, kill_after
):
    monkeypatch.setattr(read_again, "ENTRIES_AT_ONCE", 4)
    chain = market_day(10)
    with running_cloud(tmp_path) as cloud:
        hub = enrol_hub(cloud)
        with a_version_that_does_not_know("SaleRecorded"):
            deliver(cloud, hub, chain)
        asked = 0

        def go_on() -> bool:
            nonlocal asked
            asked += 1
            if asked > kill_after:
                raise Killed
            return True

        with pytest.raises(Killed):
            list(cloud.read_again(go_on))
        assert 0 < totals(cloud)["till-harbour"][0] <= 10
        assert wrong(cloud) == [], "whatever took effect is counted, and nothing else"
    with running_cloud(tmp_path) as cloud:
        list(cloud.read_again())
        assert totals(cloud) == {"till-harbour": (10, sum_of(chain))}
        assert wrong(cloud) == []


def test_a_cloud_that_fails_within_a_transaction_has_done_none_of_it(cloud, hub, monkeypatch):
    chain = market_day(3)
    with a_version_that_does_not_know("SaleRecorded"):
        deliver(cloud, hub, chain)
    with monkeypatch.context() as failing:

        def dies(*_: object) -> None:
            raise Killed

        failing.setattr("cloud.adapters.sql.dead_letters.add_contribution", dies)
        with pytest.raises(Killed):
            list(cloud.read_again())
    assert totals(cloud)["till-harbour"] == (0, 0)
    list(cloud.read_again())
    assert totals(cloud)["till-harbour"] == (3, sum_of(chain))
    assert wrong(cloud) == []


def test_a_parcel_that_went_on_meanwhile_does_not_go_back_when_older_news_is_read(cloud, hub):
    till, keeper = Chain(), Chain(source="hub-dock", epoch="hubaa2")
    open_day(till)
    till.add(sale(1, "bowl", pickup=promise("parcel-a")))
    till.add(sale(2, "mug", pickup=promise("parcel-b", number=8)))
    for number, parcel in ((407, "parcel-a"), (8, "parcel-b")):
        keeper.add(CompartmentReserved(parcel_id=ParcelId(parcel), till=SourceId("till-harbour"), number=number,
                                       board=SourceId("board-1"), compartment=number % 7))  # fmt: skip
    where = {"board": SourceId("board-1"), "compartment": 1}
    keeper.add(ParcelDeposited(parcel_id=ParcelId("parcel-a"), **where))
    keeper.add(ParcelCollected(parcel_id=ParcelId("parcel-a"), **where))
    with a_version_that_does_not_know("SaleRecorded", "CompartmentReserved"):
        deliver(cloud, hub, till)
        deliver(cloud, hub, keeper)
    list(cloud.read_again())
    parcels = {one.parcel_id: one for one in cloud.doors.dashboards.parcels("demo").parcels}
    a, b = parcels["parcel-a"], parcels["parcel-b"]
    assert (a.state, a.till, a.number) == ("collected", "till-harbour", 407)
    assert (b.state, b.number, b.compartment) == ("reserved", 8, 1)
    assert wrong(cloud) == []


def test_a_closing_counts_a_sale_that_cannot_be_read_yet_as_missing_until_the_update(cloud, hub):
    chain = market_day(3)
    chain.add(closing(chain, 3, sum_of(chain)))
    with a_version_that_does_not_know("SaleRecorded"):
        deliver(cloud, hub, chain, 1, 4)
    deliver(cloud, hub, chain, 5)
    (stall,) = cloud.doors.dashboards.today("demo", SATURDAY).stalls_table
    assert (stall.sales, stall.late_sales, stall.missing_sales) == (1, 0, 2)
    list(cloud.read_again())
    (stall,) = cloud.doors.dashboards.today("demo", SATURDAY).stalls_table
    assert (stall.sales, stall.late_sales, stall.missing_sales) == (3, 0, 0)
    assert wrong(cloud) == []


async def test_a_payload_that_can_be_read_now_is_taken_once_and_the_rest_stays(cloud, hub, monkeypatch):
    chain = market_day(4)
    async with client_of(cloud) as http:
        payload = chain.batch()
        with monkeypatch.context() as older:
            older.delitem(messages.FIELDS, "entries")
            for _ in range(2):
                answer = await hub.post(http, f"/api/v1/streams/{chain.source}/entries", payload)
                assert answer.status_code == 400
        await hub.post(http, f"/api/v1/streams/{chain.source}/hello", b"no message")
        board = cloud.doors.letters.board("demo")
        assert sorted((one.kind, one.count) for one in board.letters) == [("message", 1), ("message", 2)]
        (done,) = cloud.read_again()
        assert (done.entries, done.messages) == (0, 1)
        assert totals(cloud) == {"till-harbour": (4, sum_of(chain))}
        (left,) = cloud.doors.letters.board("demo").letters
        assert left.count == 1
        await hub.send(http, chain.source, payload)
        assert totals(cloud) == {"till-harbour": (4, sum_of(chain))}
        assert wrong(cloud) == []


async def test_people_see_export_and_dismiss_what_could_not_be_read_of_their_tenant_only(cloud, hub):
    chain = market_day(2)
    with a_version_that_does_not_know("SaleRecorded"):
        deliver(cloud, hub, chain)
    async with client_of(cloud) as http:
        await hub.post(http, "/api/v1/streams/till-harbour/entries", b"\xffno message")
        csrf = (await sign_in(cloud, http))["csrf"]
        shown = (await http.get("/api/dashboard/dead-letters")).json()
        assert len(shown["letters"]) == 2
        assert shown["dropped"] == 0
        export = await http.get("/api/dashboard/dead-letters/export")
        assert "dead-letters.jsonl" in export.headers["content-disposition"]
        kept = [base64.b64decode(json.loads(line)["payload"]) for line in export.text.splitlines()]
        assert kept == [b"\xffno message", *(entry.line for entry in chain.entries[2:])]
        async with client_of(cloud) as stranger:
            assert (await stranger.get("/api/dashboard/dead-letters/export")).status_code == 401
            other = (await sign_in(cloud, stranger, user="otto", tenant="other"))["csrf"]
            headers = {"X-Stallholder-CSRF": other}
            for letter in shown["letters"]:
                answer = await stranger.post("/api/dashboard/dead-letters/dismiss",
                                             json={"letter_id": letter["letter_id"]}, headers=headers)  # fmt: skip
                assert answer.status_code == 404
        for letter in shown["letters"]:
            answer = await http.post("/api/dashboard/dead-letters/dismiss",
                                     json={"letter_id": letter["letter_id"]}, headers={"X-Stallholder-CSRF": csrf})  # fmt: skip
            assert answer.status_code == 200, answer.text
        assert (await http.get("/api/dashboard/dead-letters")).json()["letters"] == []
        assert (await http.get("/api/dashboard/fleet")).json()["rejected"] == 0
    list(cloud.read_again())
    assert totals(cloud)["till-harbour"] == (2, sum_of(chain)), (
        "dismissed entries count when they can be read"
    )


async def test_another_major_version_is_refused_with_the_side_to_update_and_kept(cloud, hub):
    async with client_of(cloud) as http:
        for version, remedy in ((2, "Update the cloud."), (0, "Update the hub.")):
            body = json.dumps(
                {**make("hello", session="s", epoch="e", head_seq=0, head_hash=""), "protocol": version}
            )
            answer = await hub.post(http, "/api/v1/streams/till-harbour/hello", body.encode())
            assert (answer.status_code, answer.json()["code"]) == (400, "other-version")
            assert remedy in answer.json()["remedy"]
    assert len(cloud.doors.letters.board("demo").letters) == 2


def test_what_is_dropped_for_want_of_room_is_counted(cloud, hub, monkeypatch):
    monkeypatch.setattr("cloud.adapters.sql.streams.REJECTED_MAX", 3)
    device = cloud.doors.registry.find_device("demo", hub.device)
    for number in range(5):
        payload = pack(make("gap", epoch="e", next_seq=number))
        cloud.doors.receiver.entries(Delivery(device=device, source="till-harbour", payload=payload))
    board = cloud.doors.letters.board("demo")
    assert (len(board.letters), board.dropped) == (3, 2)


def test_the_list_and_the_export_begin_with_the_few_that_are_not_understood_not_with_all_entries(cloud, hub):
    asked = []
    event.listen(cloud.database.engine, "before_cursor_execute", lambda *said: asked.append(said[2:4]))
    cloud.doors.letters.board("demo")
    assert not any("rejected.payload," in query or query.endswith("rejected.payload") for query, _ in asked)
    list(cloud.doors.letters.export("demo"))
    joined = [(query, values) for query, values in asked if " JOIN " in query and "not_understood" in query]
    assert len(joined) == 2
    with cloud.database.reading() as connection:
        for query, values in joined:
            plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", values)]
            searched = [step for step in plan if step.startswith("SEARCH")]
            assert searched[0].startswith("SEARCH not_understood"), plan
            assert "seq=?" in searched[1], plan
