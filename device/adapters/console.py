"""Answers of the till's own interface, printed for people at a terminal."""

from typing import Any

from rich.console import Console
from rich.table import Table

from shared.money import format_minor


def print_state(out: Console, strip: dict[str, Any]) -> None:
    """Print what is saved where, and why no further."""
    sales, entries, progress = strip["sales"], strip["entries"], strip["progress"]
    out.print(
        f"{count(sales['till'], 'sale')} today on this till, {sales['hub']} at the hub, "
        f"{sales['cloud']} at the cloud."
    )
    out.print(
        f"{count(entries['head'], 'entry', 'entries')}, {entries['hub']} at the hub, {entries['cloud']} at the cloud."
    )
    out.print(strip["hub"]["words"], markup=False)
    if progress and progress["cloud"]["behind"] and progress["cloud"]["say"] != strip["hub"]["words"]:
        out.print(progress["cloud"]["say"], markup=False)


def print_closing(out: Console, closed: dict[str, Any], currency: str) -> None:
    """Print the figures of a closing."""
    money = {key: format_minor(closed[key], currency) for key in closed if key.endswith("_minor")}
    out.print(
        f"{closed['session']['business_date']}: {count(closed['sales_count'], 'sale')}, {money['total_minor']} {currency}."
    )
    out.print(f"Cash expected {money['cash_expected_minor']}, counted {money['cash_counted_minor']}, "
              f"difference {money['difference_minor']} {currency}.")  # fmt: skip


def print_receipt(out: Console, receipt: dict[str, Any]) -> None:
    """Print a receipt."""
    currency = receipt["currency"]
    table = Table(title=f"{receipt['stall']}  {receipt['receipt_number']}", title_justify="left", box=None)
    for heading, justify in (("", "right"), ("", "left"), (currency, "right")):
        table.add_column(heading, justify="right" if justify == "right" else "left")
    for line in receipt["lines"]:
        table.add_row(
            f"{line['quantity_milli'] / 1000:g}", line["name"], format_minor(line["total_minor"], currency)
        )
    table.add_row("", "Total", format_minor(receipt["total_minor"], currency))
    for vat in receipt["vat"]:
        table.add_row("", f"VAT {vat['rate_bp'] / 100:g} % in it", format_minor(vat["vat_minor"], currency))
    for paid in receipt["payments"]:
        table.add_row("", "Change", format_minor(paid["change_minor"], currency))
    out.print(table)
    if receipt["pickup"]:
        place = receipt["pickup"]["hub"].removeprefix("hub-").replace("-", " ").title()
        out.print(f"Pick-up code {receipt['pickup']['code']} at {place}")


def count(number: int, one: str, more: str = "") -> str:
    """Return a number with its noun."""
    return f"{number} {one if number == 1 else more or one + 's'}"
