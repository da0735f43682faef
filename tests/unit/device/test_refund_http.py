"""Giving back and the cash drawer over HTTP, on a real ledger, as `device.app` puts them together."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from device.adapters.files.identity_file import IdentityFile
from device.adapters.http.till_app import create_app
from device.app.build_services import build_services
from device.app.open_till import open_till
from device.services.changes import Changes
from shared.entry import parse_entry
from shared.events.event import UnreadableEvent, read_event
from shared.ids import Sku
from shared.verify.verify import verify_lines
from tests.fakes import IDENTITY
from tests.unit.device.stall import sale_id
from tests.unit.device.test_till_http import CSV, Counter, config_in


@pytest.fixture
async def counter(tmp_path: Path) -> AsyncIterator[Counter]:
    IdentityFile(tmp_path / "identity.json").save(IDENTITY)
    with open_till(config_in(tmp_path)) as till:
        services = build_services(till, changes=Changes(), hub_status=None, on_ledger_failed=lambda: None)
        services.sign_in.add_cashier("Ada", "4321")
        services.sign_in.add_cashier("Mira", "1234")
        await services.import_catalogue.import_csv(CSV, "Mira")
        transport = httpx.ASGITransport(create_app(services))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as http:
            counter = Counter(http, till)
            await counter.sign_in()
            yield counter
            report = verify_lines(till.ledger.read_lines(1, till.ledger.head.seq))
            assert report.problem is None, "whatever was done, the independent reader agrees"
            assert report.total_minor.get("EUR", 0) == till.ledger.state.total_minor


async def find(counter: Counter, text: str) -> dict[str, Any]:
    answer = await counter.http.get("/api/refunds/find", params={"text": text})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def refund(number: int, found: dict[str, Any], *lines: tuple[int, int], **more: object) -> dict[str, object]:
    back = [{"line": line, "quantity_milli": quantity} for line, quantity in lines]
    return {
        "refund_id": sale_id(1000 + number),
        "original": found["original"],
        "lines": back,
        "reason": "Broken",
        **more,
    }


async def test_a_receipt_is_found_by_its_code_and_by_its_number(counter: Counter) -> None:
    receipt = (await counter.sell(quantity=2000)).json()
    by_code = await find(counter, receipt["proof"]["text"])
    assert by_code == await find(counter, receipt["receipt_number"]) == await find(counter, "1")
    assert (by_code["kind"], by_code["can_void"], by_code["given_minor"]) == ("own", True, 0)
    assert not by_code["has_parcel"]
    assert [(line["left_milli"], line["left_minor"]) for line in by_code["lines"]] == [(2000, 3700)]


async def test_parts_come_back_until_nothing_is_left_and_the_stock_with_them(counter: Counter) -> None:
    receipt = (await counter.sell(quantity=3000, tendered=9000)).json()
    found = await find(counter, receipt["proof"]["text"])
    before = counter.till.ledger.state.stock_milli.items()["bowl"]  # type: ignore[index]
    first = await counter.http.post("/api/refunds", json=refund(1, found, (0, 1000)))
    again = await counter.http.post("/api/refunds", json=refund(1, found, (0, 1000)))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert first.json()["receipt_number"].endswith("-00002"), "refunds are numbered with the sales"
    assert first.json()["vat"] == [
        {"rate_bp": 1900, "net_minor": 1555, "vat_minor": 295, "gross_minor": 1850}
    ]
    body = refund(2, found, (0, 2000))
    body["lines"][0]["to_stock"] = False  # type: ignore[index]
    second = await counter.http.post("/api/refunds", json=body)
    assert second.json()["total_minor"] == 3700
    state = counter.till.ledger.state
    assert state.stock_milli.items()["bowl"] == before + 1000  # type: ignore[index]
    assert state.total_minor == 0
    third = await counter.http.post("/api/refunds", json=refund(3, found, (0, 1)))
    assert (third.status_code, third.json()["code"]) == (409, "more-than-sold")
    assert "0 of “Stoneware bowl” are left" in third.json()["message"]
    shown = await counter.http.get(f"/api/refunds/{sale_id(1001)}")
    assert shown.json() == first.json()
    sales = (await counter.http.get("/api/sales")).json()
    assert [row.get("refund_id") or row["sale_id"] for row in sales["sales"]] == [
        sale_id(1002),
        sale_id(1001),
        sale_id(1),
    ]
    assert (sales["count"], sales["total_minor"]) == (1, 0)


async def test_a_sale_of_the_open_day_is_undone_and_one_of_a_closed_day_is_not(counter: Counter) -> None:
    for number in (1, 2):
        await counter.sell(number)
    found = await find(counter, "1")
    void = refund(1, found, void=True, reason="Rung up wrongly")
    assert (await counter.http.post("/api/refunds/quote", json=void)).json()["total_minor"] == 3700
    undone = await counter.http.post("/api/refunds", json=void)
    assert (undone.status_code, undone.json()["void"], undone.json()["total_minor"]) == (201, True, 3700)
    await counter.http.post("/api/closings", json={"cash_counted_minor": 3700})
    late = await counter.http.post("/api/refunds", json=refund(2, await find(counter, "2"), void=True))
    assert (late.status_code, late.json()["code"]) == (409, "too-late-to-void")
    given = await counter.http.post("/api/refunds", json=refund(3, await find(counter, "2"), (0, 2000)))
    assert given.status_code == 201, "it can still be given back, and opens the next day by itself"


async def test_beyond_a_limit_a_manager_has_to_allow_it(counter: Counter) -> None:
    await counter.sell(quantity=6000, tendered=20_000)
    found = await find(counter, "1")
    quoted = (await counter.http.post("/api/refunds/quote", json=refund(1, found, (0, 6000)))).json()
    assert quoted["approval"] == {"kind": "refund", "limit_minor": 10_000, "asked_minor": 11_100}
    refused = await counter.http.post("/api/refunds", json=refund(1, found, (0, 6000)))
    assert (refused.status_code, refused.json()["code"]) == (403, "approval-needed")
    granted = await counter.http.post("/api/approvals", json={"act": "refund", "pin": "4321"})
    word = granted.json()["approval"]
    allowed = await counter.http.post("/api/refunds", json=refund(1, found, (0, 6000), approval=word))
    assert (allowed.status_code, allowed.json()["approved_by"]) == (201, "Ada")


async def test_another_tills_receipt_is_given_back_by_its_products_within_a_limit(counter: Counter) -> None:
    found = await find(counter, f"STALLHOLDER1:demo/till-y/zzzzzz/17/{'ab' * 32}")
    assert (found["kind"], found["original"]["source"], found["original"]["seq"]) == (
        "other-till",
        "till-y",
        17,
    )
    body = {**refund(1, found), "lines": [{"sku": "bowl", "quantity_milli": 2000}]}
    given = await counter.http.post("/api/refunds", json=body)
    assert (given.status_code, given.json()["total_minor"]) == (201, 3700)
    more = await counter.http.post("/api/refunds", json={**body, "refund_id": sale_id(1002)})
    assert (more.status_code, more.json()["kind"]) == (403, "other-till-receipt")
    assert "74.00 EUR" in more.json()["message"]
    typed = await find(counter, "zzzzzz-00005")
    assert (typed["kind"], typed["original"]["receipt_number"]) == ("other-till", 5)


@pytest.mark.parametrize(
    ("text", "status", "code"),
    [
        ("99", 404, "no-such-receipt"),
        ("what", 404, "no-such-receipt"),
        (f"STALLHOLDER1:other/till-x/zzzzzz/1/{'0' * 64}", 409, "not-our-receipt"),
    ],
)
async def test_a_receipt_that_is_not_found_is_told_plainly(
    counter: Counter, text: str, status: int, code: str
) -> None:
    answer = await counter.http.get("/api/refunds/find", params={"text": text})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["remedy"]


async def test_a_proof_whose_hash_is_another_is_refused(counter: Counter) -> None:
    proof = (await counter.sell()).json()["proof"]["text"]
    forged = proof[:-1] + ("0" if proof[-1] != "0" else "1")
    answer = await counter.http.get("/api/refunds/find", params={"text": forged})
    assert (answer.status_code, answer.json()["code"]) == (409, "not-our-receipt")


async def test_a_day_is_opened_counted_moved_and_closed_to_the_cent(counter: Counter) -> None:
    coins = [{"value_minor": 5000, "pieces": 2}, {"value_minor": 50, "pieces": 3}]
    opened = await counter.http.post("/api/cash/open", json={"counted": coins})
    assert (opened.status_code, opened.json()["float_minor"]) == (201, 10_150)
    twice = await counter.http.post("/api/cash/open", json={"float_minor": 1})
    assert (twice.status_code, twice.json()["code"]) == (409, "open-already")
    await counter.sell()
    out = {"move_id": sale_id(2000), "change_minor": -5000, "reason": "safe", "note": ""}
    moved = await counter.http.post("/api/cash/moves", json=out)
    again = await counter.http.post("/api/cash/moves", json=out)
    assert moved.json() == again.json() == {"change_minor": -5000, "drawer_minor": 8850}
    for other in ({"change_minor": -4000}, {"reason": "other", "note": "a stamp"}):
        reused = await counter.http.post("/api/cash/moves", json={**out, **other})
        assert (reused.status_code, reused.json()["code"]) == (409, "move-id-reused")
    too_much = {**out, "move_id": sale_id(2001), "change_minor": -900_000}
    assert (await counter.http.post("/api/cash/moves", json=too_much)).json()["code"] == "not-that-much"
    report = (await counter.http.get("/api/cash/report")).json()
    assert (report["is_final"], report["number"], report["cash_expected_minor"]) == (False, 0, 8850)
    counted = [
        {"value_minor": 5000, "pieces": 1},
        {"value_minor": 2000, "pieces": 1},
        {"value_minor": 50, "pieces": 3},
    ]
    closed = await counter.http.post("/api/closings", json={"counted": counted, "left_minor": 5000})
    said = closed.json()
    assert (closed.status_code, said["number"], said["difference_minor"], said["left_minor"]) == (
        201,
        1,
        -1700,
        5000,
    )
    assert said["products"] == [
        {"key": "bowl", "name": "Stoneware bowl", "quantity_milli": 2000, "total_minor": 3700}
    ]
    assert said["methods"] == [{"method": "cash", "expected_minor": 3700, "counted_minor": 2000}]
    assert said["moved_minor"] == -5000
    assert (await counter.http.get("/api/closings/1")).json() == said
    assert [row["number"] for row in (await counter.http.get("/api/closings")).json()["closings"]] == [1]
    drawer = (await counter.http.get("/api/cash")).json()
    assert (drawer["session"], drawer["left_minor"]) == (None, 5000)
    await counter.sell(2)
    now = (await counter.http.get("/api/cash")).json()["session"]
    assert (now["float_minor"], now["drawer_minor"]) == (5000, 8700), (
        "what stayed in the drawer is the next float"
    )


async def test_a_count_that_cannot_be_is_refused(counter: Counter) -> None:
    await counter.sell()
    for body in (
        {"counted": [{"value_minor": 3, "pieces": 1}]},
        {"cash_counted_minor": 100, "left_minor": 200},
    ):
        answer = await counter.http.post("/api/closings", json=body)
        assert (answer.status_code, answer.json()["code"]) == (422, "bad-count")
    assert counter.till.ledger.state.open_session is not None


async def test_a_move_that_is_sent_again_after_the_closing_is_no_second_one(counter: Counter) -> None:
    await counter.sell()
    move = {"move_id": sale_id(77), "change_minor": 700, "reason": "change", "note": ""}
    assert (await counter.http.post("/api/cash/moves", json=move)).status_code == 201
    assert (await counter.http.post("/api/closings", json={"cash_counted_minor": 4400})).status_code in (
        200,
        201,
    )
    entries = counter.till.ledger.head.seq
    assert (await counter.http.post("/api/cash/moves", json=move)).json()["change_minor"] == 700
    assert counter.till.ledger.head.seq == entries
    await counter.sell(2)  # the next day is open
    entries = counter.till.ledger.head.seq
    assert (await counter.http.post("/api/cash/moves", json=move)).json()["change_minor"] == 700
    assert counter.till.ledger.head.seq == entries


async def test_who_left_is_signed_out_everywhere_at_once(counter: Counter) -> None:
    miras, word = dict(counter.http.cookies), counter.http.headers["X-Stallholder-CSRF"]
    counter.http.cookies.clear()
    assert (await counter.sign_in("4321")).is_success
    assert (await counter.http.post("/api/people/Mira", json={"active": False})).is_success
    counter.http.cookies.clear()
    counter.http.cookies.update(miras)
    counter.http.headers["X-Stallholder-CSRF"] = word
    for path in ("/api/session", "/api/sales", "/api/cash"):
        assert (await counter.http.get(path)).status_code == 401, path
    counter.http.cookies.clear()
    assert (await counter.sign_in("4321")).is_success


async def test_a_sum_beyond_the_limit_is_not_given_back_in_small_parts(counter: Counter) -> None:
    await counter.sell(quantity=6000, tendered=20_000)
    found = await find(counter, "1")
    first = await counter.http.post("/api/refunds", json=refund(1, found, (0, 5000)))
    assert first.status_code == 201
    second = await counter.http.post("/api/refunds", json=refund(2, found, (0, 1000)))
    assert (second.status_code, second.json()["kind"]) == (403, "refund")
    assert "111.00 EUR of one receipt" in second.json()["message"]


async def sell_voucher(counter: Counter, number: int, worth_minor: int) -> str:
    line = {"sku": "voucher", "kind": "voucher", "quantity_milli": 1000, "unit_price_minor": worth_minor}
    body = {"sale_id": sale_id(number), "lines": [line],
            "payments": [{"method": "cash", "tendered_minor": worth_minor}]}  # fmt: skip
    sold = await counter.http.post("/api/sales", json=body)
    assert sold.status_code == 201, sold.text
    return str(sold.json()["vouchers"][0]["code"])


async def test_a_voucher_sold_by_mistake_comes_back_unused_and_pays_nothing_any_more(
    counter: Counter,
) -> None:
    code = await sell_voucher(counter, 1, 3000)
    found = await find(counter, "1")
    assert found["lines"][0]["left_minor"] == 3000
    back = await counter.http.post("/api/refunds", json=refund(1, found, (0, 1000)))
    assert (back.status_code, back.json()["total_minor"]) == (201, 3000), back.text
    assert (await find(counter, "1"))["lines"][0]["left_minor"] == 0
    line = {"sku": "bowl", "quantity_milli": 1000}
    by_voucher = {"method": "voucher", "amount_minor": 1850, "reference": code}
    spent = await counter.http.post(
        "/api/sales", json={"sale_id": sale_id(2), "lines": [line], "payments": [by_voucher]}
    )
    assert spent.json()["code"] == "voucher-refused"
    assert counter.till.ledger.state.stock_milli.get(Sku("voucher"), 0) == 0


async def test_a_voucher_that_has_paid_for_something_stays_sold(counter: Counter) -> None:
    code = await sell_voucher(counter, 1, 3000)
    line = {"sku": "bowl", "quantity_milli": 1000}
    by_voucher = {"method": "voucher", "amount_minor": 1850, "reference": code}
    paid = await counter.http.post(
        "/api/sales", json={"sale_id": sale_id(2), "lines": [line], "payments": [by_voucher]}
    )
    assert paid.status_code == 201, paid.text
    found = await find(counter, "1")
    assert found["lines"][0]["left_minor"] == 0
    refused = await counter.http.post("/api/refunds", json=refund(1, found, (0, 1000)))
    assert refused.json()["code"] == "not-given-back"
    assert "used up" in refused.json()["remedy"]
    void = await counter.http.post("/api/refunds", json=refund(2, found, void=True))
    assert void.json()["code"] == "not-given-back"


async def test_a_sale_of_a_voucher_is_undone_whole(counter: Counter) -> None:
    await sell_voucher(counter, 1, 3000)
    void = await counter.http.post("/api/refunds", json=refund(1, await find(counter, "1"), void=True))
    assert (void.status_code, void.json()["total_minor"]) == (201, 3000), void.text


async def test_a_voucher_that_comes_back_takes_no_money_of_the_same_refund(counter: Counter) -> None:
    code = await sell_voucher(counter, 1, 3000)
    onto_itself = refund(1, await find(counter, "1"), (0, 1000), method="voucher", voucher=code)
    refused = await counter.http.post("/api/refunds", json=onto_itself)
    assert (refused.status_code, refused.json()["code"]) == (409, "voucher-not-here")
    onto_new = refund(2, await find(counter, "1"), (0, 1000), method="voucher")
    assert (await counter.http.post("/api/refunds", json=onto_new)).json()["voucher"]["worth_minor"] == 3000


async def test_no_part_of_a_voucher_comes_back_for_nothing_would_be_left_on_the_rest(
    counter: Counter,
) -> None:
    await sell_voucher(counter, 1, 3000)
    half = await counter.http.post("/api/refunds", json=refund(1, await find(counter, "1"), (0, 500)))
    assert (half.status_code, half.json()["code"]) == (422, "bad-quantity")
    whole = await counter.http.post("/api/refunds", json=refund(2, await find(counter, "1"), (0, 1000)))
    assert (whole.status_code, whole.json()["total_minor"]) == (201, 3000)


async def test_no_more_is_given_back_for_another_tills_receipt_than_the_ledger_can_say(
    counter: Counter,
) -> None:
    await counter.http.post("/api/products/bowl", json={"price_minor": 100_000_000})
    lines = [{"line": place, "sku": "bowl", "quantity_milli": 100_000_000} for place in range(150)]
    found = {"original": {"epoch": "abc234", "receipt_number": 5}}
    answer = await counter.http.post("/api/refunds", json=refund(1, found, method="card") | {"lines": lines})
    assert (answer.status_code, answer.json()["code"]) == (422, "bad-quantity")
    again = parse_entry(counter.till.ledger.read_lines(*[counter.till.ledger.head.seq] * 2)[0])
    assert not isinstance(read_event(again), UnreadableEvent)


@pytest.mark.parametrize(
    "named", [{"epoch": "💥 \n<b>"}, {"epoch": ""}, {"epoch": "abc234", "source": "../x"}]
)
async def test_what_can_be_no_tills_receipt_gets_nothing_back(
    counter: Counter, named: dict[str, object]
) -> None:
    found = {"original": {"receipt_number": 5, **named}}
    lines = [{"line": 0, "sku": "bowl", "quantity_milli": 1000}]
    answer = await counter.http.post("/api/refunds", json=refund(1, found) | {"lines": lines})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid-request")
