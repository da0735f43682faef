"""Products changed at the till: into the ledger, at once for sale, and never twice or by halves."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from device.adapters.files.tinydb_settings_store import TinyDbSettingsStore
from device.adapters.ledger.ledger import JournalLedger
from device.domain.catalogue import Catalogue, Product
from device.domain.change_product import PriceSetFromAfar
from device.domain.documents import Accepted
from device.domain.pricing.cart import UnknownProduct
from device.domain.product_rules import BadProduct
from device.domain.settings import Settings
from device.domain.till_state import TillState
from device.services.change_products import ChangeProducts
from device.services.import_catalogue import ImportCatalogue, adopt_local_catalogue
from shared.documents import PricesContent, read_issued
from shared.entry import parse_entry
from shared.events.event import read_event
from shared.events.stock import ProductsChanged
from shared.ids import Sku
from shared.trust import SignedDocument, public_key_text
from tests.fakes import NOON, FakeRandomness, MemoryDocuments, MemorySettings
from tests.unit.device.issuer import ROOT, catalogue, issue
from tests.unit.device.stall import BOWL, CATALOGUE, JAM, assortment_of, open_ledger

NONE = Settings()


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[JournalLedger[TillState]]:
    ledger = open_ledger(tmp_path / "ledger")
    yield ledger
    ledger.close()


def accepted(signed: SignedDocument) -> Accepted:
    document = read_issued(signed.to_json(), root_public_key=public_key_text(ROOT), tenant="demo")
    return Accepted(document=document, accepted_at=NOON)


def changing(ledger: JournalLedger[TillState], documents: MemoryDocuments) -> ChangeProducts:
    return ChangeProducts(
        ledger=ledger, assortment=assortment_of(ledger, documents, NONE), randomness=FakeRandomness()
    )


def said(ledger: JournalLedger[TillState]) -> list[ProductsChanged]:
    events = (read_event(parse_entry(line)) for line in ledger.read_lines(1, ledger.head.seq))
    return [event for event in events if isinstance(event, ProductsChanged)]


async def test_a_changed_price_counts_at_once_and_says_what_it_was(ledger: JournalLedger[TillState]) -> None:
    documents = MemoryDocuments()
    documents.keep(b"", accepted(issue(catalogue(BOWL, JAM), 12)))
    service = changing(ledger, documents)
    after = await service.change(BOWL.sku, {"price_minor": 2500}, "Mira")
    assert after == replace(BOWL, price_minor=2500)
    (event,) = said(ledger)
    assert (event.cashier, event.catalogue_version) == ("Mira", 12)
    assert [(change.before, change.after) for change in event.changes] == [(BOWL, after)]
    assert await service.change(BOWL.sku, {"price_minor": 2500, "sku": "other"}, "Mira") == after
    assert len(said(ledger)) == 1, "what is so already is not said again"


async def test_a_new_product_gets_a_number_of_its_own_and_a_retired_one_is_no_longer_offered(
    ledger: JournalLedger[TillState],
) -> None:
    service = changing(ledger, MemoryDocuments())
    wish = {"name": "Große Schüssel", "category": "Pottery", "price_minor": 3900, "vat_rate_bp": 1900}
    first, second = await service.add(wish, "Mira"), await service.add(wish, "Mira")
    assert isinstance(first, Product)
    assert isinstance(second, Product)
    assert first.sku != second.sku
    assert first.sku.startswith("gro")
    await service.change(first.sku, {"retired": True}, "Mira")
    now = assortment_of(ledger, settings=NONE).now().catalogue
    assert [product.sku for product in now.offered] == [second.sku]


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"name": ""}, "name"), ({"name": "a\nb"}, "name"), ({"category": "x" * 121}, "category"),
        ({"price_minor": -1}, "price_minor"), ({"price_minor": 10**9}, "price_minor"),
        ({"vat_rate_bp": 9100}, "vat_rate_bp"), ({"barcode": "4006381333932"}, "barcode"),
        ({"barcode": "ä"}, "barcode"), ({"barcode": "777"}, "barcode"), ({"colour": "x" * 41}, "colour"),
    ],
)  # fmt: skip
async def test_what_a_product_cannot_be_is_refused_by_field(
    ledger: JournalLedger[TillState], wish: dict[str, str | int], field: str
) -> None:
    documents = MemoryDocuments()
    documents.keep(b"", accepted(issue(catalogue(BOWL, replace(JAM, barcode="777")), 1)))
    refused = await changing(ledger, documents).change(BOWL.sku, wish, "Mira")
    assert isinstance(refused, BadProduct)
    assert refused.field == field
    assert said(ledger) == []


async def test_a_price_that_the_cloud_sets_for_this_till_is_not_changed_here(
    ledger: JournalLedger[TillState],
) -> None:
    documents = MemoryDocuments()
    documents.keep(b"", accepted(issue(catalogue(BOWL), 1)))
    documents.keep(b"", accepted(issue(PricesContent(prices_minor={"bowl": 2100}), 1)))
    service = changing(ledger, documents)
    assert await service.change(BOWL.sku, {"price_minor": 1}, "Mira") == PriceSetFromAfar(BOWL.sku, 2100)
    after = await service.change(BOWL.sku, {"name": "Blue bowl"}, "Mira")
    assert after == replace(BOWL, name="Blue bowl", price_minor=2100)
    assert said(ledger)[0].changes[0].after.price_minor == BOWL.price_minor
    assert await service.change(Sku("vase"), {"name": "Vase"}, "Mira") == UnknownProduct("vase")


async def test_a_file_goes_up_as_entries_and_a_second_import_of_it_says_nothing(
    ledger: JournalLedger[TillState],
) -> None:
    rows = "\n".join(f"p{number},Plate {number},Pottery,{number}.00,19,5" for number in range(1, 251))
    content = ("sku,name,category,price,vat_percent,stock\n" + rows).encode()
    importing = ImportCatalogue(
        ledger=ledger,
        settings=MemorySettings(),
        assortment=assortment_of(ledger, settings=NONE),
        currency="EUR",
    )
    await importing.import_csv(content, "Mira")
    assert [len(event.changes) for event in said(ledger)] == [100, 100, 50]
    head = ledger.head
    await importing.import_csv(content, "Mira")
    assert ledger.head == head
    assert len(assortment_of(ledger, settings=NONE).now().catalogue.offered) == 250


@pytest.mark.parametrize("crashed", [False, True])
async def test_products_that_older_settings_hold_move_into_the_ledger_once(
    ledger: JournalLedger[TillState], tmp_path: Path, crashed: bool
) -> None:
    path = tmp_path / "settings.json"
    TinyDbSettingsStore(path).change(lambda old: replace(old, catalogue=CATALOGUE))
    if crashed:  # the power went after the entries were on the disk and before the settings were

        class Off(MemorySettings):
            def change(self, decide: object) -> Settings:
                raise OSError(decide)

        with pytest.raises(OSError, match="function"):
            await adopt_local_catalogue(ledger, Off(Settings(catalogue=CATALOGUE)), MemoryDocuments())
    settings = TinyDbSettingsStore(path)
    await adopt_local_catalogue(ledger, settings, MemoryDocuments())
    assert TinyDbSettingsStore(path).current.catalogue == Catalogue()
    path.unlink()  # a lost settings file loses no product
    assert (
        assortment_of(ledger, settings=TinyDbSettingsStore(path).current).now().catalogue.products
        == CATALOGUE.products
    )
    assert len(said(ledger)) == 1


async def test_products_of_older_settings_do_not_overrule_what_the_cloud_says_of_them(
    ledger: JournalLedger[TillState],
) -> None:
    documents = MemoryDocuments()
    documents.keep(b"", accepted(issue(catalogue(replace(BOWL, price_minor=2000)), 1)))
    await adopt_local_catalogue(ledger, MemorySettings(Settings(catalogue=CATALOGUE)), documents)
    now = assortment_of(ledger, documents, NONE).now().catalogue
    assert [(product.sku, product.price_minor) for product in now.products] == [("bowl", 2000), ("jam", 650)]


async def test_the_same_value_is_given_until_something_changes(ledger: JournalLedger[TillState]) -> None:
    documents = MemoryDocuments()
    documents.keep(b"", accepted(issue(catalogue(BOWL), 1)))
    assortment = assortment_of(ledger, documents, NONE)
    first = assortment.now()
    assert assortment.now() is first
    await ChangeProducts(ledger=ledger, assortment=assortment, randomness=FakeRandomness()).change(
        BOWL.sku, {"price_minor": 1}, "Mira"
    )
    second = assortment.now()
    documents.keep(b"", accepted(issue(catalogue(BOWL), 2)))
    assert len({first.key, second.key, assortment.now().key}) == 3
