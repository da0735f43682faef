"""The dashboards: pure composing, and the answers over HTTP."""

from datetime import date, datetime, timedelta

import pytest

from cloud.domain.contribution import DayKey, DayMark, HourKey, HourSum, ProductKey, ProductSum
from cloud.domain.dashboard import DayFigures, ParcelCounts, Today, compare, compose_today
from shared.events.cash import CashSessionClosed
from shared.events.parcel import (
    CompartmentReserved,
    DoorAnswered,
    DoorCommanded,
    DoorPurpose,
    ParcelCollected,
    ParcelDeposited,
    ParcelExpired,
)
from shared.ids import ParcelId, SourceId
from shared.wire.messages import JAMMED, UNKNOWN
from tests.unit.cloud.cloud_chains import BERLIN_WINTER, OPENING, SATURDAY, Chain, open_day, promise, sale
from tests.unit.cloud.cloud_deployment import HandClock, client_of, enrol_hub, running_cloud, sign_in

LAST_SATURDAY = SATURDAY - timedelta(days=7)
NO_PARCELS = ParcelCounts(by_state={}, oldest_deposited_since=None)


def figures(
    day: date, hours: dict[int, int], *, last_sale_at: str | None = None, closed=False, currency="EUR"
):
    return DayFigures(
        business_date=day,
        hours={
            HourKey("till-harbour", day, hour, currency): HourSum(1, total) for hour, total in hours.items()
        },
        products={},
        days={DayKey("till-harbour", day): DayMark(opened=1, closings=int(closed), last_sale_at=last_sale_at)}
        if hours
        else {},
    )


def compose(day: DayFigures, last_week: DayFigures, *, newest: bool = True) -> Today:
    return compose_today(day, last_week, fleet=(), parcels=NO_PARCELS, newest=newest)


def test_last_week_is_counted_up_to_the_latest_sale_the_running_hour_in_proportion():
    today = figures(SATURDAY, {9: 1_000, 10: 500}, last_sale_at="2026-11-21T10:15:00+01:00")
    last_week = figures(LAST_SATURDAY, {9: 800, 10: 400, 11: 5_000})
    composed = compose(today, last_week)
    assert composed.last_week_total_minor_by_now == 800 + 100
    assert composed.last_week_total_minor == 6_200
    assert (composed.sentence_parts.comparison, composed.sentence_parts.percent) == ("more", 67)


def test_a_clock_that_was_put_back_does_not_shorten_the_day_that_is_compared():
    today = figures(SATURDAY, {9: 1_000, 12: 500}, last_sale_at="2026-11-21T09:10:00+01:00")
    last_week = figures(LAST_SATURDAY, {9: 800, 10: 400, 12: 5_000})
    assert compose(today, last_week).last_week_total_minor_by_now == 6_200


def test_a_sale_stamped_in_the_morning_of_a_day_that_ended_in_the_evening_compares_evenings():
    week_ago = {9: 10_000, 12: 20_000, 16: 15_000, 17: 5_000}
    today = figures(SATURDAY, week_ago | {9: 11_000}, last_sale_at="2026-11-21T09:27:00+01:00")
    composed = compose(today, figures(LAST_SATURDAY, week_ago | {18: 4_000}))
    assert composed.last_week_total_minor_by_now == 50_000
    assert (composed.sentence_parts.comparison, composed.sentence_parts.percent) == ("more", 2)


def test_a_closed_day_and_an_earlier_day_are_compared_as_a_whole():
    last_week = figures(LAST_SATURDAY, {9: 800, 18: 400})
    for newest, closed in ((True, True), (False, False)):
        today = figures(SATURDAY, {9: 600}, last_sale_at="2026-11-21T09:30:00+01:00", closed=closed)
        assert compose(today, last_week, newest=newest).last_week_total_minor_by_now == 1_200


def test_the_hours_span_both_days_without_holes():
    composed = compose(figures(SATURDAY, {12: 100}), figures(LAST_SATURDAY, {9: 50}))
    assert [(row.hour, row.total_minor, row.last_week_total_minor) for row in composed.hours] == [
        (9, 0, 50),
        (10, 0, 0),
        (11, 0, 0),
        (12, 100, 0),
    ]


def test_another_currency_is_named_beside_and_never_added():
    day = SATURDAY
    mixed = DayFigures(
        business_date=day,
        hours={
            HourKey("till-a", day, 9, "EUR"): HourSum(3, 900),
            HourKey("till-b", day, 9, "CHF"): HourSum(1, 5_000),
        },
        products={ProductKey("till-b", day, "bowl", "CHF"): ProductSum("Bowl", "", 1_000, 5_000)},
        days={DayKey("till-a", day): DayMark(), DayKey("till-b", day): DayMark()},
    )
    composed = compose(mixed, figures(LAST_SATURDAY, {}))
    assert (composed.currency, composed.total_minor, composed.products) == ("EUR", 900, ())
    assert [(other.currency, other.total_minor) for other in composed.other_currencies] == [("CHF", 5_000)]
    assert [(row.source, row.total_minor) for row in composed.stalls_table] == [
        ("till-a", 900),
        ("till-b", 0),
    ]


@pytest.mark.parametrize(
    ("ours", "theirs", "said"),
    [(118, 100, ("more", 18)), (50, 100, ("less", 50)), (1_001, 1_000, ("same", 0)), (5, 0, ("none", None))],
)
def test_a_comparison_is_said_in_whole_percent(ours, theirs, said):
    assert compare(ours, theirs) == said


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


def two_saturdays(source: str, epoch: str) -> Chain:
    chain = Chain(source=source, epoch=epoch)
    for index, day in enumerate((LAST_SATURDAY, SATURDAY)):
        at = datetime(day.year, day.month, day.day, 9, 30, tzinfo=BERLIN_WINTER)
        open_day(chain, day, at)
        chain.add(sale(3 * index + 1, "bowl", business_date=day), at)
        chain.add(sale(3 * index + 2, "mug", "towel", business_date=day), at + timedelta(hours=1))
    return chain


async def test_a_sale_in_the_morning_after_a_whole_day_was_replayed_is_compared_with_the_whole_day(
    cloud, http
):
    hub, chain = enrol_hub(cloud), Chain()
    for index, day in enumerate((LAST_SATURDAY, SATURDAY)):
        opening = datetime(day.year, day.month, day.day, 9, 0, tzinfo=BERLIN_WINTER)
        open_day(chain, day, opening)
        for number, minutes in enumerate((30, 240, 530), start=10 * index):  # the last one at 17:50
            chain.add(sale(number + 1, "bowl", business_date=day), opening + timedelta(minutes=minutes))
    chain.add(sale(20, "bowl"), OPENING + timedelta(minutes=27))
    await hub.send(http, chain.source, chain.batch())
    await sign_in(cloud, http)
    today = (await http.get("/api/dashboard/today")).json()
    assert (today["total_minor"], today["last_week_total_minor_by_now"]) == (4 * 2_800, 3 * 2_800)
    assert (today["sentence_parts"]["comparison"], today["sentence_parts"]["percent"]) == ("more", 33)


async def test_today_is_the_newest_day_against_the_same_weekday_a_week_earlier(cloud, http):
    hub = enrol_hub(cloud)
    for chain in (two_saturdays("till-harbour", "k7f3q2"), two_saturdays("till-old-town", "m4x9rt")):
        await hub.send(http, chain.source, chain.batch())
    await sign_in(cloud, http)
    today = (await http.get("/api/dashboard/today")).json()
    assert (today["date"], today["business_date_last_week"]) == ("2026-11-21", "2026-11-14")
    assert (today["currency"], today["sales"], today["total_minor"]) == ("EUR", 4, 2 * (2_800 + 3_350))
    assert today["last_week_total_minor_by_now"] == 2 * (2_800 + 3_350 // 2)
    assert [row["hour"] for row in today["hours"]] == [9, 10]
    assert [(row["name"], row["sales"]) for row in today["stalls_table"]] == [("Harbour", 2), ("Old town", 2)]
    assert today["products"][0] == {
        "sku": "bowl", "name": "Stoneware bowl", "category": "Ceramics", "quantity_milli": 2_000, "total_minor": 5_600,
    }  # fmt: skip
    assert today["sentence_parts"]["weekday"] == "Saturday"
    earlier = (await http.get("/api/dashboard/today", params={"date": "2026-11-20"})).json()
    assert earlier["date"] == "2026-11-14"


async def test_a_till_whose_clock_is_decades_ahead_does_not_hide_today(cloud, http):
    hub = enrol_hub(cloud)
    wrong = Chain(source="till-wrong")
    open_day(wrong, date(2099, 1, 1))
    right = two_saturdays("till-harbour", "k7f3q2")
    for chain in (right, wrong):
        await hub.send(http, chain.source, chain.batch())
    await sign_in(cloud, http)
    assert (await http.get("/api/dashboard/today")).json()["date"] == "2026-11-21"


async def test_a_shop_without_a_sale_has_an_empty_today(cloud, http):
    await sign_in(cloud, http)
    today = (await http.get("/api/dashboard/today")).json()
    assert (today["sales"], today["hours"], today["stalls_table"]) == (0, [], [])
    assert today["sentence_parts"]["comparison"] == "none"
    for asked in ("0001-01-01", "9999-12-31"):
        assert (await http.get("/api/dashboard/today", params={"date": asked})).status_code == 200
    assert (await http.get("/api/dashboard/today", params={"date": "Saturday"})).status_code == 422


async def test_a_parcel_is_followed_from_its_promise_to_the_customers_hand(cloud, http):
    hub = enrol_hub(cloud)
    till, locker = Chain(), Chain(source="hub-dock", epoch="h8w2nn")
    open_day(till)
    open_day(locker)
    till.add(sale(1, "bowl", pickup=promise("parcel-a", 7)))
    await hub.send(http, till.source, till.batch())
    await sign_in(cloud, http)

    async def state_after(*events) -> tuple[str, int | None]:
        for event in events:
            locker.add(event, OPENING + timedelta(hours=2))
        await hub.send(http, locker.source, locker.batch())
        (row,) = (await http.get("/api/dashboard/parcels")).json()["parcels"]
        assert (row["till"], row["hub"], row["number"]) == ("till-harbour", "hub-dock", "007")
        return row["state"], row["compartment"]

    parcel, board = ParcelId("parcel-a"), SourceId("board-dock")
    place = {"board": board, "compartment": 3}
    opening = {**place, "parcel_id": parcel, "purpose": DoorPurpose.COLLECT}
    assert await state_after() == ("waiting", None)
    assert await state_after(
        CompartmentReserved(parcel_id=parcel, till=SourceId("till-harbour"), number=7, **place)
    ) == ("reserved", 3)
    assert await state_after(ParcelDeposited(parcel_id=parcel, **place)) == ("deposited", 3)
    assert await state_after(DoorCommanded(command_id="c1", **opening)) == ("opening", 3)
    assert await state_after(DoorAnswered(command_id="c1", outcome=JAMMED, reason="", **place)) == (
        "deposited",
        3,
    )
    parts = (await http.get("/api/dashboard/today")).json()["sentence_parts"]
    assert (parts["parcels_in_lockers"], parts["oldest_parcel_since"]) == (1, "2026-11-21T11:00:00+01:00")
    assert await state_after(DoorAnswered(command_id="c1", outcome=UNKNOWN, reason="", **place)) == (
        "opening",
        3,
    )
    assert await state_after(
        DoorCommanded(command_id="c2", **opening), ParcelCollected(parcel_id=parcel, **place)
    ) == ("collected", 3)
    counts = (await http.get("/api/dashboard/parcels")).json()["by_state"]
    assert counts == {
        "waiting": 0, "reserved": 0, "deposited": 0, "opening": 0, "collected": 1, "expired": 0,
    }  # fmt: skip


async def test_a_parcel_that_its_stall_took_back_is_shown_as_expired(cloud, http):
    hub = enrol_hub(cloud)
    till, locker = Chain(), Chain(source="hub-dock", epoch="h8w2nn")
    open_day(till)
    till.add(sale(1, "bowl", pickup=promise("parcel-a", 7)))
    open_day(locker)
    parcel, place = ParcelId("parcel-a"), {"board": SourceId("board-dock"), "compartment": 3}
    locker.add(ParcelDeposited(parcel_id=parcel, **place))
    locker.add(DoorCommanded(command_id="c1", parcel_id=parcel, purpose=DoorPurpose.TAKE_BACK, **place))
    locker.add(DoorAnswered(command_id="c1", outcome="opened", reason="", **place))
    locker.add(ParcelExpired(parcel_id=parcel, reason="The stall took it back."))
    for chain in (till, locker):
        await hub.send(http, chain.source, chain.batch())
    await sign_in(cloud, http)
    (row,) = (await http.get("/api/dashboard/parcels")).json()["parcels"]
    assert row["state"] == "expired"


async def test_a_hubs_news_that_come_before_the_promise_are_not_undone_by_it(cloud, http):
    hub = enrol_hub(cloud)
    till, locker = Chain(), Chain(source="hub-dock", epoch="h8w2nn")
    open_day(till)
    till.add(sale(1, "bowl", pickup=promise("parcel-a", 7)))
    open_day(locker)
    locker.add(ParcelDeposited(parcel_id=ParcelId("parcel-a"), board=SourceId("board-dock"), compartment=2))
    for chain in (locker, till):
        await hub.send(http, chain.source, chain.batch())
    await sign_in(cloud, http)
    (row,) = (await http.get("/api/dashboard/parcels")).json()["parcels"]
    assert (row["state"], row["number"], row["till"]) == ("deposited", "007", "till-harbour")


async def test_the_fleet_says_in_words_who_is_behind_and_who_is_silent(cloud, http, clock):
    hub = enrol_hub(cloud)
    chain = two_saturdays("till-harbour", "k7f3q2")
    await hub.send(http, chain.source, chain.batch(1, 4))
    report = (
        b'{"sources":['
        b'{"source":"hub-dock","role":"hub","online":true,"last_seen":"2026-11-21T12:00:00Z","seq":0},'
        b'{"source":"till-harbour","role":"till","online":true,"last_seen":"2026-11-21T12:00:00Z","seq":7},'
        b'{"source":"till-night","role":"till","online":false,"last_seen":"2026-11-21T11:00:00Z","seq":0,'
        b'"name":"Night Market"},'
        b'{"source":"board-dock","role":"board","online":true}]}'
    )
    clock.ms = int(datetime.fromisoformat("2026-11-21T11:14:00+00:00").timestamp() * 1_000)
    assert (await hub.post(http, "/api/v1/presence", report)).json() == {"taken": 4}
    await sign_in(cloud, http)

    async def words() -> dict[str, str]:
        fleet = (await http.get("/api/dashboard/fleet")).json()
        return {row["source"]: row["words"] for row in fleet["sources"]}

    assert await words() == {
        "board-dock": "Online.",
        "hub-dock": "Everything is here.",
        "till-harbour": "3 entries are on the way.",
        "till-night": "Not heard for 14 min.",
    }
    clock.pass_s(60)
    assert (await words())["till-harbour"] == "Not heard for 1 min. 3 entries are on the way."
    today = (await http.get("/api/dashboard/today")).json()
    assert today["hubs"] == 1
    assert [(row["behind_entries"], row["online"]) for row in today["stalls_table"]] == [(3, False)]


async def test_a_hub_that_counts_every_chain_of_a_till_is_believed(cloud, http, clock):
    hub = enrol_hub(cloud)
    chain = two_saturdays("till-harbour", "k7f3q2")
    await hub.send(http, chain.source, chain.batch())
    report = (
        b'{"sources":[{"source":"till-harbour","role":"till","online":true,"seq":2,"behind":9,'
        b'"last_seen":"2026-11-21T12:00:00Z"}]}'
    )
    assert (await hub.post(http, "/api/v1/presence", report)).json() == {"taken": 1}
    await sign_in(cloud, http)
    (row,) = (await http.get("/api/dashboard/fleet")).json()["sources"]
    assert (row["behind"], row["words"]) == (9, "9 entries are on the way.")


async def test_closing_is_seen_and_does_not_count_as_a_sale(cloud, http):
    hub = enrol_hub(cloud)
    chain = two_saturdays("till-harbour", "k7f3q2")
    chain.add(
        CashSessionClosed(
            session_id="s", business_date=SATURDAY, cashier="Mira", sales=2, total_minor=6_150, vat=(),
            cash_expected_minor=0, cash_counted_minor=0, head_seq=1, head_hash="x",
        )
    )  # fmt: skip
    await hub.send(http, chain.source, chain.batch())
    await sign_in(cloud, http)
    today = (await http.get("/api/dashboard/today")).json()
    assert (today["sales"], today["last_week_total_minor_by_now"]) == (2, 6_150)
