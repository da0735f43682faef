"""Documents: issued once, in order, from what tills changed and what the maker decided; offered to hubs of the tenant."""

import json
from dataclasses import asdict, replace

import httpx
import pytest
from sqlalchemy import event

from cloud.domain.catalogue_state import SETTLE_MS
from cloud.domain.contribution import contribution_of
from cloud.domain.enrolment import Role
from cloud.domain.issued import VERSIONS_KEPT, Issued, NotIssued
from cloud.services.verify_archive import verify_archive
from shared.documents import (
    EVERYONE,
    CatalogueContent,
    DocumentKind,
    PricesContent,
    QuotasContent,
    SettingsContent,
    read_issued,
)
from shared.events.event import understood
from shared.events.sale import LedgerOpened
from shared.events.stock import ProductsChanged
from shared.http.sessions import CSRF_HEADER
from shared.ids import Sku
from shared.products import ProductChange, ProductDetails
from shared.sync.receiver import ReceivedLine
from tests.unit.cloud.cloud_chains import Chain, open_day, sale
from tests.unit.cloud.cloud_deployment import HandClock, client_of, enrol_hub, running_cloud, sign_in
from tests.unit.cloud.model_cards import card_of

MUG = ProductDetails(
    sku=Sku("mug"), name="Mug, ash glaze", category="Pottery", price_minor=2_400, vat_rate_bp=1_900
)
BOWL = replace(MUG, sku=Sku("bowl"), name="Stoneware bowl", price_minor=2_800)
CATALOGUE = DocumentKind.CATALOGUE


@pytest.fixture
def clock():
    return HandClock()


@pytest.fixture
def cloud(tmp_path, clock):
    with running_cloud(tmp_path, clock) as opened:
        yield opened


@pytest.fixture
async def http(cloud):
    async with client_of(cloud) as client:
        yield client


@pytest.fixture
def hub(cloud):
    return enrol_hub(cloud)


def till(source="till-harbour", epoch="k7f3q2"):
    chain = Chain(source=source, epoch=epoch)
    chain.add(LedgerOpened(currency="EUR", software="0.1.0"))
    return chain


def told(chain, *changes, version=0):
    chain.add(ProductsChanged(changes=changes, catalogue_version=version, cashier="Mira"))


def new(*products):
    return [ProductChange(before=None, after=product) for product in products]


def change(before, **fields):
    return ProductChange(before=before, after=replace(before, **fields))


async def deliver(http, hub, chain):
    answer = await hub.send(http, chain.source, chain.batch())
    assert answer["type"] == "ack", answer


async def offered(http, hub, held=()):
    answer = await hub.post(http, "/api/v1/documents", json.dumps({"held": list(held)}).encode())
    assert answer.status_code == 200, answer.text
    return {(row["kind"], row["scope"]): row for row in answer.json()}


async def newest(cloud, http, hub, clock, kind="catalogue", scope="everyone"):
    clock.pass_s(SETTLE_MS / 1_000)
    row = (await offered(http, hub))[kind, scope]
    answer = await hub.get(http, f"/api/v1/documents/{kind}/{scope}/{row['version']}")
    assert answer.status_code == 200, answer.text
    assert len(answer.content) == row["bytes"]
    root = cloud.doors.office.authority.public_key
    document = read_issued(answer.json(), root_public_key=root, tenant=hub.tenant)
    assert (document.version, document.hash) == (row["version"], row["hash"])
    return document


class Maker:
    """Somebody who is signed in."""

    def __init__(self, http: httpx.AsyncClient, csrf: str):
        self.http, self.csrf = http, csrf

    async def get(self, path):
        answer = await self.http.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def post(self, path, body=None, expect=200):
        answer = await self.http.post(path, json=body or {}, headers={CSRF_HEADER: self.csrf})
        assert answer.status_code == expect, answer.text
        return answer.json()

    async def change(self, *changes, seen_revision):
        body = {"seen_revision": seen_revision, "changes": [asdict(one) for one in changes]}
        return await self.post("/api/catalogue/changes", body)


@pytest.fixture
async def maker(cloud, http, hub):
    return Maker(http, (await sign_in(cloud, http))["csrf"])


async def test_a_tills_first_import_becomes_the_catalogue_of_a_fresh_cloud(cloud, http, hub, clock):
    chain = till()
    told(chain, *new(MUG, BOWL))
    await deliver(http, hub, chain)
    document = await newest(cloud, http, hub, clock)
    assert document.version == 1
    assert document.content == CatalogueContent(products=(MUG, BOWL), covers={"till-harbour/k7f3q2": 2})


async def test_two_tills_that_changed_the_same_product_offline_both_learn_how_it_was_settled(
    cloud, http, hub, clock
):
    harbour, riverside = till(), till("till-riverside", "m4p8w2")
    told(harbour, *new(MUG))
    await deliver(http, hub, harbour)
    assert (await newest(cloud, http, hub, clock)).version == 1
    told(harbour, change(MUG, price_minor=2_500), version=1)
    told(riverside, change(MUG, price_minor=2_600, name="Mug, ash"), version=1)
    for chain in (riverside, harbour):
        await deliver(http, hub, chain)
    document = await newest(cloud, http, hub, clock)
    assert (document.version, document.content.products) == (
        2, (replace(MUG, price_minor=2_500, name="Mug, ash"),)
    )  # fmt: skip
    assert document.content.covers == {"till-harbour/k7f3q2": 3, "till-riverside/m4p8w2": 2}
    (settled,) = document.content.settled
    assert (settled.kept_source, settled.kept_value) == ("till-harbour", "2500")
    assert (settled.dropped_source, settled.dropped_value) == ("till-riverside", "2600")


async def test_a_batch_that_comes_twice_changes_the_catalogue_once(cloud, http, hub, clock):
    chain = till()
    told(chain, *new(MUG))
    for _ in range(3):
        await deliver(http, hub, chain)
    assert cloud.doors.keeping.view("demo").state.revision == 1
    assert (await newest(cloud, http, hub, clock)).version == 1
    assert (await newest(cloud, http, hub, clock)).version == 1


async def test_a_version_that_was_due_when_the_cloud_was_killed_is_issued_when_it_comes_back(tmp_path, clock):
    chain = till()
    told(chain, *new(MUG))
    with running_cloud(tmp_path, clock) as first:
        hub = enrol_hub(first)
        async with client_of(first) as http:
            await deliver(http, hub, chain)
    clock.pass_s(60)
    with running_cloud(tmp_path, clock) as second:
        assert second.doors.office.issue_due() == 1
        assert second.doors.office.issue_due() == 0
        (issued,) = second.doors.office.addresses("demo")
        assert (issued.version, issued.issued_by) == (1, "till-harbour")


async def test_a_burst_becomes_one_version(cloud, http, hub, clock):
    chain = till()
    for price in range(20):
        told(chain, *(new(MUG) if price == 0 else [change(MUG, price_minor=2_400 + price)]))
        await deliver(http, hub, chain)
        assert await offered(http, hub) == {}
    assert (await newest(cloud, http, hub, clock)).version == 1


async def test_the_makers_change_is_settled_like_any_other_and_the_other_value_is_one_tap_away(
    cloud, http, hub, clock, maker
):
    chain = till()
    told(chain, *new(MUG))
    await deliver(http, hub, chain)
    await newest(cloud, http, hub, clock)
    seen = (await maker.get("/api/catalogue"))["revision"]
    told(chain, change(MUG, price_minor=2_500), version=1)
    await deliver(http, hub, chain)
    await maker.change(change(MUG, price_minor=2_700), seen_revision=seen)
    shown = await maker.get("/api/catalogue")
    (settled,) = shown["settlements"]
    assert (settled["kept_source"], settled["kept_value"], settled["dropped_value"]) == (
        "cloud",
        "2700",
        "2500",
    )
    assert (shown["waiting"], shown["version"]) == (True, 1)
    await maker.post(f"/api/catalogue/settlements/{settled['position']}/choose-other")
    shown = await maker.get("/api/catalogue")
    assert (shown["settlements"], shown["products"][0]["price_minor"]) == ([], 2_500)
    refusal = await maker.post(f"/api/catalogue/settlements/{settled['position']}/acknowledge", expect=409)
    assert "decided already" in refusal["message"]
    document = await newest(cloud, http, hub, clock)
    assert (document.version, document.content.products[0].price_minor) == (2, 2_500)


async def test_an_acknowledged_settlement_leaves_the_page_and_still_travels(cloud, http, hub, clock, maker):
    harbour, riverside = till(), till("till-riverside", "m4p8w2")
    told(harbour, *new(MUG))
    told(riverside, *new(replace(MUG, price_minor=9_900)))
    for chain in (harbour, riverside):
        await deliver(http, hub, chain)
    (settled,) = (await maker.get("/api/catalogue"))["settlements"]
    assert settled["kept_value"] == "2400"
    await maker.post(f"/api/catalogue/settlements/{settled['position']}/acknowledge")
    assert (await maker.get("/api/catalogue"))["open_settlements"] == 0
    assert len((await newest(cloud, http, hub, clock)).content.settled) == 1


async def test_a_rollback_is_a_new_version_with_the_old_content_and_covers_no_less(
    cloud, http, hub, clock, maker
):
    chain = till()
    told(chain, *new(MUG))
    await deliver(http, hub, chain)
    first = await newest(cloud, http, hub, clock)
    told(chain, change(MUG, price_minor=9_900), *new(BOWL), version=1)
    await deliver(http, hub, chain)
    assert (await newest(cloud, http, hub, clock)).version == 2
    answer = await maker.post("/api/documents/catalogue/everyone/1/bring-back")
    assert answer["version"] == 3
    third = await newest(cloud, http, hub, clock)
    assert third.content.products == (*first.content.products, replace(BOWL, retired=True))
    assert third.content.covers == {"till-harbour/k7f3q2": 3}
    versions = (await maker.get("/api/documents/catalogue/everyone"))["versions"]
    assert [(row["version"], row["issued_by"], row["why"]) for row in versions] == [
        (3, "mira", "version 1 brought back"),
        (2, "till-harbour", "changes by till-harbour"),
        (1, "till-harbour", "changes by till-harbour"),
    ]
    differences = (await maker.get("/api/documents/catalogue/everyone/3/differences"))["differences"]
    assert {(row["name"], row["field"], row["before"], row["after"]) for row in differences} == {
        ("Mug, ash glaze", "price_minor", "9900", "2400"),
        ("Stoneware bowl", "retired", "false", "true"),
    }


async def test_a_file_is_previewed_imported_and_exported_again(cloud, http, hub, clock, maker):
    text = "sku;name;category;price;vat_percent\nmug;Mug;Pottery;24,00;19\nbad;;Pottery;1;19\nbowl;Bowl;Pottery;28;7\n"
    plan = await maker.post("/api/catalogue/import/preview", {"text": text})
    assert (plan["added"], plan["changed"], plan["same"], plan["refused"]) == (2, 0, 0, 1)
    assert plan["refused_rows"][0]["row"] == 3
    assert (await maker.get("/api/catalogue"))["products"] == []
    assert (await maker.post("/api/catalogue/import", {"text": text}))["added"] == 2
    exported = (await http.get("/api/catalogue/export")).text
    assert exported.splitlines()[1] == "mug,Mug,Pottery,24.00,19,,,piece,,,,,,,"
    again = await maker.post("/api/catalogue/import", {"text": exported})
    assert (again["added"], again["changed"], again["same"]) == (0, 0, 2)
    assert [product.sku for product in (await newest(cloud, http, hub, clock)).content.products] == [
        "mug",
        "bowl",
    ]


async def test_a_price_beyond_all_bounds_is_refused_in_words_and_changes_nothing(maker):
    body = {"seen_revision": 0, "changes": [asdict(one) for one in new(replace(MUG, price_minor=-1))]}
    refusal = await maker.post("/api/catalogue/changes", body, expect=409)
    assert refusal["message"] == "Nothing was changed: the price must lie between 0 and 1000000."
    assert (await maker.get("/api/catalogue"))["products"] == []


async def test_a_tills_change_that_cannot_be_taken_is_kept_and_told_and_stops_nothing(
    cloud, http, hub, clock, maker
):
    chain = till()
    told(chain, *new(replace(MUG, price_minor=10**12)))
    told(chain, *new(replace(BOWL, name="B\x00wl" + "x" * 500)))
    await deliver(http, hub, chain)
    (product,) = (await newest(cloud, http, hub, clock)).content.products
    assert (len(product.name), "\x00" in product.name) == (120, False)
    assert (await maker.get("/api/dashboard/fleet"))["rejected"] == 1
    (report,) = verify_archive(cloud.archive())
    assert report.sound, report


async def test_a_change_by_an_absurd_version_of_the_catalogue_is_kept_and_does_not_stop_its_chain(
    cloud, http, hub, clock, maker
):
    chain = till()
    chain.add_raw("ProductsChanged", {"changes": [], "catalogue_version": 10**30, "cashier": ""})
    told(chain, *new(MUG))
    await deliver(http, hub, chain)
    assert (await newest(cloud, http, hub, clock)).content.products == (MUG,)
    assert (await maker.get("/api/dashboard/fleet"))["rejected"] == 1


async def test_quotas_are_for_one_till_and_not_for_everyone(cloud, maker):
    answer = await maker.post("/api/supplies/everyone/quotas", {"quota_milli": {"mug": 5_000}}, expect=409)
    assert "one till's share" in answer["message"]
    await maker.post(
        "/api/supplies/split", {"sku": "mug", "total_milli": 1_000, "tills": ["everyone"]}, expect=409
    )
    assert cloud.doors.office.addresses("demo") == []


async def test_a_hub_that_holds_everything_costs_few_questions_however_many_documents_there_are(
    cloud, http, hub
):
    for number in range(30):
        cloud.doors.supply.set_prices("demo", f"till-{number}", {"mug": number + 1}, by="mira")
    held = [
        {name: row[name] for name in ("kind", "scope", "version", "hash")}
        for row in (await offered(http, hub)).values()
    ]
    asked = []
    event.listen(cloud.database.engine, "before_cursor_execute", lambda *said: asked.append(said[2]))
    assert len(await offered(http, hub, held)) == 30
    assert len(asked) < 10, asked


async def test_quotas_are_shared_out_and_count_down_as_entries_come(cloud, http, hub, clock, maker):
    harbour, riverside = till(), till("till-riverside", "m4p8w2")
    open_day(harbour)
    harbour.add(sale(1, "mug", quantity_milli=2_000))
    for chain in (harbour, riverside):
        await deliver(http, hub, chain)
    await maker.post(
        "/api/supplies/split",
        {"sku": "mug", "total_milli": 7_000, "tills": ["till-harbour", "till-riverside"]},
    )
    document = await newest(cloud, http, hub, clock, "quotas", "till-harbour")
    assert document.content == QuotasContent(
        quota_milli={"mug": 4_000}, counted_from={"till-harbour/k7f3q2": 3}
    )
    harbour.add(sale(2, "mug", quantity_milli=3_000))
    await deliver(http, hub, harbour)
    stalls = {
        row["source"]: row["supplies"]["quotas"] for row in (await maker.get("/api/supplies"))["stalls"]
    }
    assert stalls == {
        "till-harbour": [{"sku": "mug", "quota_milli": 4_000, "left_milli": 1_000}],
        "till-riverside": [{"sku": "mug", "quota_milli": 3_000, "left_milli": 3_000}],
    }
    await maker.post("/api/supplies/till-harbour/quotas", {"quota_milli": {"bowl": 5_000}})
    document = await newest(cloud, http, hub, clock, "quotas", "till-harbour")
    assert document.content.quota_milli == {"bowl": 5_000, "mug": 1_000}
    assert document.content.counted_from == {"till-harbour/k7f3q2": 4}
    await maker.post("/api/documents/quotas/till-harbour/1/bring-back")
    document = await newest(cloud, http, hub, clock, "quotas", "till-harbour")
    assert (document.version, document.content.quota_milli) == (3, {"mug": 4_000})
    assert document.content.counted_from == {"till-harbour/k7f3q2": 4}


async def test_prices_settings_and_models_are_issued_once_for_what_they_say(cloud, http, hub, clock, maker):
    for _ in range(2):
        answer = await maker.post("/api/supplies/till-harbour/prices", {"prices_minor": {"mug": 2_300}})
        assert answer == {"kind": "prices", "scope": "till-harbour", "version": 1}
    document = await newest(cloud, http, hub, clock, "prices", "till-harbour")
    assert document.content == PricesContent(prices_minor={"mug": 2_300})
    await maker.post(
        "/api/supplies/everyone/settings", {"receipt_footer": " Thank you ", "market_weekdays": [6, 5]}
    )
    document = await newest(cloud, http, hub, clock, "settings")
    assert document.content == SettingsContent(receipt_footer="Thank you", market_weekdays=(5, 6))
    await maker.post("/api/supplies/everyone/settings", {"market_weekdays": [7]}, expect=409)
    published = cloud.doors.supply.publish_model("demo", card=card_of(b"onnx"), onnx=b"onnx", by="mira")
    assert isinstance(published, Issued)
    assert isinstance(cloud.doors.supply.publish_model("demo", card="[]", onnx=b"x", by="mira"), NotIssued)
    assert (await newest(cloud, http, hub, clock, "model")).content.card == card_of(b"onnx")


async def test_a_document_beyond_the_limit_is_refused_and_the_last_one_counts(cloud, http, hub):
    small = cloud.doors.supply.publish_model("demo", card=card_of(b"x"), onnx=b"x", by="mira")
    large = b"x" * 4_000_000
    refused = cloud.doors.supply.publish_model("demo", card=card_of(large), onnx=large, by="mira")
    assert isinstance(refused, NotIssued)
    assert "a document may have 4,194,304" in refused.reason
    assert isinstance(small, Issued)
    assert (await offered(http, hub))["model", "everyone"]["version"] == small.version


async def test_old_versions_lose_their_content_but_not_their_place(cloud, maker):
    for price in range(VERSIONS_KEPT + 2):
        cloud.doors.supply.set_prices("demo", "till-harbour", {"mug": price}, by="mira")
    versions = (await maker.get("/api/documents/prices/till-harbour"))["versions"]
    assert len(versions) == VERSIONS_KEPT + 2
    assert [row["version"] for row in versions if not row["kept"]] == [2, 1]
    refusal = await maker.post("/api/documents/prices/till-harbour/1/bring-back", expect=409)
    assert "is not kept here" in refusal["message"]


@pytest.mark.parametrize("held_hash", ["", "f" * 64])
async def test_a_cloud_restored_from_a_backup_counts_on_above_what_hubs_hold(
    cloud, http, hub, clock, held_hash
):
    cloud.doors.supply.set_prices("demo", "till-harbour", {"mug": 1}, by="mira")
    version = 1 if held_hash else 20
    held = [{"kind": "prices", "scope": "till-harbour", "version": version, "hash": held_hash}]
    held += [
        {"kind": "poem", "scope": "everyone", "version": 5},
        {"kind": "model", "scope": "everyone", "version": 4},
    ]
    for _ in range(2):
        assert (await offered(http, hub, held))["prices", "till-harbour"]["version"] == version + 1
    model = cloud.doors.supply.publish_model("demo", card=card_of(b"x"), onnx=b"x", by="mira")
    assert isinstance(model, Issued)
    assert model.version == 5


async def test_an_absurd_version_that_a_hub_claims_skips_no_numbers(cloud, http, hub):
    cloud.doors.supply.set_prices("demo", "till-harbour", {"mug": 1}, by="mira")
    held = [{"kind": "prices", "scope": "till-harbour", "version": 2**52}]
    assert (await offered(http, hub, held))["prices", "till-harbour"]["version"] == 1


async def test_tenants_see_and_change_only_their_own(cloud, http, hub, clock, maker):
    chain = till()
    told(chain, *new(MUG))
    await deliver(http, hub, chain)
    await newest(cloud, http, hub, clock)
    stranger = enrol_hub(cloud, "hub-other", tenant="other")
    assert await offered(http, stranger) == {}
    path = "/api/v1/documents/catalogue/everyone/1"
    assert (await stranger.get(http, path)).status_code == 404
    board = enrol_hub(cloud, "board-1", role=Role.BOARD)
    assert (await board.get(http, path)).status_code == 403
    assert (await http.get(path)).status_code == 401
    async with client_of(cloud) as other:
        stranger_maker = Maker(other, (await sign_in(cloud, other, "olga", "other"))["csrf"])
        assert (await stranger_maker.get("/api/catalogue"))["products"] == []
        await stranger_maker.post("/api/documents/catalogue/everyone/1/bring-back", expect=409)
    assert (await http.post("/api/catalogue/changes", json={})).status_code == 403


async def test_the_page_knows_which_version_each_till_runs(cloud, http, hub, maker):
    sources = [
        {
            "source": "till-harbour",
            "role": "till",
            "online": True,
            "documents": {"catalogue": 9, "prices/till-harbour": 2},
        }
    ]
    await hub.post(http, "/api/v1/presence", json.dumps({"sources": sources}).encode())
    (stall,) = (await maker.get("/api/supplies"))["stalls"]
    assert stall["documents"] == {"catalogue": 9, "prices/till-harbour": 2}


async def test_what_one_till_says_without_sense_does_not_lose_the_report_about_all(http, hub, maker):
    nonsense = {"Catalogue!": 1, "prices/everyone": -4, "model/everyone": 2**70, "catalogue/everyone": 3}
    many = {f"prices/till-{number}": 1 for number in range(500)}
    sources = [
        {"source": "till-harbour", "role": "till", "online": True, "documents": nonsense},
        {"source": "till-riverside", "role": "till", "online": True, "documents": many},
    ]
    answer = await hub.post(http, "/api/v1/presence", json.dumps({"sources": sources}).encode())
    assert answer.status_code == 200, answer.text
    stalls = {row["source"]: row["documents"] for row in (await maker.get("/api/supplies"))["stalls"]}
    assert stalls["till-harbour"] == {"catalogue/everyone": 3}
    assert len(stalls["till-riverside"]) == 100


async def test_nonsense_from_a_hub_is_refused_in_words(http, hub):
    for body in (b"[]", b'{"held": [{"kind": "catalogue", "scope": "../x", "version": 1}]}', b"\xff"):
        answer = await hub.post(http, "/api/v1/documents", body)
        assert answer.status_code == 422
        assert "Correct it" in answer.json()["remedy"]
    assert (await hub.get(http, "/api/v1/documents/poem/everyone/1")).status_code == 422


def test_every_scope_is_an_address_of_its_own(cloud):
    enrol_hub(cloud)
    for scope in (EVERYONE, "till-harbour", "till-riverside"):
        cloud.doors.supply.set_settings("demo", scope, SettingsContent(stall=scope), by="mira")
    assert [(one.scope, one.version) for one in cloud.doors.office.addresses("demo")] == [
        (EVERYONE, 1), ("till-harbour", 1), ("till-riverside", 1)
    ]  # fmt: skip


async def test_a_crash_in_the_middle_leaves_neither_the_entries_nor_what_they_change(cloud, http, hub, clock):
    chain = till()
    told(chain, *new(MUG))
    streams, at_ms = cloud.doors.receiver.streams, clock.now_ms()
    lines = [ReceivedLine(entry.seq, entry.hash, entry.line, understood(entry)) for entry in chain.entries]

    def be_killed():
        with streams.hold(chain.stream, hub=hub.device) as stream:
            stream.append(lines, chain.head, contribution_of(lines), at_ms=at_ms)
            raise LookupError("killed")

    with pytest.raises(LookupError):
        be_killed()
    view = cloud.doors.keeping.view("demo")
    assert (view.products, view.state.revision) == ([], 0)
    await deliver(http, hub, chain)
    assert cloud.doors.keeping.view("demo").products == [MUG]


def test_a_crash_before_a_version_is_durable_uses_no_number(cloud):
    enrol_hub(cloud)
    office = cloud.doors.office

    def be_killed():
        with office.shelves.writing("demo") as shelf:
            office.issue_within(
                shelf, "demo", EVERYONE, SettingsContent(stall="A"), by="mira", why="settings"
            )
            raise LookupError("killed")

    with pytest.raises(LookupError):
        be_killed()
    assert office.addresses("demo") == []
    issued = office.issue("demo", EVERYONE, SettingsContent(stall="B"), by="mira", why="settings")
    assert isinstance(issued, Issued)
    assert issued.version == 1
