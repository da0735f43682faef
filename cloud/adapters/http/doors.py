"""What the HTTP interface leads to: the services behind it, and who is signed in."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request

from cloud.ports.dashboards import ChangeFeed
from cloud.ports.people import Registry
from cloud.ports.world import Clock, DiskGauge, Secrets
from cloud.services.dead_letters import LetterDesk
from cloud.services.enrol_device import Enrolment
from cloud.services.issue_documents import DocumentOffice
from cloud.services.keep_catalogue import CatalogueKeeping
from cloud.services.read_dashboard import Dashboards
from cloud.services.receive_stream import StreamReceiver
from cloud.services.report_presence import PresenceReport
from cloud.services.sign_in import People
from cloud.services.supply_tills import Supply
from shared.http.sessions import Session, SessionCookie


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """Everything the routes need."""

    receiver: StreamReceiver
    enrolment: Enrolment
    presence: PresenceReport
    people: People
    dashboards: Dashboards
    office: DocumentOffice
    keeping: CatalogueKeeping
    supply: Supply
    letters: LetterDesk
    registry: Registry
    feed: ChangeFeed
    secrets: Secrets
    clock: Clock
    cookie: SessionCookie
    tenants: Callable[[], list[str]]
    disk: DiskGauge
    software: str = ""
    metrics_token: Callable[[], str] = str

    def require_session(self, request: Request) -> Session:
        """Return who is signed in; raises ProblemError."""
        return self.cookie.require(request, self.clock.monotonic_s())

    def tenant_of(self, request: Request) -> str:
        """Return the tenant of whoever is signed in; raises ProblemError."""
        return split_who(self.require_session(request).who)[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """Where the pages lie."""

    own: Path
    shared: Path


def join_who(tenant: str, user: str) -> str:
    """Return how a session calls somebody."""
    return f"{tenant}/{user}"


def split_who(who: str) -> tuple[str, str]:
    """Return the tenant and user of a session."""
    tenant, _, user = who.partition("/")
    return tenant, user
