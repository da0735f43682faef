"""The first start: what it asks, who may answer, and what a power cut leaves behind."""

from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.adapters.files.identity_file import IdentityFile
from device.adapters.files.stall_file import StallFile
from device.adapters.files.tinydb_settings_store import TinyDbSettingsStore
from device.adapters.http.welcome import create_welcome_app
from device.app.first_start import enrolment_service, is_fresh
from device.app.open_till import DEMO_CLOCK, open_till
from device.config import Config
from device.domain.first_run import BadAnswer, FirstRun, StallCard, fault_of, tenant_of
from device.domain.paper.receipt import Letterhead, pickup_slip
from device.domain.people import Role
from device.domain.tax_rates import COUNTRIES, rates_of
from device.services.set_up import SetUp
from shared.host.argon2_hasher import Argon2Hasher
from shared.ids import check_topic_level
from shared.settings import SettingsError, read_settings

CARD = StallCard(stall="Töpferei Müller", country="AT", currency="EUR", language="de")
ASKED = FirstRun(card=CARD, person="Ada", pin="4711")
BODY = {
    "stall": CARD.stall, "country": "AT", "currency": "EUR", "language": "de", "person": "Ada", "pin": "4711",
}  # fmt: skip


def service_in(folder: Path) -> SetUp:
    return SetUp(
        stall=StallFile(folder / "stall.json"), settings=TinyDbSettingsStore(folder / "settings.json"),
        hasher=Argon2Hasher(), enrol=enrolment_service(Config(data_dir=folder)),
        identity=IdentityFile(folder / "identity.json"),
    )  # fmt: skip


def client_of(service: SetUp, *, come_from: str, told: list[str]) -> httpx.AsyncClient:
    app = create_welcome_app(
        service, preset=replace(CARD, stall=""), folders={}, bind="0.0.0.0", extra_hosts=(),
        done=lambda: told.append("done"),
    )  # fmt: skip
    transport = httpx.ASGITransport(app, client=(come_from, 5000))
    return httpx.AsyncClient(transport=transport, base_url="http://localhost")


async def test_the_first_person_is_a_manager_and_the_till_opens_with_what_was_said(tmp_path: Path) -> None:
    told: list[str] = []
    assert is_fresh(Config(data_dir=tmp_path))
    async with client_of(service_in(tmp_path), come_from="127.0.0.1", told=told) as screen:
        assert {"code": "AT", "currency": "EUR", "rates_bp": [2000, 1300, 1000]} in (
            await screen.get("/api/welcome")
        ).json()["countries"]
        answer = await screen.post("/api/welcome", json=BODY)
        again = await screen.post("/api/welcome", json={**BODY, "person": "Mallory", "pin": "0000"})

    assert (answer.status_code, answer.json()) == (201, {"till": "till-1", "tenant": "topferei-muller"})
    assert (again.status_code, told) == (422, ["done"])
    assert not is_fresh(Config(data_dir=tmp_path))
    with open_till(Config(data_dir=tmp_path)) as till:
        (person,) = till.settings.current.cashiers
        assert (person.name, person.role) == ("Ada", Role.MANAGER)
    assert StallFile(tmp_path / "stall.json").load() == CARD


async def test_nobody_but_the_tills_own_screen_sets_it_up(tmp_path: Path) -> None:
    async with client_of(service_in(tmp_path), come_from="192.168.1.7", told=[]) as phone:
        answers = [await phone.get("/api/welcome"), await phone.post("/api/welcome", json=BODY)]

    assert [one.status_code for one in answers] == [403, 403]
    assert list(tmp_path.iterdir()) == []


async def test_a_power_cut_before_the_name_lets_the_assistant_ask_again(tmp_path: Path) -> None:
    StallFile(tmp_path / "stall.json").save(replace(CARD, stall="Half done"))
    service = service_in(tmp_path)
    await service.set_up(ASKED)
    IdentityFile(tmp_path / "identity.json")._path.unlink()

    assert is_fresh(Config(data_dir=tmp_path))
    await service.set_up(replace(ASKED, person="Ben"))
    assert [one.name for one in TinyDbSettingsStore(tmp_path / "settings.json").current.cashiers] == ["Ben"]


def test_a_ledger_that_lost_its_name_is_renamed_by_nobody(tmp_path: Path) -> None:
    (tmp_path / "ledger").mkdir()

    assert not is_fresh(Config(data_dir=tmp_path))


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        (replace(ASKED, pin="12"), "pin"), (replace(ASKED, person=""), "person"),
        (replace(ASKED, tenant="demo"), "tenant"), (replace(ASKED, device="Till 1"), "device"),
        (replace(ASKED, hub_url="http://hub.local"), "hub"), (replace(ASKED, card=replace(CARD, stall="")), "stall"),
        (replace(ASKED, card=replace(CARD, currency="euro")), "currency"),
        (replace(ASKED, card=replace(CARD, country="XX")), "country"),
    ],
)  # fmt: skip
def test_an_answer_that_cannot_be_taken_is_named(asked: FirstRun, field: str) -> None:
    fault = fault_of(asked)

    assert isinstance(fault, BadAnswer)
    assert fault.field == field


@given(st.text(max_size=60))
def test_every_stall_gives_its_ledger_a_fit_name(stall: str) -> None:
    name = tenant_of(stall)

    assert check_topic_level("tenant", name) == name
    assert name != "demo"


async def test_cash_is_rounded_as_in_the_country_unless_the_till_counts_in_another_currency(
    tmp_path: Path,
) -> None:
    for place, (country, currency, step_minor) in enumerate(
        [("CH", "CHF", 5), ("AT", "EUR", 1), ("SE", "SEK", 100), ("CH", "EUR", 1), ("", "CHF", 1)]
    ):
        folder = tmp_path / str(place)
        folder.mkdir()
        card = replace(CARD, country=country, currency=currency)
        await service_in(folder).set_up(replace(ASKED, card=card))
        rules = TinyDbSettingsStore(folder / "settings.json").current.trade_rules
        assert rules.cash_step_minor == step_minor


def test_every_countrys_standard_rate_comes_first_and_is_the_highest() -> None:
    assert len(COUNTRIES) == 27 + 4
    for country in COUNTRIES.values():
        assert country.rates_bp == tuple(sorted(country.rates_bp, reverse=True))
    assert (rates_of("CH"), rates_of("US"), rates_of("")) == ((810, 380, 260), (), ())


def test_what_was_said_at_the_first_start_gives_way_to_the_configuration() -> None:
    said = {"stall": "Said", "currency": "CHF"}

    config = read_settings(
        Config, prefix="T_", toml_text='stall = "Written"', environment={"T_PORT": "1"}, beneath=said
    )

    assert (config.stall, config.currency, config.port) == ("Written", "CHF", 1)


def test_a_demonstration_and_a_real_till_never_share_data(tmp_path: Path) -> None:
    real = Config(data_dir=tmp_path / "real")
    enrolment_service(real).init("harbour", "till-1")
    demo = Config(data_dir=tmp_path / "demo")
    enrolment_service(demo).init("demo", "till-1")
    (demo.data_dir / DEMO_CLOCK).write_text("{}")

    for config in (replace(real, demo=True), demo):
        with pytest.raises(SettingsError, match="demo"), open_till(config):
            pass


def test_a_demonstrations_paper_says_that_it_is_no_receipt() -> None:
    paper = pickup_slip("123 456", "Dock", Letterhead(stall="Demo", language="en", demo=True))

    assert "DEMO: not a receipt" in str(paper)
