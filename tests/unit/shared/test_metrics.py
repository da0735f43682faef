"""Metrics in Prometheus's format, read by Prometheus's own parser; and who may read them."""

import re
import stat
from collections.abc import Mapping, Sequence
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from prometheus_client.core import Metric
from prometheus_client.parser import text_string_to_metric_families

from shared.entry import Json
from shared.host.token_file import TokenFile, metrics_token_in
from shared.http.metrics import (
    Leg,
    Monitored,
    build_info,
    commit_seconds,
    counter,
    gauge,
    leg_metrics,
    monitored_routes,
)
from shared.http.security import secure
from shared.sync.tally import COMMIT_BOUNDS_S, CommitTimes, SendTally

LEG = Leg(
    labels={"source": "till-a", "leg": "hub"}, head=12, mark=9, behind=3, behind_s=61, moved_s=None,
    connected=True, reason="stalled", alarm=True,
)  # fmt: skip


def app_of(token: TokenFile, *families: Metric) -> FastAPI:
    async def metrics() -> Sequence[Metric]:
        return families

    async def status() -> Mapping[str, Json]:
        return {"alarm": False}

    app = FastAPI()
    app.include_router(monitored_routes(Monitored(token=token.read, metrics=metrics, status=status)))
    secure(app, bind="127.0.0.1")
    return app


def client_of(app: FastAPI, host: str = "localhost") -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=f"http://{host}")


async def scrape(app: FastAPI, token: str) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    async with client_of(app) as http:
        answer = await http.get("/metrics", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


async def test_every_kind_of_metric_is_read_back_by_prometheus_own_parser(tmp_path: Path) -> None:
    times = CommitTimes()
    for seconds in (0.0005, 0.001, 0.02, 9.0):
        times.took(seconds)
    token = metrics_token_in(tmp_path)
    app = app_of(
        token, build_info("hub", "1.2.3"), gauge("g", "A gauge.", ({}, 7)), counter("c", "A counter.", ({}, 3)),
        gauge("none", "Nothing to tell."), commit_seconds("hub", times), *leg_metrics("hub", [LEG]),
    )  # fmt: skip
    read = await scrape(app, token.give())
    leg = (("leg", "hub"), ("source", "till-a"))
    assert read["stallholder_hub_build_info", (("version", "1.2.3"),)] == 1
    assert (read["g", ()], read["c_total", ()]) == (7, 3)
    assert read["stallholder_hub_commit_seconds_bucket", (("le", "0.001"),)] == 2
    assert read["stallholder_hub_commit_seconds_bucket", (("le", "+Inf"),)] == 4
    assert read["stallholder_hub_commit_seconds_count", ()] == 4
    assert read["stallholder_hub_commit_seconds_sum", ()] == pytest.approx(9.0215)
    assert read["stallholder_hub_entries_behind", leg] == 3
    assert read["stallholder_hub_stalled", leg] == 1
    assert read["stallholder_hub_refused", leg] == 0
    assert read["stallholder_hub_behind_reason", (*leg[:1], ("reason", "stalled"), leg[1])] == 1
    assert not [name for name, _ in read if name == "stallholder_hub_mark_moved_seconds"], (
        "it has not moved yet"
    )


async def test_nobody_reads_anything_without_the_token_not_even_from_the_same_machine(tmp_path: Path) -> None:
    token = metrics_token_in(tmp_path)
    app = app_of(token, gauge("g", "A gauge.", ({}, 7)))
    async with client_of(app) as http:
        for path in ("/metrics", "/api/status"):
            for given in (
                {},
                {"Authorization": "Bearer "},
                {"Authorization": "Bearer x"},
                {"Authorization": "x"},
            ):
                assert (await http.get(path, headers=given)).status_code == 401
        made = token.give()
        for wrong in (f"Bearer {made}x", f"Bearer {made[:-1]}", f"Basic {made}", made):
            refused = await http.get("/metrics", headers={"Authorization": wrong})
            assert (refused.status_code, refused.json()["code"]) == (401, "no-metrics-token")
        right = {"Authorization": f"Bearer {made}"}
        assert (await http.get("/api/status", headers=right)).json() == {"alarm": False}
        renewed = token.give(new=True)
        assert (await http.get("/metrics", headers=right)).status_code == 401, (
            "the old one reads nothing more"
        )
        assert (await http.get("/metrics", headers={"Authorization": f"Bearer {renewed}"})).is_success


async def test_a_foreign_name_in_the_address_is_refused_even_with_the_token(tmp_path: Path) -> None:
    token = metrics_token_in(tmp_path)
    async with client_of(app_of(token), host="evil.example") as http:
        answer = await http.get("/metrics", headers={"Authorization": f"Bearer {token.give()}"})
    assert answer.status_code == 421


def test_the_token_is_made_once_kept_for_its_owner_alone_and_long(tmp_path: Path) -> None:
    token = metrics_token_in(tmp_path / "data")
    assert token.read() == ""
    made = token.give()
    assert token.give() == made == token.read()
    assert len(made) >= 40
    assert stat.S_IMODE(token.path.stat().st_mode) == 0o600
    token.path.write_bytes(b"\xff\xfe")
    assert token.read() == "", "a damaged token opens nothing"


def test_what_is_sent_again_is_counted_apart() -> None:
    tally = SendTally()
    tally.sent(first_seq=1, count=10, sent_up_to_seq=0, payload_bytes=100)
    tally.sent(first_seq=6, count=10, sent_up_to_seq=10, payload_bytes=100)
    tally.sent(first_seq=1, count=3, sent_up_to_seq=15, payload_bytes=30)
    assert (tally.batches, tally.entries, tally.entries_again, tally.payload_bytes) == (3, 23, 8, 230)


def test_a_commit_as_long_as_a_bound_counts_below_it() -> None:
    times = CommitTimes()
    for bound in COMMIT_BOUNDS_S:
        times.took(bound)
    assert [count for _, count in times.buckets()] == [
        *range(1, len(COMMIT_BOUNDS_S) + 1),
        len(COMMIT_BOUNDS_S),
    ]


def test_every_metric_that_the_document_names_is_one_that_a_part_tells() -> None:
    root = Path(__file__).parents[3]
    told = "\n".join(
        (root / file).read_text()
        for file in (
            "shared/http/metrics.py", "device/adapters/http/metrics.py", "hub/adapters/http/metrics.py",
            "cloud/adapters/http/metrics.py",
        )
    )  # fmt: skip
    document = (root / "docs" / "monitoring.md").read_text()
    named = set(re.findall(r"stallholder_(?:till|hub|cloud|\(till\|hub\|cloud\))_([a-z_]+)", document))
    named |= set(
        re.findall(r"`([a-z]+(?:_[a-z]+)*_(?:total|bytes|seconds|entries))(?:\{[a-z,]+\})?`", document)
    )
    assert len(named) > 20
    assert sorted(name for name in named if name.removesuffix("_total") not in told) == []
