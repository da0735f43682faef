"""The read model is what the entries say, however they arrive."""

import sqlite3
from datetime import date, timedelta
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cloud.app import Cloud
from cloud.domain.figures import differences
from cloud.services.receive_stream import Delivery
from cloud.services.verify_archive import recount
from shared.events.cash import CashSessionClosed
from shared.events.event import Event
from shared.events.parcel import (
    CompartmentReserved,
    DoorAnswered,
    DoorCommanded,
    DoorPurpose,
    ParcelCollected,
    ParcelDeposited,
    ParcelExpired,
    ParcelWaiting,
)
from shared.ids import ParcelId, SourceId
from shared.wire.messages import JAMMED, OPENED
from tests.unit.cloud.cloud_chains import OPENING, Chain, market_day, open_day, promise, sale
from tests.unit.cloud.cloud_deployment import enrol_hub, running_cloud

tenants = count()
PARCELS = ["parcel-a", "parcel-b"]
parcel_ids = st.sampled_from(PARCELS).map(ParcelId)
BOARD, TILL = SourceId("board-dock"), SourceId("till-harbour")

till_events = st.builds(
    sale,
    st.integers(1, 9_999),
    st.sampled_from(["bowl", "mug", "towel"]),
    business_date=st.dates(date(2026, 11, 14), date(2026, 11, 16)),
    currency=st.sampled_from(["EUR", "CHF"]),
    quantity_milli=st.integers(-5, 40).map(lambda quarters: quarters * 250),
    pickup=st.none() | st.builds(promise, st.sampled_from(PARCELS), st.integers(0, 999)),
) | st.builds(
    lambda day: CashSessionClosed(
        session_id="s", business_date=day, cashier="Mira", sales=0, total_minor=0, vat=(),
        cash_expected_minor=0, cash_counted_minor=0, head_seq=1, head_hash="x",
    ),
    st.dates(date(2026, 11, 14), date(2026, 11, 16)),
)  # fmt: skip
hub_events = st.one_of(
    st.builds(
        CompartmentReserved, parcel_id=parcel_ids, till=st.just(TILL), number=st.integers(0, 999),
        board=st.just(BOARD), compartment=st.integers(1, 8),
    ),
    st.builds(
        ParcelWaiting, parcel_id=parcel_ids, till=st.just(TILL), number=st.integers(0, 999),
        reason=st.just("All compartments are taken."),
    ),
    st.builds(
        DoorCommanded, command_id=st.sampled_from(["c1", "c2"]), board=st.just(BOARD),
        compartment=st.integers(1, 8), parcel_id=parcel_ids, purpose=st.sampled_from(DoorPurpose),
    ),
    st.builds(
        DoorAnswered, command_id=st.sampled_from(["c1", "c2"]), board=st.just(BOARD),
        compartment=st.integers(1, 8), outcome=st.sampled_from([OPENED, JAMMED]), reason=st.just(""),
    ),
    st.builds(ParcelDeposited, parcel_id=parcel_ids, board=st.just(BOARD), compartment=st.integers(1, 8)),
    st.builds(ParcelExpired, parcel_id=parcel_ids, reason=st.just("")),
    st.builds(ParcelCollected, parcel_id=parcel_ids, board=st.just(BOARD), compartment=st.integers(1, 8)),
)  # fmt: skip


@pytest.fixture(scope="module")
def shared_cloud(tmp_path_factory):
    with running_cloud(tmp_path_factory.mktemp("figures")) as cloud:
        yield cloud


def chain_of(tenant: str, source: str, events: list[Event], minutes: list[int]) -> Chain:
    chain = Chain(tenant=tenant, source=source)
    open_day(chain)
    for event, minute in zip(events, minutes, strict=False):
        chain.add(event, OPENING + timedelta(minutes=minute))
    return chain


def deliver(cloud: Cloud, chain: Chain, first: int, last: int) -> None:
    device = cloud.doors.registry.find_device(chain.tenant, "hub-dock")
    assert device is not None
    delivery = Delivery(device=device, source=chain.source, payload=chain.batch(first, last))
    answer = cloud.doors.receiver.entries(delivery)
    assert isinstance(answer, dict)
    assert answer["type"] in {"ack", "gap"}


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_figures_added_batch_by_batch_equal_a_second_count_of_the_entries(shared_cloud, data):
    cloud, tenant = shared_cloud, f"tenant-{next(tenants)}"
    enrol_hub(cloud, tenant=tenant)
    minutes = data.draw(st.lists(st.integers(-600, 3_000), min_size=12, max_size=12))
    till = chain_of(tenant, "till-harbour", data.draw(st.lists(till_events, max_size=12)), minutes)
    hub = chain_of(tenant, "hub-dock", data.draw(st.lists(hub_events, max_size=12)), minutes)
    for _ in range(data.draw(st.integers(1, 8))):
        chain = data.draw(st.sampled_from([till, hub]))
        first = data.draw(st.integers(1, len(chain.entries)))
        deliver(cloud, chain, first, data.draw(st.integers(first, len(chain.entries))))
    for chain in (till, hub):
        deliver(cloud, chain, 1, len(chain.entries))
    assert list(differences(cloud.archive().figures(tenant), recount(cloud.archive(), tenant))) == []
    by_source = {total.source: total for total in cloud.doors.dashboards.totals(tenant)}
    for chain in (till, hub):
        sales = [entry.body["total_minor"] for entry in chain.entries if entry.kind == "SaleRecorded"]
        total = by_source[chain.source]
        assert (total.seq, total.hash) == (chain.head.seq, chain.head.hash)
        assert (total.sales, total.total_minor) == (len(sales), sum(sales))


def test_a_sound_archive_verifies(tmp_path):
    with running_cloud(tmp_path) as cloud:
        enrol_hub(cloud)
        chain = market_day(450)
        deliver(cloud, chain, 1, 200)
        deliver(cloud, chain, 201, 452)
        (report,) = cloud.verify()
        assert report.sound, report
        assert [(found.head.seq, found.fault) for found in report.chains] == [(452, None)]


def tamper(folder, statement: str) -> None:
    connection = sqlite3.connect(folder / "cloud" / "cloud.sqlite")
    with connection:
        connection.execute(statement)
    connection.close()


def test_changed_bytes_a_lost_entry_and_a_wrong_sum_are_each_found(tmp_path):
    with running_cloud(tmp_path) as cloud:
        enrol_hub(cloud)
        chain = market_day(5)
        deliver(cloud, chain, 1, 7)

        tamper(tmp_path, "UPDATE sales_by_hour SET total_minor = total_minor + 1")
        (report,) = cloud.verify()
        assert not report.sound
        assert report.wrong_figures[0].startswith("hour ")
        tamper(tmp_path, "UPDATE sales_by_hour SET total_minor = total_minor - 1")
        assert all(found.sound for found in cloud.verify())

        tamper(tmp_path, "UPDATE entry SET line = CAST(replace(line, 'Mira', 'Mara') AS BLOB) WHERE seq = 5")
        (report,) = cloud.verify()
        assert report.chains[0].fault == "the bytes of entry 5 were changed"

        tamper(tmp_path, "DELETE FROM entry WHERE seq >= 5")
        (report,) = cloud.verify()
        assert report.chains[0].fault == "it ends at entry 4, it should end at 7"


def test_the_second_count_starts_from_the_bytes_alone(tmp_path):
    with running_cloud(tmp_path) as cloud:
        enrol_hub(cloud)
        deliver(cloud, market_day(3), 1, 5)
        figures = recount(cloud.archive(), "demo")
        assert sum(hour.sales for hour in figures.hours.values()) == 3
        assert figures == cloud.archive().figures("demo")
