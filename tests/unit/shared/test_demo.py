"""The demo's pure parts and its files."""

import csv
import json
import socket
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.cli.demo.baskets import catalogue_path, load_baskets
from shared.cli.demo.market_calendar import earlier_days, live_day, market_weekdays
from shared.cli.demo.places import AlreadyRunningError, OnlyOne
from shared.cli.demo.ports import USUAL_PORTS, choose_ports, last_ports
from shared.cli.demo.settlement import StreamFigures, compare
from shared.cli.demo.shopfront import tendered_for
from shared.cli.demo.sign_ins import make_sign_ins, read_sign_ins, write_sign_ins
from tests.free_ports import free_ports

dates = st.dates(min_value=date(2020, 1, 1), max_value=date(2099, 12, 1))


@given(dates)
def test_all_earlier_days_lie_before_today_in_order_on_market_weekdays(today: date) -> None:
    days = earlier_days(today)

    assert len(days) == len(set(days)) == 32
    assert [day.date for day in days] == sorted(day.date for day in days)
    assert days[-1].date < today
    assert {day.date.weekday() for day in days} == set(market_weekdays(today))


@given(dates)
def test_last_week_had_the_live_day_too_and_tomorrow_is_a_market_day(today: date) -> None:
    assert today - timedelta(weeks=1) in {day.date for day in earlier_days(today)}
    assert (today + timedelta(days=1)).weekday() in market_weekdays(today)


def test_every_day_has_baskets_of_goods_that_are_in_the_catalogue() -> None:
    with catalogue_path() as path, path.open(newline="") as lines:
        skus = {row["sku"] for row in csv.DictReader(lines)}
    baskets = load_baskets()

    for day in (*earlier_days(date(2026, 1, 1)), live_day(date(2026, 1, 1))):
        assert baskets[day.week, day.day]
    assert {sku for day in baskets.values() for basket in day for sku, _ in basket.pieces} <= skus


@given(st.integers(min_value=0, max_value=10_000_000))
def test_customers_always_hand_over_enough(total_minor: int) -> None:
    assert tendered_for(total_minor) >= total_minor


def test_a_taken_port_is_passed_over_and_the_choice_is_kept(tmp_path: Path) -> None:
    kept = tmp_path / "ports.json"
    kept.write_text(json.dumps(free_ports(USUAL_PORTS)))
    first = choose_ports(kept, "127.0.0.1")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", first["till"]))
        taken.listen()
        second = choose_ports(kept, "127.0.0.1")

    assert second["till"] != first["till"]
    assert last_ports(kept) == second
    assert len(set(second.values())) == len(second)


def test_only_one_demo_runs_in_a_directory(tmp_path: Path) -> None:
    first = OnlyOne(tmp_path)
    with pytest.raises(AlreadyRunningError):
        OnlyOne(tmp_path)
    first.release()
    OnlyOne(tmp_path).release()


def test_sign_ins_are_kept_for_this_user_alone(tmp_path: Path) -> None:
    path = tmp_path / "sign-ins.json"
    sign_ins = make_sign_ins()
    write_sign_ins(path, sign_ins)

    assert read_sign_ins(path) == sign_ins
    assert path.stat().st_mode & 0o777 == 0o600
    assert make_sign_ins() != sign_ins


def figures(seq: int = 3, total_minor: int = 500) -> dict[str, StreamFigures]:
    return {
        "till/abc": StreamFigures(
            source="till", epoch="abc", seq=seq, hash="f" * 64, sales=1, total_minor=total_minor
        )
    }


def test_parts_that_hold_the_same_have_settled() -> None:
    assert compare({"till": figures(), "hub": figures(), "cloud": figures()}).differences == ()


def test_a_missing_cent_or_entry_is_named() -> None:
    (cent,) = compare({"till": figures(), "hub": figures(), "cloud": figures(total_minor=499)}).differences
    (entry,) = compare({"till": figures(seq=4), "hub": figures(), "cloud": figures()}).differences
    (nothing,) = compare({"till": figures(), "hub": figures(), "cloud": {}}).differences

    assert "5.00" in cent
    assert "4.99" in cent
    assert entry.startswith("till/abc: the till has 4 entries")
    assert nothing.endswith("the cloud has nothing")
