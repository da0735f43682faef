"""A till without a name asks for it: a small app of its own, for this machine's own screen alone."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, RedirectResponse

from device.adapters.http.pages import install_pages
from device.adapters.http.phrase_books import phrase_books
from device.domain.first_run import TILL_NAME, BadAnswer, FirstRun, StallCard
from device.domain.tax_rates import COUNTRIES
from device.services.set_up import SetUp
from shared.http.problem import problem, problem_error
from shared.http.security import LOOPBACK_NAMES, secure
from shared.http.spoken import Spoken

_TEXT = Field(default="", max_length=200)


class WelcomeBody(BaseModel):
    """The answers of the first start."""

    stall: str = Field(max_length=200)
    country: str = _TEXT
    currency: str = Field(max_length=8)
    language: str = Field(max_length=8)
    person: str = Field(max_length=200)
    pin: str = Field(max_length=64, repr=False)
    tenant: str = _TEXT
    device: str = Field(default=TILL_NAME, max_length=200)
    hub_url: str = _TEXT
    hub_code: str = Field(default="", max_length=200, repr=False)

    def asked(self) -> FirstRun:
        """Return what the domain understands."""
        card = StallCard(
            stall=self.stall.strip(), country=self.country, currency=self.currency, language=self.language
        )
        return FirstRun(
            card=card, person=self.person.strip(), pin=self.pin, tenant=self.tenant.strip(),
            device=self.device.strip(), hub_url=self.hub_url.strip(), hub_code=self.hub_code.strip(),
        )  # fmt: skip


def create_welcome_app(
    service: SetUp, *, preset: StallCard, folders: Mapping[str, Path], bind: str, extra_hosts: Sequence[str],
    done: Callable[[], None],
) -> FastAPI:  # fmt: skip
    """Return the app; it calls `done` once the till has a name. `preset` is what the configuration says."""
    app = FastAPI(title="Stallholder till, first start", docs_url=None, redoc_url=None, openapi_url=None)
    router = APIRouter()

    @router.get("/", include_in_schema=False)
    async def start() -> RedirectResponse:
        return RedirectResponse("/welcome.html")

    @router.get("/welcome", include_in_schema=False)
    async def welcome() -> RedirectResponse:
        return RedirectResponse("/welcome.html")

    @router.get("/healthz")
    async def healthz() -> dict[str, str]:
        return {"status": "first-start"}

    @router.get("/api/welcome", dependencies=[Depends(_own_screen)])
    async def asks() -> dict[str, object]:
        countries = [
            {"code": one.code, "currency": one.currency, "rates_bp": list(one.rates_bp)}
            for one in COUNTRIES.values()
        ]
        return {
            "countries": countries, "stall": preset.stall, "currency": preset.currency,
            "language": preset.language, "country": preset.country,
        }  # fmt: skip

    @router.post("/api/welcome", dependencies=[Depends(_own_screen)])
    async def answer(body: WelcomeBody) -> Response:
        said = await service.set_up(body.asked())
        if isinstance(said, BadAnswer):
            return problem(422, "bad-answer", said.message, said.remedy, field=said.field)
        done()
        return JSONResponse({"till": said.device, "tenant": said.tenant}, status_code=201)

    app.include_router(router)
    secure(app, bind=bind, extra_hosts=tuple(extra_hosts))
    app.add_middleware(Spoken, books=phrase_books())
    install_pages(app, folders)
    return app


def _own_screen(request: Request) -> None:
    """Whoever comes first becomes the manager, so only the till's own screen may come."""
    host = request.client.host if request.client else ""
    if host.removeprefix("::ffff:") not in LOOPBACK_NAMES:
        raise problem_error(
            403,
            "own-screen-only",
            "This till is not set up yet.",
            "Set it up at the till's own screen first.",
        )
