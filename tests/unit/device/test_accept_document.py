"""Documents that come down: checked, kept on the disk, and counted as a whole; what is refused is told and changes nothing."""

import base64
import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from device.adapters.files.document_files import DocumentFiles
from device.adapters.files.tinydb_settings_store import TinyDbSettingsStore
from device.adapters.ledger.ledger import JournalLedger
from device.adapters.onnx_forecaster import OnnxForecaster
from device.domain.documents import REFUSED_MAX, Accepted, DocumentFault, RefusedDocument
from device.domain.errors import DiskFullError
from device.domain.forecast import DemandForecast, ModelCard
from device.domain.sale import BeyondShare
from device.domain.settings import Settings
from device.domain.till_state import TillState
from device.ports.stores import SettingsStore
from device.services.accept_document import AcceptDocument
from device.services.assortment import CurrentAssortment
from device.services.changes import Changes
from device.services.models import Models
from device.services.sell import Receipt, Sell
from shared.documents import (
    EVERYONE,
    ModelContent,
    PricesContent,
    QuotasContent,
    SettingsContent,
)
from shared.history import SalesHistory
from shared.trust import SignedDocument
from tests.fakes import MEMBERSHIP, FakeClock, FakeRandomness, MemorySettings, PlainSealer
from tests.unit.device.issuer import TILL, catalogue, claim_of, issue, text_of
from tests.unit.device.stall import BOWL, JAM, SETTINGS, open_ledger, order

MODEL = Path(__file__).parents[3] / "device" / "models" / "demand-3.onnx"


class BuiltIn:
    """A forecaster by name only."""

    card = ModelCard(name="built-in", version=1, feature_version=1, levels=(), error=0, naive_error=0)

    def forecast(self, history: SalesHistory, /) -> tuple[DemandForecast, ...]:
        raise AssertionError(history)


class Stall:
    """A till that hears documents, with its real ledger and its real files."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.clock = FakeClock()
        self.ledger: JournalLedger[TillState] = open_ledger(directory / "ledger", self.clock)
        self.settings: SettingsStore = MemorySettings(replace(SETTINGS, catalogue=Settings().catalogue))
        self.start()

    def start(self) -> None:
        """What a start does with what lies on the disk."""
        self.documents = DocumentFiles(self.directory / "documents", TILL)
        self.models = Models(built_in=BuiltIn(), missing="", opener=OnnxForecaster.from_document)
        self.assortment = CurrentAssortment(
            ledger=self.ledger, documents=self.documents, settings=self.settings
        )
        self.accepting = AcceptDocument(
            ledger=self.ledger, documents=self.documents, settings=self.settings, clock=self.clock,
            identity=TILL, models=self.models, changes=Changes(),
        )  # fmt: skip
        self.selling = Sell(
            ledger=self.ledger, settings=self.settings, assortment=self.assortment, clock=self.clock,
            randomness=FakeRandomness(), sealer=PlainSealer(), membership=MEMBERSHIP, currency="EUR",
        )  # fmt: skip

    async def accept(self, signed: SignedDocument) -> Accepted | RefusedDocument:
        return await self.accepting.accept(claim_of(signed), text_of(signed))

    async def fault_of(self, signed: SignedDocument) -> DocumentFault:
        outcome = await self.accept(signed)
        assert isinstance(outcome, RefusedDocument)
        return outcome.fault

    @property
    def versions(self) -> dict[str, int]:
        return self.documents.current.versions()

    def price(self, sku: str = "bowl") -> int:
        product = self.assortment.now().priced.find(BOWL.sku if sku == "bowl" else JAM.sku)
        assert product is not None
        return product.price_minor


@pytest.fixture
def stall(tmp_path: Path) -> Iterator[Stall]:
    made = Stall(tmp_path)
    yield made
    made.ledger.close()


async def test_an_accepted_document_counts_and_is_there_again_after_a_restart(stall: Stall) -> None:
    outcome = await stall.accept(issue(catalogue(BOWL, JAM), 3))
    assert isinstance(outcome, Accepted)
    assert (stall.price(), stall.assortment.now().catalogue.version) == (1850, 3)
    stall.start()
    assert stall.versions == {"catalogue/everyone": 3}
    assert stall.documents.current.accepted == {outcome.address: outcome}


async def test_what_is_not_to_be_trusted_or_is_not_for_this_till_is_refused_and_told(stall: Stall) -> None:
    await stall.accept(issue(catalogue(BOWL), 5))
    other_key = Ed25519PrivateKey.generate()
    assert await stall.fault_of(issue(catalogue(), 6, key=other_key)) is DocumentFault.UNTRUSTED
    assert await stall.fault_of(issue(catalogue(), 6, tenant="else")) is DocumentFault.UNTRUSTED
    assert await stall.fault_of(issue(catalogue(), 6, scope="till-y")) is DocumentFault.NOT_OURS
    assert await stall.fault_of(issue(catalogue(), 4)) is DocumentFault.OLDER
    assert await stall.fault_of(issue(catalogue(), 5)) is DocumentFault.CONTRADICTS
    claim = claim_of(issue(catalogue(), 6))
    for text in (b"", b"[]", b"{", b'{"payload":"{}","signature":"x"}', b"\xff", b"[" * 100_000,
                 b'{"payload":"{\\"kind\\":\\"catalogue\\"}\\ud800","signature":"x"}'):  # fmt: skip
        refused = await stall.accepting.accept(claim, text)
        assert isinstance(refused, RefusedDocument)
        assert refused.fault is DocumentFault.UNTRUSTED
    odd = replace(claim, kind="\ud800" * 1_000)
    assert isinstance(await stall.accepting.accept(odd, b""), RefusedDocument)
    assert stall.versions == {"catalogue/everyone": 5}
    told = stall.settings.current.refused_documents
    assert {one.fault for one in told} == set(DocumentFault) - {DocumentFault.UNFIT_MODEL}


async def test_what_was_refused_is_there_after_a_restart_whatever_it_called_itself(
    stall: Stall, tmp_path: Path
) -> None:
    stall.settings = TinyDbSettingsStore(tmp_path / "settings.json")
    stall.start()
    await stall.accepting.accept(replace(claim_of(issue(catalogue(), 6)), kind="\ud800", scope="\0"), b"[]")
    (refused,) = TinyDbSettingsStore(tmp_path / "settings.json").current.refused_documents
    assert (refused.kind, refused.version, refused.fault) == ("?", 6, DocumentFault.UNTRUSTED)


async def test_the_same_refusal_stands_once_and_goes_when_a_newer_version_is_accepted(stall: Stall) -> None:
    await stall.accept(issue(catalogue(BOWL), 5))
    for version in (1, 1, 1, 2):
        await stall.accept(issue(catalogue(), version))
    assert [one.version for one in stall.settings.current.refused_documents] == [1, 2]
    await stall.accept(issue(catalogue(BOWL, JAM), 6))
    assert stall.settings.current.refused_documents == ()
    stranger = Ed25519PrivateKey.generate()
    for version in range(10, 10 + 2 * REFUSED_MAX):
        await stall.accept(issue(catalogue(), version, key=stranger))
    assert len(stall.settings.current.refused_documents) == REFUSED_MAX


async def test_the_version_that_counts_already_is_neither_refused_nor_written_again(stall: Stall) -> None:
    first = await stall.accept(issue(catalogue(BOWL), 5))
    stall.clock.advance(60)
    assert await stall.accept(issue(catalogue(BOWL), 5)) == first
    assert stall.accepting.is_held(claim_of(issue(catalogue(BOWL), 5)))
    assert stall.settings.current.refused_documents == ()


async def test_a_way_back_is_a_newer_version_with_the_old_content(stall: Stall) -> None:
    for version, minor in ((1, 1850), (2, 2000), (3, 1850)):
        await stall.accept(issue(catalogue(replace(BOWL, price_minor=minor)), version))
        assert stall.price() == minor


async def test_a_file_that_was_altered_is_left_out_and_so_asked_for_again(stall: Stall) -> None:
    await stall.accept(issue(catalogue(BOWL), 3))
    await stall.accept(issue(SettingsContent(stall="Quay"), 2))
    path = stall.directory / "documents" / "catalogue.everyone.json"
    path.write_bytes(path.read_bytes().replace(b"1850", b"1950"))
    stall.start()
    assert stall.versions == {"settings/everyone": 2}
    path.write_bytes(b"\0" * 100)
    stall.start()
    assert stall.versions == {"settings/everyone": 2}


@pytest.mark.parametrize("step", ["fsync", "replace"])
async def test_a_crash_while_a_document_is_written_leaves_the_old_one_whole(
    stall: Stall, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await stall.accept(issue(catalogue(BOWL), 1))

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(*((os, "fsync", fail) if step == "fsync" else (Path, "replace", fail)))
        with pytest.raises(DiskFullError):
            await stall.accept(issue(catalogue(BOWL, JAM), 2))
    assert stall.versions == {"catalogue/everyone": 1}
    stall.start()
    assert (stall.versions, len(stall.assortment.now().catalogue.products)) == ({"catalogue/everyone": 1}, 1)
    await stall.accept(issue(catalogue(BOWL, JAM), 2))
    assert stall.versions == {"catalogue/everyone": 2}


async def test_prices_of_this_till_go_before_everyones_and_both_before_the_catalogues(stall: Stall) -> None:
    await stall.accept(issue(catalogue(BOWL, JAM), 1))
    await stall.accept(issue(PricesContent(prices_minor={"bowl": 2000, "jam": 700}), 1))
    assert (stall.price(), stall.price("jam")) == (2000, 700)
    await stall.accept(issue(PricesContent(prices_minor={"bowl": 2100}), 1, scope=TILL.device))
    assert (stall.price(), stall.price("jam")) == (2100, 700)
    assert stall.assortment.now().catalogue.products == (BOWL, JAM)


async def test_settings_from_afar_leave_what_they_do_not_name(stall: Stall) -> None:
    await stall.accept(issue(SettingsContent(stall="Quay", market_weekdays=(4, 5)), 1))
    await stall.accept(issue(SettingsContent(receipt_footer="Thank you"), 1, scope=TILL.device))
    assert stall.documents.current.settings() == SettingsContent(
        stall="Quay", receipt_footer="Thank you", market_weekdays=(4, 5)
    )


async def sold(stall: Stall, number: int, quantity_milli: int, *, collect: bool = False) -> object:
    return await stall.selling.sell(order(number, lines=(("bowl", quantity_milli),), collect=collect))


async def test_a_parcel_beyond_the_share_is_refused_and_goods_in_hand_never_are(stall: Stall) -> None:
    await stall.accept(issue(catalogue(BOWL), 1))
    await sold(stall, 1, 2000)
    counted_from = {f"{TILL.device}/{stall.ledger.stream.epoch}": stall.ledger.head.seq}
    await sold(stall, 2, 1000)
    quotas = QuotasContent(quota_milli={"bowl": 4000}, counted_from=counted_from)
    await stall.accept(issue(quotas, 1, scope=TILL.device))
    assert stall.assortment.now().left_milli(stall.ledger.state, BOWL.sku) == 3000
    assert await sold(stall, 3, 4000, collect=True) == BeyondShare("bowl", 3000)
    assert isinstance(await sold(stall, 4, 3000, collect=True), Receipt)
    assert await sold(stall, 5, 1000, collect=True) == BeyondShare("bowl", 0)
    assert isinstance(await sold(stall, 6, 5000), Receipt)
    stall.start()
    assert stall.assortment.now().left_milli(stall.ledger.state, BOWL.sku) == 0
    assert stall.assortment.now().left_milli(stall.ledger.state, JAM.sku) is None


async def test_two_lines_of_one_product_are_held_to_the_share_together(stall: Stall) -> None:
    await stall.accept(issue(catalogue(BOWL), 1))
    await stall.accept(issue(QuotasContent(quota_milli={"bowl": 3000}), 1))
    twice = order(1, lines=(("bowl", 2000), ("bowl", 2000)), collect=True)
    assert await stall.selling.sell(twice) == BeyondShare("bowl", 3000)


async def test_a_sale_says_by_which_catalogue_it_was_priced(stall: Stall) -> None:
    await stall.accept(issue(catalogue(BOWL), 12))
    receipt = await sold(stall, 1, 1000)
    assert isinstance(receipt, Receipt)
    assert json.loads(receipt.entry.line)["body"]["catalogue_version"] == 12
    kept = await stall.selling.sell(order(2, kept=True, prices_minor=(1700,)))
    assert isinstance(kept, Receipt)
    assert "catalogue_version" not in json.loads(kept.entry.line)["body"]


def model(**card: object) -> ModelContent:
    said = {**json.loads(MODEL.with_suffix(".json").read_text(encoding="utf-8")), **card}
    return ModelContent(card=json.dumps(said), onnx=base64.b64encode(MODEL.read_bytes()).decode())


async def test_a_model_that_came_down_is_used_until_it_is_retired(stall: Stall) -> None:
    def in_use() -> tuple[str, int]:
        forecaster = stall.models.in_force(stall.documents.current)
        assert forecaster is not None
        return forecaster.card.name, forecaster.card.version

    assert in_use() == ("built-in", 1)
    await stall.accept(issue(model(name="spring", version=2), 1))
    assert in_use() == ("spring", 2)
    stall.start()
    await stall.accepting.reopen_models()
    assert in_use() == ("spring", 2)
    for unfit in (model(weights_sha256="0" * 64), model(feature_version=99), ModelContent(card="{}", onnx="AAAA"),
                  ModelContent(card="{}", onnx="no base64"), model(quantile_levels=[0.4, 0.6])):  # fmt: skip
        assert await stall.fault_of(issue(unfit, 2)) is DocumentFault.UNFIT_MODEL
        assert in_use() == ("spring", 2)
    await stall.accept(issue(ModelContent(card="", onnx=""), 3))
    assert in_use() == ("built-in", 1)
    stall.start()
    before = stall.documents.current.model_before
    assert before is not None
    assert before.document.version == 1
    assert stall.versions == {f"model/{EVERYONE}": 3}
