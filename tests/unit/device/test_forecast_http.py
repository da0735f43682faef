"""One product's forecast over HTTP, by a till that has sold for weeks."""

import asyncio
import json
from pathlib import Path
from typing import Any

import httpx

from device.adapters.http.till_app import create_app
from device.app.build_services import build_services
from device.app.open_till import open_till
from device.services.changes import Changes
from tests.till_of_weeks import PIN, config_of, fill_till


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
    assert (told["used"], told["measured"]["days"], told["within"]["of"]) == ("model", 19, 19)
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
