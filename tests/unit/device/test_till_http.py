"""The till's HTTP interface over a real ledger and a real settings file, as `device.app` puts them together."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from device.adapters.files.identity_file import IdentityFile
from device.adapters.http.till_app import create_app
from device.app.build_services import build_services
from device.app.open_till import OpenTill, open_till
from device.config import Config
from device.domain.documents import Accepted
from device.domain.identity import Identity
from device.domain.pickup import seal_info
from device.services.changes import Changes
from shared.documents import (
    CatalogueContent,
    Content,
    QuotasContent,
    SettingsContent,
    Settlement,
    read_issued,
)
from shared.entry import parse_entry
from shared.events.event import read_event
from shared.events.sale import SaleRecorded
from shared.host.argon2_hasher import Argon2Hasher
from shared.trust import open_sealed, public_key_text
from tests.fakes import IDENTITY, MEMBERSHIP, NOON
from tests.unit.device.issuer import ROOT, issue, text_of
from tests.unit.device.stall import BOWL, sale_id

CSV = b"""sku,name,category,price,vat_percent,barcode,stock
bowl,Stoneware bowl,Pottery,18.50,19,4006381333931,12
jam,Quince jam,Pantry,6.50,7,,30
broken,,Pantry,6.50,7,,
"""


class Counter:
    """A browser in front of the till."""

    def __init__(self, http: httpx.AsyncClient, till: OpenTill) -> None:
        self.http = http
        self.till = till

    async def sign_in(self, pin: str = "1234") -> httpx.Response:
        answer = await self.http.post("/api/sign-in", json={"pin": pin})
        if answer.is_success:
            self.http.headers["X-Stallholder-CSRF"] = answer.json()["csrf"]
        return answer

    async def sell(self, number: int = 1, *, sku: str = "bowl", quantity: int = 2000, tendered: int = 5000,
                   **more: object) -> httpx.Response:  # fmt: skip
        line = {
            "sku": sku,
            "quantity_milli": quantity,
            **({"unit_price_minor": 1500} if "kept" in more else {}),
        }
        sale = {
            "sale_id": sale_id(number), "lines": [line],
            "payment": {"method": "cash", "tendered_minor": tendered}, **more,
        }  # fmt: skip
        return await self.http.post("/api/sales", json=sale)


def config_in(directory: Path) -> Config:
    return Config(data_dir=directory, stall="Harbour Market")


HUB_KEY = X25519PrivateKey.generate()


@pytest.fixture
def identity() -> Identity:
    membership = replace(MEMBERSHIP, sealing_public_key=public_key_text(HUB_KEY))
    return replace(IDENTITY, membership=membership)


@pytest.fixture
async def counter(tmp_path: Path, identity: Identity) -> AsyncIterator[Counter]:
    IdentityFile(tmp_path / "identity.json").save(identity)
    with open_till(config_in(tmp_path)) as till:
        services = build_services(till, changes=Changes(), hub_status=None, on_ledger_failed=lambda: None)
        services.sign_in.add_cashier("Mira", "1234")
        await services.import_catalogue.import_csv(CSV, "Mira")
        till.settings.change(lambda old: replace(old, numbers_leased_at={407: 0}))
        transport = httpx.ASGITransport(create_app(services))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as http:
            yield Counter(http, till)


async def test_a_sale_answers_its_receipt_and_a_repeat_the_same(counter: Counter) -> None:
    await counter.sign_in()
    first = await counter.sell(expected_total_minor=3700)
    again = await counter.sell(expected_total_minor=3700)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    receipt = first.json()
    assert receipt["total_minor"] == 3700
    (paid,) = receipt["payments"]
    assert (paid["method"], paid["amount_minor"], paid["tendered_minor"], paid["change_minor"]) == (
        "cash",
        3700,
        5000,
        1300,
    )
    assert receipt["vat"] == [{"rate_bp": 1900, "net_minor": 3109, "vat_minor": 591, "gross_minor": 3700}]
    assert (receipt["cashier"], receipt["stall"], receipt["pickup"]) == ("Mira", "Harbour Market", None)
    assert receipt["receipt_number"].endswith("-00001")
    assert receipt["proof"]["text"].startswith("STALLHOLDER1:demo/till-x/")
    svg = receipt["proof"]["qr_svg"]
    assert svg.startswith('<svg role="img"')
    assert "<?xml" not in svg
    assert "<title>" in svg


async def test_a_parcel_is_promised_with_a_code_and_found_again_by_its_sale(counter: Counter) -> None:
    await counter.sign_in()
    receipt = (await counter.sell(collect_at_locker=True)).json()
    assert receipt["pickup"]["hub"] == "hub-dock"
    assert receipt["pickup"]["code"].startswith("407 ")
    found = (await counter.http.get(f"/api/sales/{receipt['sale_id']}")).json()
    assert found == receipt
    assert await secret_in_the_box(counter, receipt) == receipt["pickup"]["code"][4:].replace(" ", "")
    refused = await counter.sell(2, collect_at_locker=True)
    assert (refused.status_code, refused.json()["code"]) == (409, "no-pickup-number")


async def secret_in_the_box(counter: Counter, receipt: dict[str, Any]) -> str:
    """What the hub reads in the ledger's sealed box."""
    _, _, _, seq, _ = receipt["proof"]["text"].split("/")
    (line,) = counter.till.ledger.read_lines(int(seq), int(seq))
    sale = read_event(parse_entry(line))
    assert isinstance(sale, SaleRecorded)
    assert sale.pickup is not None
    return open_sealed(HUB_KEY, sale.pickup.sealed, info=seal_info(sale.pickup.parcel_id)).decode()


Attempt = Callable[[Counter], Awaitable[httpx.Response]]


@pytest.mark.parametrize(
    ("attempt", "status", "code"),
    [
        (lambda c: c.sell(sku="vase"), 422, "unknown-product"),
        (lambda c: c.sell(tendered=100), 422, "tendered-too-little"),
        (lambda c: c.sell(expected_total_minor=1), 409, "total-changed"),
        (lambda c: c.sell(quantity=0), 422, "bad-quantity"),
        (lambda c: c.sell(quantity=2.5), 422, "invalid-request"),
        (lambda c: c.sell(tendered="5000"), 422, "invalid-request"),
        (lambda c: c.http.post("/api/sales", content=b"{"), 422, "invalid-request"),
        (lambda c: c.http.post("/api/sales", json={"sale_id": "1"}), 422, "invalid-request"),
        (lambda c: c.http.get("/api/sales/none"), 404, "unknown-sale"),
        (lambda c: c.http.post("/api/close-day", json={"cash_counted_minor": 0}), 409, "nothing-to-close"),
        (lambda c: c.http.post("/api/stock", json={"sku": "x", "change_milli": 1, "reason": "received"}), 422,
         "unknown-product"),
        (lambda c: c.http.post("/api/stock", json={"sku": "bowl", "change_milli": 1, "reason": "gift"}), 422,
         "invalid-request"),
        (lambda c: c.http.get("/api/nothing"), 404, "not-found"),
    ],
)  # fmt: skip
async def test_bad_input_gets_words_and_changes_nothing(
    counter: Counter, attempt: Attempt, status: int, code: str
) -> None:
    await counter.sign_in()
    before = (await counter.http.get("/api/compare")).json()
    answer = await attempt(counter)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["message"]
    assert answer.json()["remedy"]
    assert (await counter.http.get("/api/compare")).json() == before


async def test_the_same_id_for_other_goods_is_refused(counter: Counter) -> None:
    await counter.sign_in()
    await counter.sell(1)
    answer = await counter.sell(1, sku="jam")
    assert (answer.status_code, answer.json()["code"]) == (409, "sale-id-reused")


async def test_a_changed_total_is_told_with_the_new_one(counter: Counter) -> None:
    await counter.sign_in()
    assert (await counter.sell(expected_total_minor=3600)).json()["total_minor"] == 3700


async def test_a_kept_sale_is_taken_at_the_prices_it_carries(counter: Counter) -> None:
    await counter.sign_in()
    receipt = (await counter.sell(kept=True, expected_total_minor=3000)).json()
    assert receipt["total_minor"] == 3000


async def test_the_list_of_sales_says_which_were_kept_on_a_phone(counter: Counter) -> None:
    await counter.sign_in()
    await counter.sell(1)
    await counter.sell(2, kept=True, expected_total_minor=3000)
    sales = (await counter.http.get("/api/sales")).json()["sales"]
    assert {sale["sale_id"]: sale["kept"] for sale in sales} == {sale_id(1): False, sale_id(2): True}


async def test_nobody_sells_or_looks_without_signing_in(counter: Counter) -> None:
    for path in ("/api/catalogue", "/api/sales", "/api/stock", "/api/state", "/api/events", "/api/make-next", "/api/forecast/bowl",
                 "/api/closing", "/api/compare", "/api/session", "/api/products", "/api/documents"):  # fmt: skip
        answer = await counter.http.get(path)
        assert (answer.status_code, answer.json()["code"]) == (401, "signed-out"), path
    assert (await counter.sell()).status_code == 401
    wrong_key = {"Authorization": "Stallholder-Local 00"}
    assert (await counter.http.get("/api/compare", headers=wrong_key)).status_code == 401
    shop = (await counter.http.get("/api/shop")).json()
    assert shop == {
        "till": "till-x", "stall": "Harbour Market", "currency": "EUR", "language": "en", "demo": False,
        "trade": {"cash_step_minor": 1, "tips": False, "vat_added": False, "rates": []}, "card_terminal": "", "pin_length": 4,
    }  # fmt: skip


async def test_a_wrong_pin_is_refused_and_too_many_have_to_wait(counter: Counter) -> None:
    for _ in range(3):
        assert (await counter.sign_in("0000")).json()["code"] == "wrong-pin"
    locked = await counter.sign_in("1234")
    assert (locked.status_code, locked.json()["code"]) == (429, "pin-locked")
    assert locked.headers["retry-after"] == str(locked.json()["retry_after_s"])


async def test_a_page_without_the_sessions_token_cannot_sell(counter: Counter) -> None:
    await counter.sign_in()
    del counter.http.headers["X-Stallholder-CSRF"]
    assert (await counter.sell()).json()["code"] == "wrong-csrf"
    foreign = await counter.http.post("/api/sign-out", headers={"Origin": "http://evil.example"})
    assert foreign.status_code == 403
    rebound = await counter.http.get("/api/shop", headers={"Host": "evil.example"})
    assert rebound.status_code == 421


async def test_signing_out_ends_the_session(counter: Counter) -> None:
    await counter.sign_in()
    assert (await counter.http.get("/api/session")).json()["cashier"] == "Mira"
    assert (await counter.http.post("/api/sign-out")).is_success
    assert (await counter.http.get("/api/session")).status_code == 401


async def test_a_till_that_restarts_knows_who_is_signed_in_and_keeps_no_token(
    counter: Counter, tmp_path: Path
) -> None:
    await counter.sign_in()
    token = counter.http.cookies["stallholder_till"]
    kept = (tmp_path / "settings.json").read_text(encoding="utf-8")
    assert token not in kept
    assert hashlib.sha256(token.encode()).hexdigest() in kept
    services = build_services(counter.till, changes=Changes(), hub_status=None, on_ledger_failed=lambda: None)
    again = httpx.ASGITransport(create_app(services))
    async with httpx.AsyncClient(
        transport=again,
        base_url="http://localhost",
        headers=counter.http.headers,
        cookies=counter.http.cookies,
    ) as http:
        assert (await Counter(http, counter.till).sell()).status_code == 201
        assert (await http.post("/api/sign-out")).is_success
    assert "csrf" not in (tmp_path / "settings.json").read_text(encoding="utf-8")


async def test_the_days_list_pages_backwards_from_the_newest(counter: Counter) -> None:
    await counter.sign_in()
    for number in range(1, 6):
        await counter.sell(number)
    page = (await counter.http.get("/api/sales?limit=2")).json()
    assert (page["count"], page["total_minor"]) == (5, 5 * 3700)
    assert [sale["receipt_number"][-1] for sale in page["sales"]] == ["5", "4"]
    earlier = (await counter.http.get(f"/api/sales?before_seq={page['sales'][-1]['seq']}")).json()
    assert [sale["receipt_number"][-1] for sale in earlier["sales"]] == ["3", "2", "1"]
    assert {sale["where"] for sale in earlier["sales"]} == {"till"}


async def test_stock_follows_sales_and_movements(counter: Counter) -> None:
    await counter.sign_in()
    await counter.sell()
    moved = await counter.http.post(
        "/api/stock", json={"sku": "bowl", "change_milli": 5000, "reason": "received"}
    )
    assert (moved.status_code, moved.json()["stock_milli"]) == (201, 15_000)
    rows = {row["sku"]: row for row in (await counter.http.get("/api/stock")).json()["products"]}
    assert (rows["bowl"]["stock_milli"], rows["bowl"]["sold_today_milli"]) == (15_000, 2000)
    catalogue = (await counter.http.get("/api/catalogue")).json()
    assert [product["stock_milli"] for product in catalogue["products"]] == [15_000, 30_000]


async def test_nobody_says_how_much_there_is_of_what_was_never_booked_in(counter: Counter) -> None:
    await counter.sign_in()
    made = await counter.http.post(
        "/api/products", json={"name": "Cup", "category": "Pottery", "price_minor": 1250, "vat_rate_bp": 1900}
    )
    sku = made.json()["sku"]

    async def told() -> tuple[object, object]:
        catalogue = (await counter.http.get("/api/catalogue")).json()["products"]
        stock = (await counter.http.get("/api/stock")).json()["products"]
        return (
            next(one["stock_milli"] for one in catalogue if one["sku"] == sku),
            next(one["is_kept"] for one in stock if one["sku"] == sku),
        )

    assert await told() == (None, False)
    await counter.sell(sku=sku, quantity=1000)
    assert await told() == (None, False)
    await counter.http.post("/api/stock", json={"sku": sku, "change_milli": 5000, "reason": "received"})
    assert await told() == (4000, True)


async def test_the_day_closes_with_its_sums_and_the_plan_learns_from_it(counter: Counter) -> None:
    await counter.sign_in()
    assert (await counter.http.get("/api/make-next")).json()["products"] == []
    await counter.sell(1)
    await counter.sell(2, sku="jam", quantity=1000)
    preview = (await counter.http.get("/api/closing")).json()
    assert preview["cash_expected_minor"] == 4350
    closed = (await counter.http.post("/api/close-day", json={"cash_counted_minor": 4300})).json()
    assert (closed["sales_count"], closed["total_minor"], closed["difference_minor"]) == (2, 4350, -50)
    assert [line["rate_bp"] for line in closed["vat"]] == [1900, 700]
    state = (await counter.http.get("/api/state")).json()
    assert (state["session"], state["sales"]["till"]) == (None, 2)
    plan = (await counter.http.get("/api/make-next")).json()
    assert {row["sku"] for row in plan["products"]} == {"bowl", "jam"}
    assert plan["window"]["days"]
    assert plan["model"]["error"] > 0
    assert all(row["low"] <= row["likely"] <= row["high"] for row in plan["products"])


async def test_a_broken_row_is_told_and_kept_and_the_good_ones_count(counter: Counter) -> None:
    await counter.sign_in()
    answer = (await counter.http.post("/api/catalogue/import", content=CSV)).json()
    assert answer["imported"] == 2
    assert [(row["row"], row["text"]) for row in answer["refused"]] == [(4, "broken,,Pantry,6.50,7,,")]
    unreadable = await counter.http.post("/api/catalogue/import", content=b"sku,n\x81me")
    (whole,) = unreadable.json()["refused"]
    assert (whole["row"], whole["text"]) == (0, "")
    assert "CSV UTF-8" in whole["reason"]


async def test_a_file_is_looked_at_before_it_is_taken_over_and_handed_out_as_it_can_be_read_again(
    counter: Counter,
) -> None:
    await counter.sign_in()
    before = (await counter.http.get("/api/compare")).json()
    dearer = (
        "sku;name;category;price;vat_percent;unit;stock;price:members\r\n"
        "tea;Früchtetee;Tea;12,50;7;kg;3,5;11\r\nbad;Bad;Tea;x;7;;;\r\n"
    )
    plan = (await counter.http.post("/api/products/import/preview", content=dearer.encode("cp1252"))).json()
    assert (plan["added"], plan["changed"], plan["counted"], plan["refused_count"]) == (1, 0, 1, 1)
    assert plan["rows"][0]["stock"] == {"before_milli": 0, "after_milli": 3_500}
    assert (plan["refused"][0]["row"], plan["refused"][0]["field"]) == (3, "price_minor")
    assert (await counter.http.get("/api/compare")).json() == before
    taken = (await counter.http.post("/api/products/import", content=dearer.encode("cp1252"))).json()
    assert taken["imported"] == 1
    file = await counter.http.get("/api/products/export.csv")
    assert "Früchtetee" in file.text
    again = (await counter.http.post("/api/products/import/preview", content=file.content)).json()
    assert (again["rows"], again["refused"]) == ([], [])


async def test_a_sale_is_priced_by_its_list_a_typed_price_counts_where_it_may_and_a_bundle_moves_its_parts(
    counter: Counter,
) -> None:
    await counter.sign_in()
    change = counter.http.post
    lists = {"prices": [{"list_name": "members", "price_minor": 1000}]}
    assert (await change("/api/products/bowl", json=lists)).json()["prices"] == lists["prices"]
    by_list = await counter.sell(1, price_list="members")
    assert by_list.json()["total_minor"] == 2000
    assert (await counter.sell(1, price_list="members")).status_code == 200
    recorded = read_event(parse_entry(counter.till.ledger.read_lines(*[counter.till.ledger.head.seq] * 2)[0]))
    assert isinstance(recorded, SaleRecorded)
    assert recorded.price_list == "members"
    line = {"sku": "bowl", "quantity_milli": 1000, "unit_price_minor": 700}
    usual = await counter.http.post("/api/carts/price", json={"lines": [line]})
    await change("/api/products/bowl", json={"free_price": True})
    typed = await counter.http.post("/api/carts/price", json={"lines": [line]})
    assert (usual.json()["total_minor"] > 700, typed.json()["total_minor"]) == (True, 700)
    vat = (await counter.http.get("/api/products")).json()["products"][0]["vat_rate_bp"]
    box = {"name": "Box", "category": "Gifts", "price_minor": 4000, "vat_rate_bp": vat,
           "parts": [{"sku": "bowl", "quantity_milli": 2000}]}  # fmt: skip
    other_rate = await change("/api/products", json={**box, "vat_rate_bp": vat - 100})
    assert (other_rate.status_code, other_rate.json()["field"]) == (422, "parts")
    sku = (await change("/api/products", json=box)).json()["sku"]
    before = (await counter.http.get("/api/stock/bowl")).json()["stock_milli"]
    assert (await counter.sell(2, sku=sku, quantity=1000)).status_code == 201
    assert (await counter.http.get("/api/stock/bowl")).json()["stock_milli"] == before - 2000


async def test_a_product_without_a_barcode_gets_one_and_keeps_it(counter: Counter) -> None:
    await counter.sign_in()
    products = (await counter.http.get("/api/products")).json()["products"]
    bare = next(product["sku"] for product in products if not product["barcode"])
    made = (await counter.http.post(f"/api/products/{bare}/barcode")).json()["barcode"]
    assert (len(made), made[:2]) == (13, "20")
    assert (await counter.http.post(f"/api/products/{bare}/barcode")).json()["barcode"] == made
    assert (await counter.http.post("/api/products/nothing/barcode")).status_code == 422


async def test_a_count_sheet_that_is_sent_twice_is_booked_once(counter: Counter) -> None:
    await counter.sign_in()
    have = (await counter.http.get("/api/stock/bowl")).json()["stock_milli"]
    sheet = {
        "sheet_id": "s1", "reason": "counted",
        "rows": [{"sku": "bowl", "quantity_milli": have + 2_000, "have_milli": have}],
    }  # fmt: skip
    for _ in range(2):
        answer = await counter.http.post("/api/stock/sheets", json=sheet)
        assert (answer.status_code, answer.json()["moved"]) == (201, 1)
    assert (await counter.http.get("/api/stock/bowl")).json()["stock_milli"] == have + 2_000
    unknown = {**sheet, "sheet_id": "s2", "rows": [{"sku": "nothing", "quantity_milli": 1}]}
    assert (await counter.http.post("/api/stock/sheets", json=unknown)).status_code == 422


async def test_importing_the_same_catalogue_again_moves_no_stock(counter: Counter) -> None:
    await counter.sign_in()
    before = (await counter.http.get("/api/compare")).json()
    await counter.http.post("/api/catalogue/import", content=CSV)
    assert (await counter.http.get("/api/compare")).json() == before


async def test_a_product_is_changed_added_and_taken_out_of_the_offer(counter: Counter) -> None:
    await counter.sign_in()
    changed = await counter.http.post("/api/products/bowl", json={"price_minor": 2400})
    assert (changed.status_code, changed.json()["price_minor"]) == (200, 2400)
    assert (await counter.sell(expected_total_minor=4800)).status_code == 201
    wish = {"name": "Mug", "category": "Pottery", "price_minor": 900, "vat_rate_bp": 1900}
    added = await counter.http.post("/api/products", json=wish)
    assert added.status_code == 201
    gone = await counter.http.post("/api/products/jam", json={"retired": True})
    assert gone.json()["retired"]
    offered = (await counter.http.get("/api/catalogue")).json()["products"]
    assert [product["sku"] for product in offered] == ["bowl", added.json()["sku"]]
    assert len((await counter.http.get("/api/products")).json()["products"]) == 3
    told = (await counter.http.get("/api/documents")).json()
    assert (told["waiting"], told["running"], told["refused"], told["settled"]) == (3, [], [], [])


async def test_a_product_that_cannot_be_is_refused_with_the_field_that_is_wrong(counter: Counter) -> None:
    await counter.sign_in()
    answer = await counter.http.post("/api/products/jam", json={"barcode": "4006381333931"})
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (
        422,
        "bad-product",
        "barcode",
    )
    assert "belongs to bowl" in answer.json()["message"]
    unknown = await counter.http.post("/api/products/vase", json={"name": "Vase"})
    assert (unknown.status_code, unknown.json()["code"]) == (422, "unknown-product")
    odd = await counter.http.post("/api/products/jam", json={"price_minor": "12"})
    assert odd.status_code == 422


async def accept(counter: Counter, content: Content, version: int) -> None:
    """Let a document count as if it had come down."""
    signed = issue(content, version)
    document = read_issued(signed.to_json(), root_public_key=public_key_text(ROOT), tenant="demo")
    counter.till.documents.keep(text_of(signed), Accepted(document=document, accepted_at=NOON))


async def test_what_came_from_the_cloud_is_told_and_a_settlement_until_somebody_has_read_it(
    counter: Counter,
) -> None:
    await counter.sign_in()
    settled = Settlement(sku="bowl", field="price_minor", kept_source="till-riverside", kept_value="2500",
                         dropped_source="till-x", dropped_value="2400")  # fmt: skip
    others = replace(settled, kept_source="till-a", dropped_source="till-b")
    await accept(counter, CatalogueContent(products=(BOWL,), settled=(settled, others)), 12)
    await accept(counter, SettingsContent(stall="Quay", receipt_footer="Thank you"), 1)
    await accept(counter, QuotasContent(quota_milli={"bowl": 2000}), 1)
    told = (await counter.http.get("/api/documents")).json()
    assert [(one["kind"], one["version"], one["own"]) for one in told["running"]] == [
        ("catalogue", 12, False), ("quotas", 1, False), ("settings", 1, False),
    ]  # fmt: skip
    (one,) = told["settled"]
    assert (one["kept_value"], one["dropped_value"], one["kept_source"]) == ("2500", "2400", "till-riverside")
    read = await counter.http.post("/api/documents/seen", json={"settled": [one["key"], "nobody's"]})
    assert read.json()["settled"] == []
    assert counter.till.settings.current.settlements_seen == (one["key"],)
    assert (await counter.http.get("/api/shop")).json()["stall"] == "Quay"
    receipt = (await counter.sell(quantity=1000)).json()
    assert (receipt["stall"], receipt["footer"]) == ("Quay", "Thank you")
    refused = await counter.sell(2, quantity=2000, collect_at_locker=True)
    assert (refused.status_code, refused.json()["code"], refused.json()["left_milli"]) == (
        409,
        "beyond-share",
        1000,
    )
    assert "1 of “bowl” are left" in refused.json()["message"]


async def test_every_page_file_is_in_the_precache_list_under_its_hash(counter: Counter) -> None:
    listed = (await counter.http.get("/precache.json")).json()
    urls = {file["url"] for file in listed["files"]}
    assert {"/index.html", "/app.js", "/shared/http.js", "/shared/vendor/ui.js"} <= urls
    assert not any(url.endswith((".d.ts", ".LICENSE")) or "/build/" in url for url in urls)
    page = await counter.http.get("/")
    assert page.headers["content-type"].startswith("text/html")
    assert "default-src 'self'" in page.headers["content-security-policy"]
    unchanged = await counter.http.get(
        "/app.js", headers={"If-None-Match": (await counter.http.get("/app.js")).headers["etag"]}
    )
    assert unchanged.status_code == 304
    till_js = await counter.http.get("/till.js", headers={"Accept-Encoding": "gzip"})
    assert (till_js.headers["content-encoding"], till_js.headers["content-type"]) == (
        "gzip",
        "text/javascript; charset=utf-8",
    )
    (named,) = (file["hash"] for file in listed["files"] if file["url"] == "/till.js")
    assert hashlib.sha256(till_js.content).hexdigest() == named
    assert till_js.content == (await counter.http.get("/till.js", headers={"Accept-Encoding": ""})).content


async def test_the_till_is_well(counter: Counter) -> None:
    answer = await counter.http.get("/healthz")
    assert json.loads(answer.content) == {"status": "ok"}


def test_pins_are_hashed_with_argon2id_and_a_salt_of_their_own() -> None:
    hasher = Argon2Hasher()
    hashed = hasher.hash("1234")
    assert hashed.startswith("$argon2id$")
    assert hashed != hasher.hash("1234")
    assert hasher.matches(hashed, "1234")
    assert not hasher.matches(hashed, "1235")
    assert not hasher.matches("damaged", "1234")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/products/bowl", {"parts": [{"sku": "\ud800", "quantity_milli": 1000}]}),
        ("/api/signals/links/bowl", {"relatives": ["\ud800"]}),
        ("/api/trade-rules", {"coupons": [{"code": "\ud800", "kind": "amount", "value": 1}]}),
        ("/api/trade-rules", {"coupons": [{"code": "x", "kind": "amount", "value": 1, "name": "\ud800"}]}),
    ],
)
async def test_half_a_character_is_refused_in_words(
    counter: Counter, path: str, body: dict[str, object]
) -> None:
    await counter.sign_in()
    method = "POST" if "products" in path else "PUT"
    refused = await counter.http.request(
        method, path, content=json.dumps(body), headers={"Content-Type": "application/json"}
    )
    assert (refused.status_code, bool(refused.json()["remedy"])) == (422, True)


async def test_who_goes_or_gets_another_pin_of_a_manager_is_signed_in_nowhere_any_more(
    counter: Counter,
) -> None:
    await counter.sign_in()
    await counter.http.post("/api/people", json={"name": "Zoe", "pin": "7777"})
    async with httpx.AsyncClient(transport=counter.http._transport, base_url="http://localhost") as other:
        zoe = Counter(other, counter.till)
        await zoe.sign_in("7777")
        own = await other.post("/api/own-pin", json={"old": "7777", "new": "6666"})
        assert own.status_code == 200
        assert (await other.get("/api/cash")).status_code == 200
        await counter.http.post("/api/people/Zoe", json={"pin": "8888"})
        assert (await other.get("/api/cash")).status_code == 401
        await zoe.sign_in("8888")
        for active in (False, True):
            await counter.http.post("/api/people/Zoe", json={"active": active})
        assert (await other.get("/api/cash")).status_code == 401
    await counter.http.post("/api/people/Mira", json={"pin": "1235"})
    assert (await counter.http.get("/api/cash")).status_code == 200


async def test_somebody_who_is_named_twice_at_once_is_there_once(counter: Counter) -> None:
    await counter.sign_in()
    new = {"name": "Zoe", "pin": "7777"}
    answers = await asyncio.gather(*(counter.http.post("/api/people", json=new) for _ in range(2)))
    assert sorted(answer.status_code for answer in answers) == [201, 422]
    others = ({"name": name, "pin": "8888"} for name in ("Ole", "Ida"))
    answers = await asyncio.gather(*(counter.http.post("/api/people", json=one) for one in others))
    assert sorted(answer.status_code for answer in answers) == [201, 409]


@pytest.mark.parametrize(
    "broken", ["mug," + "x" * 200_000 + ",Pottery,1,19", "mug,Mug,Pottery," + "9" * 5_000 + ",19"]
)
async def test_a_row_beyond_all_measure_is_refused_and_the_others_are_taken(
    counter: Counter, broken: str
) -> None:
    await counter.sign_in()
    file = f"sku,name,category,price,vat_percent\n{broken}\nvase,Vase,Pottery,12,19\n"
    taken = await counter.http.post("/api/products/import", content=file.encode())
    assert taken.status_code == 200
    assert (taken.json()["imported"], [row["row"] for row in taken.json()["refused"]]) == (1, [2])


async def test_a_stream_ends_with_its_session_whatever_else_the_request_says(counter: Counter) -> None:
    await counter.sign_in()
    cookies = "; ".join(f"{name}={value}" for name, value in counter.http.cookies.items())
    headers = [(b"cookie", cookies.encode()), (b"authorization", b"whatever"), (b"host", b"localhost")]
    scope = {"type": "http", "http_version": "1.1", "method": "GET", "path": "/api/events", "query_string": b"", "headers": headers,
             "server": ("localhost", 80), "scheme": "http", "client": ("127.0.0.1", 1)}  # fmt: skip
    app = counter.http._transport.app  # type: ignore[attr-defined]
    told: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    async def send(message: Any) -> None:
        told.put_nowait(message)

    async def receive() -> Any:
        await asyncio.Event().wait()

    stream = asyncio.ensure_future(app(scope, receive, send))
    try:
        assert (await asyncio.wait_for(told.get(), 10))["status"] == 200
        await counter.http.post("/api/sign-out")
        await asyncio.wait_for(stream, 20)
    finally:
        stream.cancel()
