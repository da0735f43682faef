"""An order as its supplier gets it: a page to read, a table for programs, a letter around them, and the question where it stays."""

import csv
from dataclasses import dataclass
from datetime import date

from device.domain.purchasing.book import PurchaseOrder
from device.domain.purchasing.words_of_order import WORDS
from device.domain.quantity_words import words_of_quantity
from shared.entry import Json
from shared.events.purchase import SupplierChanged
from shared.money import format_minor

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPaper:
    """What stands on an order's page: `facts` above the table, `heading` and `rows` in it, `totals` below."""

    title: str
    stall: str
    language: str
    ordered_on: date
    page: str
    facts: tuple[tuple[str, str], ...]
    heading: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    totals: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A mail's subject and plain text."""

    subject: str
    text: str


def order_paper(order: PurchaseOrder, supplier: SupplierChanged, stall: str) -> OrderPaper:
    """Return the page of an order."""
    placed, words = order.placed, WORDS[supplier.language]
    lines = tuple(
        (one.article or one.item, one.name, str(one.packs), _number(one.pack_milli, supplier.language),
         _amount(one.price_minor, order, supplier), _amount(one.total_minor, order, supplier))
        for one in placed.lines
    )  # fmt: skip
    totals = (
        [(words["shipping"], _money(placed.shipping_minor, order, supplier))] if placed.shipping_minor else []
    )
    return OrderPaper(
        title=f"{words['order']} {placed.number}", stall=stall, language=supplier.language,
        ordered_on=order.placed_at.date(), page=words["page"],
        facts=((words["from"], stall), (words["to"], supplier.name), (words["date"], _day(order.placed_at.date(), supplier)),
               (words["expected"], _day(placed.expected, supplier))),
        heading=tuple(words[key] for key in ("article", "name", "packs", "pack", "price", "sum")),
        rows=lines, totals=(*totals, (words["total"], _money(placed.total_minor, order, supplier))),
    )  # fmt: skip


def order_csv(order: PurchaseOrder) -> str:
    """Return an order as a table with English headings, money with a point; nothing in it is read as a formula."""
    sheet = _Sheet()
    rows = csv.writer(sheet)
    rows.writerow(
        (
            "order",
            "article",
            "item",
            "name",
            "packs",
            "pack",
            "quantity",
            "price",
            "total",
            "currency",
            "expected",
        )
    )
    placed = order.placed
    for one in placed.lines:
        rows.writerow((
            placed.number, _plain(one.article), _plain(one.item), _plain(one.name), one.packs,
            words_of_quantity(one.pack_milli), words_of_quantity(one.quantity_milli),
            format_minor(one.price_minor, placed.currency), format_minor(one.total_minor, placed.currency),
            placed.currency, placed.expected.isoformat(),
        ))  # fmt: skip
    return "".join(sheet.lines)


def order_json(order: PurchaseOrder, supplier: SupplierChanged, stall: str) -> dict[str, Json]:
    """Return an order for a supplier's program; money in minor units, quantities in thousandths."""
    placed = order.placed
    return {
        "type": "purchase_order", "version": 1, "order_id": placed.order_id, "number": placed.number, "from": stall,
        "to": supplier.name, "ordered_at": order.placed_at.isoformat(), "expected": placed.expected.isoformat(),
        "currency": placed.currency, "shipping_minor": placed.shipping_minor, "total_minor": placed.total_minor,
        "lines": [
            {"article": one.article, "item": one.item, "name": one.name, "packs": one.packs, "pack_milli": one.pack_milli,
             "quantity_milli": one.quantity_milli, "price_minor": one.price_minor, "total_minor": one.total_minor}
            for one in placed.lines
        ],
    }  # fmt: skip


def order_letter(order: PurchaseOrder, supplier: SupplierChanged, stall: str) -> Letter:
    """Return the mail that an order goes out with."""
    words, placed = WORDS[supplier.language], order.placed
    fields = {
        "number": placed.number, "stall": stall, "supplier": supplier.name,
        "total": _money(placed.total_minor, order, supplier), "expected": _day(placed.expected, supplier),
    }  # fmt: skip
    return Letter(
        subject=" ".join(words["subject"].format(**fields).split()), text=words["body"].format(**fields)
    )


def chase_letter(order: PurchaseOrder, supplier: SupplierChanged, stall: str, today: date) -> Letter:
    """Return a mail that asks where a late order stays, or whether another one can come sooner."""
    kind = "chase" if order.is_late(today) else "sooner"
    words, placed = WORDS[supplier.language], order.placed
    missing = "\n".join(
        f"- {one.name}: {_number(order.missing_milli(place), supplier.language)}"
        for place, one in enumerate(placed.lines)
        if order.missing_milli(place)
    )
    fields = {
        "number": placed.number, "stall": stall, "supplier": supplier.name, "missing": missing,
        "placed": _day(order.placed_at.date(), supplier), "expected": _day(placed.expected, supplier),
    }  # fmt: skip
    return Letter(subject=words[f"{kind}_subject"].format(**fields), text=words[kind].format(**fields))


class _Sheet:
    """What a csv.writer writes to, in memory."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def write(self, text: str) -> None:
        """Keep a line."""
        self.lines.append(text)


def _plain(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def _number(milli: int, language: str) -> str:
    text = words_of_quantity(milli)
    return text.replace(".", ",") if language == "de" else text


def _amount(minor: int, order: PurchaseOrder, supplier: SupplierChanged) -> str:
    amount = format_minor(minor, order.placed.currency)
    return amount.replace(".", ",") if supplier.language == "de" else amount


def _money(minor: int, order: PurchaseOrder, supplier: SupplierChanged) -> str:
    return f"{_amount(minor, order, supplier)} {order.placed.currency}"


def _day(day: date, supplier: SupplierChanged) -> str:
    return f"{day.day}.{day.month}.{day.year}" if supplier.language == "de" else day.isoformat()
