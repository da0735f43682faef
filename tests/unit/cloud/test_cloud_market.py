"""What lies ahead of the stalls, at the cloud: market days planned and dropped at tills, and what goes on around them."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest

from cloud.domain.market_ahead import MarketDaySaid, look_ahead
from shared.events.market import (
    MarketDayDropped,
    MarketDayPlanned,
    SignalCancelled,
    SignalKind,
    SignalNoted,
    SignalScope,
)
from tests.unit.cloud.cloud_chains import OPENING, SATURDAY, Chain, open_day, sale
from tests.unit.cloud.cloud_deployment import HandClock, client_of, enrol_hub, running_cloud, sign_in

SUNDAY = SATURDAY + timedelta(days=1)
NEXT_SATURDAY = SATURDAY + timedelta(days=7)
FAIR = MarketDayPlanned(
    day=NEXT_SATURDAY, cashier="Mira", place="Night market", opens=time(17), closes=time(0, 30), visitors=900
)
REEL = SignalNoted(
    signal_id="reel", kind=SignalKind.SOCIAL, first=SATURDAY, last=NEXT_SATURDAY, expires=SUNDAY, strength_milli=2_000,
    cashier="Mira", scope=SignalScope.PRODUCT, about="bowl", source="a video",
)  # fmt: skip


@pytest.fixture
def clock():
    return HandClock()


@pytest.fixture
def cloud(tmp_path, clock):
    with running_cloud(tmp_path, clock) as cloud:
        yield cloud


@pytest.fixture
async def http(cloud):
    async with client_of(cloud) as http:
        yield http


async def test_days_and_signals_of_every_stall_are_shown_and_the_last_word_counts(cloud, http):
    hub = enrol_hub(cloud)
    harbour = Chain(source="till-harbour", epoch="k7f3q2")
    old_town = Chain(source="till-old-town", epoch="m4x9rt")
    for chain in (harbour, old_town):
        open_day(chain)
    harbour.add(sale(1, "bowl"))
    harbour.add(FAIR)
    harbour.add(MarketDayPlanned(day=SATURDAY - timedelta(days=7), cashier="Mira", place="long over"))
    harbour.add(REEL)
    old_town.add(MarketDayDropped(day=SUNDAY, cashier="Jo"))
    old_town.add(replace(REEL, signal_id="rain", kind=SignalKind.WEATHER, first=SUNDAY, strength_milli=-3_000,
                         scope=SignalScope.EVERYTHING, about=""))  # fmt: skip
    for chain in (harbour, old_town, old_town):  # what comes twice stands once
        await hub.send(http, chain.source, chain.batch())
    await sign_in(cloud, http)

    async def shown() -> dict:
        answer = await http.get("/api/dashboard/market")
        assert answer.status_code == 200
        return answer.json()

    dropped, planned = (await shown())["days"]
    assert (dropped["source"], dropped["day"], dropped["is_dropped"]) == ("till-old-town", str(SUNDAY), True)
    assert (planned["place"], planned["opens"], planned["closes"], planned["visitors"]) == (
        "Night market", "17:00", "00:30", 900,
    )  # fmt: skip
    reel, rain = (await shown())["signals"]
    assert (reel["is_on"], reel["last"], reel["about"]) == (True, str(SUNDAY), "Stoneware bowl")
    assert (rain["is_on"], rain["kind"], rain["strength_milli"]) == (False, "weather", -3_000)

    harbour.add(
        replace(FAIR, visitors=1_200), OPENING - timedelta(days=3)
    )  # a clock set back changes no order
    harbour.add(SignalCancelled(signal_id="reel", cashier="Mira"))
    old_town.add(MarketDayPlanned(day=SUNDAY, cashier="Jo"))
    for chain in (harbour, old_town):
        await hub.send(http, chain.source, chain.batch())
    after = await shown()
    assert [(one["day"], one["is_dropped"], one["visitors"]) for one in after["days"]] == [
        (str(SUNDAY), False, 0), (str(NEXT_SATURDAY), False, 1_200),
    ]  # fmt: skip
    assert [one["signal_id"] for one in after["signals"]] == ["rain"]


async def test_what_is_over_is_gone_and_another_tenant_sees_nothing(cloud, http, clock):
    hub, chain = enrol_hub(cloud), Chain()
    open_day(chain)
    chain.add(FAIR)
    chain.add(REEL)
    chain.add(replace(REEL, first=SATURDAY - timedelta(days=3), last=SATURDAY - timedelta(days=2),
                      expires=SATURDAY - timedelta(days=2), signal_id="reel"))  # fmt: skip
    await hub.send(http, chain.source, chain.batch())
    await sign_in(cloud, http)
    now = (await http.get("/api/dashboard/market")).json()
    assert (len(now["days"]), now["signals"]) == (1, [])  # the signal was made shorter, and is over
    await sign_in(cloud, http, user="paul", tenant="other")
    assert (await http.get("/api/dashboard/market")).json() == {"days": [], "signals": []}
    clock.pass_s(9 * 86_400)
    await sign_in(cloud, http)  # a week signs people out
    assert (await http.get("/api/dashboard/market")).json() == {"days": [], "signals": []}


@pytest.mark.parametrize(("offset_h", "is_shown"), [(-8, True), (0, False), (10, False)])
def test_a_day_is_shown_until_it_is_over_on_the_clock_of_its_own_stall(offset_h, is_shown):
    at = datetime(2026, 11, 20, 9, tzinfo=timezone(timedelta(hours=offset_h))).isoformat(timespec="seconds")
    said = MarketDaySaid(source="till-harbour", epoch="k7f3q2", seq=2, at=at, day=date(2026, 11, 21))
    ahead = look_ahead([said], now=datetime(2026, 11, 22, 2, tzinfo=UTC))
    assert bool(ahead.days) is is_shown
