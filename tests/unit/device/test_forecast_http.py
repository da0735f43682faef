"""One product's forecast over HTTP, by a till that has sold for weeks."""

import asyncio
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from device.adapters.http.till_app import create_app
from device.app.build_services import build_services
from device.app.open_till import open_till
from device.domain.forecasting.rest_of_day import rest_of_day
from device.services.changes import Changes
from tests.fakes import FakeClock
from tests.till_of_weeks import FIRST_MORNING, PIN, config_of, fill_till
from tests.unit.device.stall import order


async def _asked(directory: Path, *paths: str) -> list[httpx.Response]:
    with open_till(config_of(directory)) as till:
        services = build_services(till, changes=Changes(), hub_status=None, on_ledger_failed=lambda: None)
        transport = httpx.ASGITransport(create_app(services))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as http:
            await http.post("/api/sign-in", json={"pin": PIN})
            return [await http.get(path) for path in paths]


def _ask(directory: Path, *paths: str) -> list[httpx.Response]:
    return asyncio.run(_asked(directory, *paths))


def test_a_product_shows_its_days_what_is_likely_and_which_model_says_so(tmp_path: Path) -> None:
    fill_till(tmp_path, days=20)
    plan, bowl, cup, nobody = _ask(
        tmp_path, "/api/make-next", "/api/forecast/bowl", "/api/forecast/cup", "/api/forecast/zeppelin"
    )
    told: dict[str, Any] = bowl.json()
    assert [one["day"] for one in told["ahead"]] == plan.json()["window"]["days"]
    assert [one["day"] for one in told["past"]] == [f"2026-09-{day:02}" for day in range(2, 21)]
    assert all(one["told"]["0.1"] <= one["told"]["0.5"] <= one["told"]["0.95"] for one in told["ahead"])
    assert (told["used"], told["measured"]["days"], told["within"]["of"]) == (
        "model",
        18,
        18,
    )  # one of 19 ran out
    assert told["model"] == plan.json()["watched"]
    assert (told["model"]["origin"], told["model"]["set_aside"], told["model"]["version"]) == (
        "built-in",
        None,
        3,
    )
    assert (cup.json()["past"], cup.json()["within"]) == ([], {"days": 0, "of": 0})
    assert (nobody.status_code, nobody.json()["code"]) == (404, "unknown-product")

    (day, *_) = told["ahead"]
    file = tmp_path / "forecasts" / f"{day['day']}.json"
    assert json.loads(file.read_text())["quantiles"]["bowl"] == [*day["told"].values()]


def test_before_the_first_closing_it_says_why_there_is_no_forecast(tmp_path: Path) -> None:
    fill_till(tmp_path, days=0)
    (answer,) = _ask(tmp_path, "/api/forecast/bowl")
    assert "no market day" in answer.json()["words"]


def test_what_was_told_in_the_morning_is_shown_as_it_was_told(tmp_path: Path) -> None:
    fill_till(tmp_path, days=12)
    kept = {
        "made_at": "2026-09-10T07:00:00+00:00", "model": "demand 2", "levels": [0.1, 0.5, 0.9], "quantiles": {"jam": [7, 8, 9]}
    }  # fmt: skip
    (tmp_path / "forecasts").mkdir()
    (tmp_path / "forecasts" / "2026-09-10.json").write_text(json.dumps(kept))
    (answer,) = _ask(tmp_path, "/api/forecast/jam")
    days = {one["day"]: one for one in answer.json()["past"]}
    assert days["2026-09-10"]["told"] == {"0.1": 7.0, "0.5": 8.0, "0.9": 9.0}
    assert [day for day, one in days.items() if not one["afterwards"]] == ["2026-09-10"]


def test_while_the_day_goes_on_it_says_how_many_more_are_likely(tmp_path: Path) -> None:
    fill_till(tmp_path, days=12)

    async def sell_and_ask() -> list[httpx.Response]:
        morning = FakeClock(FIRST_MORNING + timedelta(days=12))
        with open_till(config_of(tmp_path), clock=morning) as till:
            services = build_services(till, changes=Changes(), hub_status=None, on_ledger_failed=lambda: None)
            await services.sell.sell(order(900, lines=(("jam", 2000),)))
            transport = httpx.ASGITransport(create_app(services))
            async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as http:
                await http.post("/api/sign-in", json={"pin": PIN})
                return [await http.get(f"/api/forecast/{sku}") for sku in ("jam", "cup")]

    jam, cup = (answer.json() for answer in asyncio.run(sell_and_ask()))
    assert jam["today"]["sold"] == 2
    assert 1 <= jam["today"]["more"] <= 8
    assert cup["today"] == {"sold": 0, "more": 0}


def test_what_is_still_to_come_leans_on_the_day_as_it_passes() -> None:
    assert rest_of_day(8.0, 0.0, 0.0).more == 8.0
    assert rest_of_day(8.0, 9.0, 0.5).more == pytest.approx(0.5 * (8 + 9) / 1.5)
    assert rest_of_day(8.0, 1.0, 0.5).more < 4.0
    assert rest_of_day(8.0, 9.0, 1.0).more == 0.0
