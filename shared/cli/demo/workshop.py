"""The maker behind the stall: materials, recipes, suppliers and what goes on, set up once; then a plan that is taken on.

As at the stall, everything goes through the till's own HTTP interface, and a person could do it in the page.
"""

import tomllib
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from typing import Any, Final, cast

from shared.cli.demo.shopfront import Shopfront
from shared.ids import make_uuid7
from shared.money import format_minor

_FILE: Final = files("shared.cli") / "demo_days" / "workshop.toml"
_REEL_DAYS: Final = timedelta(days=4)


class Workshop:
    """What the maker does beside selling."""

    def __init__(self, shop: Shopfront) -> None:
        self._shop = shop

    def furnish(self, today: date) -> None:
        """Set everything up, unless somebody did before: what a person changed since stays as it is."""
        if self._shop.get("/api/materials")["materials"]:
            return
        told = cast("Mapping[str, Any]", tomllib.loads(_FILE.read_text()))
        for material_id, material in told["materials"].items():
            self._keep_material(material_id, dict(material))
        for sku, recipe in told["recipes"].items():
            parts = [
                {"material_id": part, "quantity_milli": milli}
                for part, milli in recipe.items()
                if part != "makes"
            ]
            self._shop.put(f"/api/recipes/{sku}", {"makes": recipe["makes"], "parts": parts})
        for sku, rules in told["rules"].items():
            self._shop.put(f"/api/making/{sku}", rules)
        self._shop.put("/api/workshop", told["workshop"])
        for supplier in told["suppliers"]:
            self._keep_supplier(dict(supplier))
        self._tell_what_goes_on(today)

    def _keep_material(self, material_id: str, material: dict[str, Any]) -> None:
        there_milli = material.pop("there_milli")
        self._shop.put(f"/api/materials/{material_id}", material)
        count = {"reason": "counted", "quantity_milli": there_milli, "move_id": f"first-{material_id}"}
        self._shop.post(f"/api/materials/{material_id}/moves", count)

    def _keep_supplier(self, supplier: dict[str, Any]) -> None:
        prices = supplier.pop("prices")
        added = self._shop.post("/api/purchasing/suppliers", supplier)
        self._shop.send_file(f"/api/purchasing/suppliers/{added['supplier_id']}/prices", prices.lstrip())

    def _tell_what_goes_on(self, today: date) -> None:
        """A market that is bigger than usual, a reel that went round, and a customer's order."""
        ahead = cast("list[dict[str, object]]", self._shop.get("/api/market-days")["days"])
        coming = [str(one["day"]) for one in ahead if one["is_open"] and str(one["day"]) > today.isoformat()]
        if not coming:
            return
        market = {
            "place": "Night market",
            "opens": "10:00",
            "closes": "21:00",
            "visitors": 2_400,
            "note": "Bring the lamps",
        }
        self._shop.put(f"/api/market-days/{coming[0]}", market)
        reel = {"signal_id": "reel-bowls", "kind": "social", "first": coming[0], "strength_milli": 1_000,
                "last": (date.fromisoformat(coming[0]) + _REEL_DAYS).isoformat(), "scope": "product",
                "about": "bowl-speckled", "source": "A reel about the speckled bowls"}  # fmt: skip
        self._shop.post("/api/signals", reel)
        midnight = datetime.combine(today, datetime.min.time(), tzinfo=UTC)
        order_id = make_uuid7(int(midnight.timestamp() * 1_000), b"four cups!")
        order = {"order_id": order_id, "due": coming[0],
                 "lines": [{"sku": "mug-ash", "quantity_milli": 4_000}]}  # fmt: skip
        self._shop.post("/api/orders", order)

    def take_the_plan_on(self) -> str:
        """Take on what the till proposes for the next days; returns what, in a sentence."""
        plan = self._shop.get("/api/make-next")
        lines = [line for line in cast("list[dict[str, Any]]", plan["products"]) if line["make"]]
        if not lines:
            return "Nothing has to be made for the next days."
        wish = {"plan_id": f"demo-plan-{plan['based_on']}", "based_on": plan["based_on"],
                "shown": {line["sku"]: line["make"] for line in lines}}  # fmt: skip
        self._shop.post("/api/make-next/accept", wish)
        first = ", ".join(f"{line['make']} {line['name']}" for line in lines[:3])
        return f"The plan for the next days was taken on: {first}{' and more' if len(lines) > 3 else ''}."

    def order_and_receive(self, currency: str) -> str:
        """Place the first order that the till drafted, and book all of it in; returns what, in a sentence."""
        told = cast("Mapping[str, list[dict[str, Any]]]", self._shop.get("/api/purchasing"))
        draft = next((one for one in told["drafts"] if one["hold"] is None), None)
        if draft is None:
            return "No order to a supplier is needed."
        order_id = f"demo-{len(told['open']) + len(told['ended']) + 1}"
        self._shop.post("/api/purchasing/orders", {
            "order_id": order_id, "supplier_id": draft["supplier_id"], "total_minor": draft["total_minor"],
        })  # fmt: skip
        order = self._shop.get(f"/api/purchasing/orders/{order_id}")
        came = [{"place": line["place"], "quantity_milli": line["missing_milli"]}
                for line in cast("list[dict[str, Any]]", order["lines"])]  # fmt: skip
        self._shop.post(
            f"/api/purchasing/orders/{order_id}/goods", {"receipt_id": f"{order_id}-all", "lines": came}
        )
        return f"Ordered from {draft['supplier']} for {format_minor(draft['total_minor'], currency)} {currency}, and it came."
