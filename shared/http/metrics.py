"""`GET /metrics` in Prometheus's text format, and `GET /api/status`, for whoever has the part's metrics token.

Nobody reads them without the token, not even on the same machine: behind a reverse proxy everybody comes from there. The
metrics are made at each scrape from the state as it is; there is no registry that outlives a request.
"""

import hmac
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from shared.entry import Json
from shared.http.problem import problem_error
from shared.sync.progress import Progress
from shared.sync.tally import CommitTimes

_SCHEME = "Bearer "


@dataclass(frozen=True, slots=True, kw_only=True)
class Monitored:
    """What a part lets be read: its metrics, its status in words, and the token that opens both (empty: nobody)."""

    token: Callable[[], str]
    metrics: Callable[[], Awaitable[Sequence[Metric]]]
    status: Callable[[], Awaitable[Mapping[str, Json]]]


def monitored_routes(part: Monitored) -> APIRouter:
    """Return the two routes."""
    routes = APIRouter()

    @routes.get("/metrics")
    async def metrics(request: Request) -> Response:
        _require(request, part.token())
        registry = CollectorRegistry(auto_describe=False)
        registry.register(_Given(await part.metrics()))
        return Response(
            generate_latest(registry),
            media_type=CONTENT_TYPE_PLAIN_0_0_4,
            headers={"Cache-Control": "no-store"},
        )

    @routes.get("/api/status")
    async def status(request: Request) -> Response:
        _require(request, part.token())
        return JSONResponse(dict(await part.status()))

    return routes


def _require(request: Request, token: str) -> None:
    given = request.headers.get("authorization", "")
    known = token and given.startswith(_SCHEME)
    if not known or not hmac.compare_digest(given.removeprefix(_SCHEME).strip().encode(), token.encode()):
        raise problem_error(
            401,
            "no-metrics-token",
            "Metrics are read with this part's own token.",
            "Print it with the part's command metrics-token, and send it as Authorization: Bearer TOKEN.",
        )


class _Given(Collector):
    """Hands over metrics that were made before."""

    def __init__(self, metrics: Sequence[Metric]) -> None:
        self._metrics = metrics

    def collect(self) -> Iterable[Metric]:
        """Return them."""
        return self._metrics


# -- Making metrics -----------------------------------------------------------------------------------------------


def gauge(name: str, help_text: str, *rows: tuple[Mapping[str, str], float]) -> Metric:
    """Return a gauge; all rows have the same labels."""
    labels = list(rows[0][0]) if rows else []
    family = GaugeMetricFamily(name, help_text, labels=labels)
    for given, value in rows:
        family.add_metric([given[label] for label in labels], value)
    return family


def counter(name: str, help_text: str, *rows: tuple[Mapping[str, str], float]) -> Metric:
    """Return a counter; its name ends in `_total` when it is written."""
    labels = list(rows[0][0]) if rows else []
    family = CounterMetricFamily(name, help_text, labels=labels)
    for given, value in rows:
        family.add_metric([given[label] for label in labels], value)
    return family


def build_info(part: str, version: str) -> Metric:
    """Return which version of a part runs."""
    return InfoMetricFamily(f"stallholder_{part}_build", "Which version runs.", value={"version": version})


def commit_seconds(part: str, times: CommitTimes) -> Metric:
    """Return how long commits took."""
    buckets = [
        ("+Inf" if bound == float("inf") else repr(bound), float(count)) for bound, count in times.buckets()
    ]
    return HistogramMetricFamily(
        f"stallholder_{part}_commit_seconds", "How long it took to make a batch durable.",
        buckets=buckets, sum_value=times.sum_s,
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One stream, or all of a source's, towards one receiver, as metrics tell it; `moved_s` is None before it moved."""

    labels: Mapping[str, str]
    head: int
    mark: int
    behind: int
    behind_s: float
    moved_s: float | None
    connected: bool
    reason: str
    alarm: bool


def leg_of(progress: Progress, now_ms: int, labels: Mapping[str, str]) -> Leg:
    """Return a stream's progress as a leg."""
    since, moved = progress.behind_since, progress.moved
    return Leg(
        labels=labels, head=progress.head_seq, mark=progress.mark_seq, behind=progress.behind,
        behind_s=since.age_s(now_ms) if since else 0, moved_s=moved.age_s(now_ms) if moved else None,
        connected=progress.connected, reason=progress.reason.code, alarm=progress.alarm,
    )  # fmt: skip


_LEG_GAUGES: tuple[tuple[str, str, Callable[[Leg], float | None]], ...] = (
    ("head_entries", "Number of the last entry that there is.", lambda leg: leg.head),
    ("mark_entries", "Number of the last entry that is durable at the receiver.", lambda leg: leg.mark),
    ("entries_behind", "Entries that the receiver lacks.", lambda leg: leg.behind),
    ("behind_seconds", "Age of the oldest entry that the receiver lacks.", lambda leg: leg.behind_s),
    ("mark_moved_seconds", "Time since the receiver's mark last rose.", lambda leg: leg.moved_s),
    ("connected", "1 while the receiver itself answers.", lambda leg: leg.connected),
    (
        "stalled",
        "1 while it is connected and nothing becomes durable there.",
        lambda leg: leg.reason == "stalled",
    ),
    (
        "refused",
        "1 while the receiver does not take it.",
        lambda leg: leg.reason in {"refused", "quarantined"},
    ),
    ("alarm", "1 while a person should look.", lambda leg: leg.alarm),
)


def leg_metrics(part: str, legs: Sequence[Leg]) -> Iterator[Metric]:
    """Yield what is told about every leg; they have the same labels."""
    for name, help_text, value_of in _LEG_GAUGES:
        valued = [(leg.labels, value_of(leg)) for leg in legs]
        yield gauge(
            f"stallholder_{part}_{name}", help_text,
            *((labels, float(value)) for labels, value in valued if value is not None),
        )  # fmt: skip
    yield gauge(
        f"stallholder_{part}_behind_reason", "1 for the reason why the receiver lacks something, or does not.",
        *(({**leg.labels, "reason": leg.reason}, 1.0) for leg in legs),
    )  # fmt: skip
