"""The replay of the reorder plan: what it counts is true, and the plan loses less than what it stands against."""

import numpy as np
import pytest

from shared.history import Floats
from tests.bench.reorder_replay import KEEPS, POLICIES, SPOILS, Life, Seen, replay
from tests.bench.signal_replay import read_sales

DAYS = 45


def test_who_knows_everything_loses_nothing_but_what_it_holds() -> None:
    sales = read_sales()["yaz"]

    def knowing(life: Life, seen: Seen) -> Floats:
        ahead: Floats = sales.units[:, seen.column : seen.column + life.days].sum(1)
        return np.maximum(0.0, ahead - seen.available)

    account = replay(sales, SPOILS, knowing, days=DAYS)
    assert account.lost == 0.0
    assert account.sold == account.wanted == sales.units[:, -DAYS:].sum()


def test_who_makes_nothing_loses_every_margin_but_of_what_was_there() -> None:
    sales = read_sales()["yaz"]
    account = replay(sales, SPOILS, lambda _life, seen: np.zeros_like(seen.available), days=DAYS)
    assert (account.sold, account.wasted) == (0.0, 0.0)
    assert account.missed == pytest.approx(account.wanted * 600)


@pytest.mark.parametrize("life", [KEEPS, SPOILS], ids=lambda life: life.name)
def test_the_plan_loses_less_than_the_textbook_and_than_last_week(life: Life) -> None:
    sales = read_sales()["yaz"]
    lost = {name: replay(sales, life, policy, days=DAYS).lost for name, policy in POLICIES.items()}
    assert min(lost, key=lambda name: lost[name]) == "the plan", lost
