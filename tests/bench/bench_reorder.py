"""What the reorder plan loses over months of real demand, against a textbook (s, S) and against the same as last week."""

from typing import Any

from tests.bench.reorder_replay import KEEPS, POLICIES, SPOILS, Account, Life, replay
from tests.bench.signal_replay import Sales, read_sales

DAYS = 120


def run() -> list[dict[str, Any]]:
    """Replay every data set in both lives."""
    return [row for sales in read_sales().values() for life in (KEEPS, SPOILS) for row in _rows(sales, life)]


def _rows(sales: Sales, life: Life) -> list[dict[str, Any]]:
    accounts = {name: replay(sales, life, policy, days=DAYS) for name, policy in POLICIES.items()}
    (_, ours), *others = accounts.items()
    return [
        {
            "id": f"reorder.{life.name}.{sales.name}.vs-{'moving-average' if place == 0 else 'last-week'}",
            "value": ours.lost / theirs.lost, "unit": "x", "goal": 1.0, "at_most": True, "n": DAYS,
            "note": f"money lost; the plan: {_words(ours)}; {name}: {_words(theirs)}",
        }
        for place, (name, theirs) in enumerate(others)
    ]  # fmt: skip


def _words(account: Account) -> str:
    return (
        f"{account.lost / 100:,.0f} lost, {account.sold / account.wanted:.1%} served, "
        f"short on {account.days_short / account.days:.1%} of days, {account.spoilt / max(1.0, account.sold):.1%} spoilt"
    )
