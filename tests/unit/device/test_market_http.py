"""Market days and signals over the till's interface: by hand, by file, by a program."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from device.adapters.files.identity_file import IdentityFile
from device.adapters.http.till_app import create_app
from device.app.build_services import build_services
from device.app.open_till import open_till
from device.domain.market.holidays import easter
from device.domain.market.snapshot import dump_market, load_market
from device.services.changes import Changes
from shared.host.token_file import signals_token_in
from tests.fakes import IDENTITY, FakeClock
from tests.unit.device.test_till_http import CSV, Counter, config_in

FILE = """kind;from;to;strength;value;about;source;expires
social;2026-11-27;2026-11-29;2,5;;product: bowl;Reel of the glazing;
attendance;2026-11-28;;;4200;;Advent market;
weather;2026-11-28;;-2;;category: pottery;;
raining;2026-11-28;;1;;;;
weather;28.11.2026;;1;;;;
social;2026-11-28;;9;;;;
sms;2026-11-28;;1;;product: gone;;
sms;2026-11-28;;;;;;
"""


@pytest.fixture
async def counter(tmp_path: Path) -> AsyncIterator[Counter]:
    """A till that believes it to be Friday noon, 27 November 2026, and usually sells on Saturdays."""
    IdentityFile(tmp_path / "identity.json").save(IDENTITY)
    config = replace(config_in(tmp_path), market_weekdays=frozenset({5}), country="DE")
    with open_till(config, clock=FakeClock()) as till:
        services = build_services(till, changes=Changes(), hub_status=None, on_ledger_failed=lambda: None)
        services.sign_in.add_cashier("Mira", "1234")
        await services.import_catalogue.import_csv(CSV, "Mira")
        transport = httpx.ASGITransport(create_app(services))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as http:
            yield Counter(http, till)


async def _days(counter: Counter) -> dict[str, dict[str, object]]:
    return {one["day"]: one for one in (await counter.http.get("/api/market-days")).json()["days"]}


async def test_days_are_added_and_dropped_and_told_with_their_holidays(counter: Counter) -> None:
    await counter.sign_in()
    days = await _days(counter)
    assert len(days) == 38
    assert [day for day, one in days.items() if one["is_open"]][:2] == ["2026-11-28", "2026-12-05"]
    assert days["2026-12-25"]["holidays"] == [{"key": "christmas", "in_parts": False}]
    market = {"place": "Night market", "opens": "17:00", "closes": "00:30", "visitors": 900, "note": "lamps"}
    assert (await counter.http.put("/api/market-days/2026-12-01", json=market)).is_success
    assert (await counter.http.delete("/api/market-days/2026-11-28")).is_success
    days = await _days(counter)
    assert not days["2026-11-28"]["is_open"]
    assert days["2026-11-28"]["is_usual"]
    assert {key: days["2026-12-01"][key] for key in market} == market


async def test_a_day_that_cannot_be_is_refused_with_the_field(counter: Counter) -> None:
    await counter.sign_in()
    refused = await counter.http.put("/api/market-days/2099-01-01", json={})
    assert (refused.status_code, refused.json()["code"], refused.json()["field"]) == (
        422,
        "bad-market-day",
        "day",
    )
    refused = await counter.http.put(
        "/api/market-days/2026-12-01", json={"opens": "09:00", "closes": "09:00"}
    )
    assert refused.json()["field"] == "closes"


async def test_usual_days_are_set_here_and_taken_back(counter: Counter) -> None:
    await counter.sign_in()
    http = counter.http
    usual = (await http.get("/api/market-days")).json()["usual"]
    assert usual == {"weekdays": [5], "opens": "09:00", "source": "configured"}
    said = {"weekdays": [6, 2, 2], "opens": "16:30"}
    for _ in range(2):
        now = (await http.put("/api/market-days/usual", json=said)).json()
        assert now == {"weekdays": [2, 6], "opens": "16:30", "source": "here"}
    days = await _days(counter)
    assert [day for day, one in days.items() if one["is_open"]][:2] == ["2026-11-29", "2026-12-02"]
    assert days["2026-12-02"]["opens"] == "16:30"
    seq = counter.till.ledger.state.head.seq
    assert load_market(dump_market(counter.till.ledger.state.market)) == counter.till.ledger.state.market
    assert (await http.put("/api/market-days/usual", json={"weekdays": [7]})).status_code == 422
    assert counter.till.ledger.state.head.seq == seq
    gone = (await http.put("/api/market-days/usual", json={"weekdays": []})).json()
    assert gone == usual


async def test_the_same_said_twice_is_one_entry(counter: Counter) -> None:
    await counter.sign_in()
    signal = {"signal_id": "reel-1", "kind": "social", "first": "2026-11-27", "strength_milli": 2000}
    for _ in range(2):
        assert (await counter.http.put("/api/market-days/2026-12-01", json={})).is_success
        assert (await counter.http.delete("/api/market-days/2026-11-28")).is_success
        assert (await counter.http.post("/api/signals", json=signal)).status_code == 201
    market = counter.till.ledger.state.market
    assert (len(market.days), len(market.signals)) == (2, 1)
    before = counter.till.ledger.head.seq
    await counter.http.post("/api/signals", json=signal)
    assert counter.till.ledger.head.seq == before


async def test_a_signal_is_told_with_what_it_is_thought_to_do_and_can_be_taken_back(counter: Counter) -> None:
    await counter.sign_in()
    signal = {"kind": "social", "first": "2026-11-27", "last": "2026-11-29", "strength_milli": 2000, "scope": "product",
              "about": "bowl", "source": "Reel"}  # fmt: skip
    noted = (await counter.http.post("/api/signals", json=signal)).json()
    (told,) = (await counter.http.get("/api/signals")).json()["signals"]
    assert told["signal_id"] == noted["signal_id"]
    assert (told["percent"], told["seen_days"], told["is_over"]) == (13, 0, False)
    assert told["expires"] == "2026-11-29"
    assert (await counter.http.delete(f"/api/signals/{noted['signal_id']}")).status_code == 204
    again = await counter.http.delete(f"/api/signals/{noted['signal_id']}")
    assert (again.status_code, again.json()["code"]) == (404, "unknown-signal")
    assert (await counter.http.get("/api/signals")).json()["signals"] == []


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"strength_milli": 3001}, "strength"),
        ({"strength_milli": 0}, "strength"),
        ({"last": "2026-11-26"}, "to"),
        ({"last": "2027-11-26"}, "to"),
        ({"first": "2036-11-26"}, "from"),
        ({"expires": "2026-12-26"}, "expires"),
        ({"scope": "category", "about": "Shoes"}, "about"),
        ({"scope": "product", "about": "gone"}, "about"),
        ({"value": -1}, "value"),
        ({"source": "a\nb"}, "source"),
    ],
)
async def test_a_signal_that_cannot_be_is_refused_with_the_field(
    counter: Counter, wrong: dict[str, object], field: str
) -> None:
    await counter.sign_in()
    signal = {"kind": "social", "first": "2026-11-27", "strength_milli": 1000, **wrong}
    refused = await counter.http.post("/api/signals", json=signal)
    assert (refused.status_code, refused.json()["code"], refused.json()["field"]) == (
        422,
        "bad-signal",
        field,
    )


async def test_a_file_is_shown_with_its_broken_rows_before_it_counts_and_counts_once(
    counter: Counter,
) -> None:
    await counter.sign_in()
    shown = (await counter.http.post("/api/signals/import/preview", content=FILE)).json()
    assert (shown["count"], shown["refused_count"]) == (3, 5)
    assert [(row["row"], row["field"]) for row in shown["refused"]] == [
        (5, "kind"), (6, "from"), (7, "strength"), (8, "about"), (9, "strength"),
    ]  # fmt: skip
    assert shown["signals"][0]["strength_milli"] == 2500
    assert counter.till.ledger.state.market.signals == {}
    for _ in range(2):
        assert (await counter.http.post("/api/signals/import", content=FILE)).json()["count"] == 3
    assert len(counter.till.ledger.state.market.signals) == 3


@pytest.mark.parametrize(
    "content", [b"", b"day,what\n1,2\n", b"\xff\xfe\x00", b"kind,from\n" + b"sms,2026-11-27\n" * 1001]
)
async def test_a_file_that_is_none_is_refused_as_a_whole(counter: Counter, content: bytes) -> None:
    await counter.sign_in()
    shown = (await counter.http.post("/api/signals/import/preview", content=content)).json()
    assert (shown["count"], shown["refused_count"]) == (0, 1)


async def test_a_program_needs_the_tills_token_and_opens_nothing_else_with_it(counter: Counter) -> None:
    signal = {"kind": "search", "first": "2026-11-27", "value": 71, "source": "trends"}
    assert (await counter.http.post("/api/signals", json=signal)).status_code == 401
    wrong = {"Authorization": "Bearer "}
    assert (await counter.http.post("/api/signals", json=signal, headers=wrong)).status_code == 401
    token = {"Authorization": f"Bearer {signals_token_in(counter.till.config.data_dir).give()}"}
    refused = await counter.http.post("/api/signals", json=signal, headers={"Authorization": "Bearer no"})
    assert refused.json()["code"] == "no-signals-token"
    noted = (await counter.http.post("/api/signals", json=signal, headers=token)).json()
    assert (noted["cashier"], noted["value"]) == ("program", 71)
    assert (await counter.http.get("/api/market-days", headers=token)).is_success
    assert (await counter.http.get("/api/sales", headers=token)).status_code == 401


async def test_products_are_linked_by_the_maker(counter: Counter) -> None:
    await counter.sign_in()
    linked = await counter.http.put("/api/signals/links/bowl", json={"relatives": ["jam", "jam"]})
    assert linked.json() == {"relatives": ["jam"]}
    refused = await counter.http.put("/api/signals/links/bowl", json={"relatives": ["gone"]})
    assert (refused.status_code, refused.json()["code"]) == (422, "bad-link")
    assert (await counter.http.get("/api/signals/links/bowl")).json() == {"relatives": ["jam"]}


async def test_the_plan_says_what_a_signal_adds_and_what_would_be_without_it(counter: Counter) -> None:
    await counter.sign_in()
    clock = counter.till.clock
    assert isinstance(clock, FakeClock)
    friday = clock.wall
    for week in range(12, 0, -1):
        clock.wall = friday - timedelta(days=7 * week - 1)
        await counter.sell(week, quantity=8000, tendered=20_000)
        await counter.http.post("/api/close-day", json={"cash_counted_minor": 0})
    clock.wall = friday
    plain = (await counter.http.get("/api/make-next")).json()
    signal = {"kind": "attendance", "first": "2026-11-28", "strength_milli": 3000, "source": "Night market"}
    await counter.http.post("/api/signals", json=signal)
    moved = (await counter.http.get("/api/make-next")).json()
    assert plain["window"]["days"] == moved["window"]["days"] == ["2026-11-28"]
    before, after = (next(row for row in plan["products"] if row["sku"] == "bowl") for plan in (plain, moved))
    assert before["effects"] == []
    (effect,) = after["effects"]
    assert effect["key"] == "effect.attendance"
    assert effect["fields"] == {"source": "Night market", "days": "0"}
    assert effect["percent"] > 20
    assert effect["without"] == before["likely"] < after["likely"]


def test_easter_is_when_the_churches_keep_it() -> None:
    known = {
        1961: (4, 2),
        2000: (4, 23),
        2008: (3, 23),
        2019: (4, 21),
        2025: (4, 20),
        2026: (4, 5),
        2038: (4, 25),
    }
    assert {year: (easter(year).month, easter(year).day) for year in known} == known
