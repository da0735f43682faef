"""A seller at the till, through the till's own HTTP interface: what the demo does, a person could do in the page."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import cast

import httpx

from shared.cli.demo.baskets import Basket
from shared.ids import make_uuid7

TIMEOUT_S = 30.0
_NOTES_MINOR = (500, 1_000, 2_000, 5_000, 10_000, 20_000)


class DemoStepError(Exception):
    """A step of the demo was refused; the text says by whom and why."""


@dataclass(frozen=True, slots=True)
class Product:
    """What the till says of a product: its price in minor units and the pieces in stock."""

    price_minor: int
    stock: int


def answer_of(response: httpx.Response) -> dict[str, object]:
    """Return a successful JSON answer; raises DemoStepError with the server's words otherwise."""
    if response.is_success:
        return cast("dict[str, object]", response.json()) if response.content else {}
    try:
        problem = response.json()
        words = f"{problem['message']} {problem.get('remedy', '')}"
    except (ValueError, KeyError, TypeError):
        words = response.text[:300]
    raise DemoStepError(
        f"{response.request.method} {response.request.url} was refused ({response.status_code}): {words}"
    )


class DemoClock:
    """The till's clock during the demo: a file that the till reads whenever it looks at the time."""

    def __init__(self, till_data: Path) -> None:
        self._path = till_data / "demo-clock.json"

    def set(self, now: datetime) -> None:
        """Stop the till's clock at `now`, which carries its offset from UTC."""
        fresh = self._path.with_suffix(".new")
        fresh.write_text(json.dumps({"now": now.isoformat()}))
        fresh.replace(self._path)

    def release(self) -> None:
        """Give the till the real clock back."""
        self._path.unlink(missing_ok=True)


class Shopfront:
    """A signed-in seller. Use it as a context manager."""

    def __init__(self, till_url: str, pin: str) -> None:
        self._http = httpx.Client(base_url=till_url, timeout=TIMEOUT_S)
        session = answer_of(self._http.post("/api/sign-in", json={"pin": pin}))
        self._http.headers["X-Stallholder-CSRF"] = str(session["csrf"])

    def __enter__(self) -> "Shopfront":
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def products(self) -> dict[str, Product]:
        """Return price and stock of every product."""
        listed = cast("list[dict[str, int | str]]", self.get("/api/catalogue")["products"])
        return {
            str(item["sku"]): Product(int(item["price_minor"]), int(item["stock_milli"] or 0) // 1_000)
            for item in listed
        }

    def sell(
        self, basket: Basket, prices_minor: Mapping[str, int], at: datetime, *, collect: bool = False
    ) -> dict[str, object]:
        """Ring up a basket for cash and return the receipt; the same basket of the same day is one sale for ever."""
        total_minor = sum(prices_minor[sku] * pieces for sku, pieces in basket.pieces)
        sale = {
            "sale_id": _sale_id(basket, at),
            "lines": [{"sku": sku, "quantity_milli": pieces * 1_000} for sku, pieces in basket.pieces],
            "payment": {"method": "cash", "tendered_minor": tendered_for(total_minor)},
            "collect_at_locker": collect,
            "expected_total_minor": total_minor,
        }
        return self.post("/api/sales", sale)

    def give_back_one(self, receipt: Mapping[str, object]) -> int:
        """Give one piece of a receipt's first line back in cash, found by the receipt's own code; return how much that was."""
        proof = cast("Mapping[str, str]", receipt["proof"])["text"]
        found = answer_of(self._http.get("/api/refunds/find", params={"text": proof}))
        original = cast("Mapping[str, object]", found["original"])
        sale_id = str(receipt["sale_id"])
        back = {
            "refund_id": f"{sale_id[:24]}{hashlib.sha256(sale_id.encode()).hexdigest()[:12]}",
            "original": {name: value for name, value in original.items() if name != "number"},
            "lines": [{"line": 0, "quantity_milli": 1_000}],
            "reason": "Not wanted",
        }
        return int(str(self.post("/api/refunds", back)["total_minor"]))

    def receive(self, sku: str, pieces: int) -> None:
        """Put pieces that came from the workshop into stock."""
        self.post("/api/stock", {"sku": sku, "change_milli": pieces * 1_000, "reason": "received"})

    def close_day(self) -> None:
        """Close the cash session with exactly the cash that should be there."""
        closing = self.get("/api/closing")
        self.post("/api/close-day", {"cash_counted_minor": closing["cash_expected_minor"]})

    def today(self) -> dict[str, object]:
        """Return today's sales as the till lists them."""
        return self.get("/api/sales?limit=1")

    def state(self) -> dict[str, object]:
        """Return what is saved where."""
        return self.get("/api/state")

    def compare(self) -> dict[str, object]:
        """Return the stream's head and sums as the till holds them."""
        return self.get("/api/compare")

    def get(self, path: str) -> dict[str, object]:
        """Ask the till for something."""
        return answer_of(self._http.get(path))

    def post(self, path: str, body: object) -> dict[str, object]:
        """Tell the till something new."""
        return answer_of(self._http.post(path, json=body))

    def put(self, path: str, body: object) -> dict[str, object]:
        """Tell the till how something is from now on."""
        return answer_of(self._http.put(path, json=body))

    def send_file(self, path: str, text: str) -> dict[str, object]:
        """Give the till a file."""
        return answer_of(self._http.post(path, content=text.encode()))


def tendered_for(total_minor: int) -> int:
    """Return what a customer hands over: the smallest note that covers it, or exact money above the largest."""
    return next((note for note in _NOTES_MINOR if note >= total_minor), total_minor)


def _sale_id(basket: Basket, at: datetime) -> str:
    seed = hashlib.sha256(f"{basket.number} {at.date()}".encode()).digest()
    return make_uuid7(int(at.timestamp() * 1_000), seed[:10])
