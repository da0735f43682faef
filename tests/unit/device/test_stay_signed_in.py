"""Signed in stays signed in while the till restarts: for 16 hours, whatever its clock does."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from device.domain.errors import DiskFullError
from device.domain.settings import Settings
from device.domain.signed_in import SIGNED_IN_MAX
from device.services.stay_signed_in import StaySignedIn
from tests.fakes import FakeClock, MemorySettings

HOUR_S = 3600.0


class TillThatRestarts:
    """One settings store and one wall clock over many runs of a till."""

    def __init__(self) -> None:
        self.settings, self.clock = MemorySettings(), FakeClock()
        self.stay = self._run()
        self.stay.begin(token_sha256="t1", csrf="c1", cashier="Mira")

    def restart(self, *, away: timedelta = timedelta(0)) -> None:
        """A process that comes back counts its milliseconds from nought; its wall clock went on, or did not."""
        self.clock.wall += away
        self.clock.ms = 0
        self.stay = self._run()

    @property
    def who(self) -> str | None:
        found = self.stay.find("t1")
        return found.cashier if found else None

    def _run(self) -> StaySignedIn:
        return StaySignedIn(settings=self.settings, clock=self.clock)


def test_a_restart_signs_nobody_out() -> None:
    till = TillThatRestarts()
    till.clock.advance(5 * HOUR_S)
    till.restart(away=timedelta(minutes=1))
    assert till.who == "Mira"
    assert till.settings.current.signed_in[0].csrf == "c1"


def test_a_sign_in_ends_after_sixteen_hours_with_restarts_and_without() -> None:
    for restarts in (False, True):
        till = TillThatRestarts()
        for _ in range(16):
            till.clock.advance(HOUR_S)
            assert till.who == "Mira"
            if restarts:
                till.restart()
        till.clock.advance(1)
        assert till.who is None, restarts


def test_a_wall_clock_that_is_wrong_within_a_run_changes_nothing() -> None:
    till = TillThatRestarts()
    till.clock.wall = datetime(2099, 1, 1, tzinfo=UTC)
    till.clock.advance(HOUR_S)
    assert till.who == "Mira"
    till.clock.wall = datetime(1970, 1, 1, tzinfo=UTC)
    till.clock.advance(15 * HOUR_S + 1)
    assert till.who is None


def test_a_clock_that_went_back_over_a_restart_signs_nobody_out_early() -> None:
    till = TillThatRestarts()
    till.clock.advance(3 * HOUR_S)
    till.restart(away=timedelta(days=-400))
    assert till.who == "Mira"


def test_a_clock_that_goes_back_at_each_restart_keeps_a_sign_in_at_most_sixteen_hours() -> None:
    till = TillThatRestarts()
    restarts = 0
    while till.who is not None:
        till.restart(away=timedelta(minutes=-1))
        restarts += 1
        assert restarts < 100
    assert restarts == 17


def test_a_till_that_was_away_too_long_asks_for_the_pin() -> None:
    till = TillThatRestarts()
    till.restart(away=timedelta(hours=16, seconds=1))
    assert till.who is None


def test_signing_out_is_for_good() -> None:
    till = TillThatRestarts()
    till.stay.end("t1")
    assert till.who is None
    till.restart()
    assert till.who is None
    assert till.settings.current.signed_in == ()


def test_sign_ins_are_bounded_and_the_oldest_make_room() -> None:
    till = TillThatRestarts()
    for number in range(SIGNED_IN_MAX):
        till.stay.begin(token_sha256=f"more-{number}", csrf="c", cashier="Ole")
    assert till.who is None
    assert len(till.settings.current.signed_in) == len(till.stay._counted) == SIGNED_IN_MAX


class FullDisk(MemorySettings):
    """Settings whose disk fills up."""

    full = False

    def change(self, decide: Callable[[Settings], Settings]) -> Settings:
        if self.full:
            raise DiskFullError("this change")
        return super().change(decide)


def test_a_full_disk_ends_no_sign_in_and_starts_none() -> None:
    till = TillThatRestarts()
    settings = FullDisk(till.settings.current)
    stay = StaySignedIn(settings=settings, clock=till.clock)
    settings.full = True
    till.clock.advance(2 * HOUR_S)
    assert stay.find("t1") is not None
    with pytest.raises(DiskFullError):
        stay.begin(token_sha256="t2", csrf="c2", cashier="Ole")


def test_who_signs_out_is_told_of_at_once_so_that_their_streams_end() -> None:
    ended: list[str] = []
    stay = StaySignedIn(settings=MemorySettings(), clock=FakeClock(), on_ended=lambda: ended.append("one"))
    stay.begin(token_sha256="t1", csrf="c1", cashier="Mira")
    assert not ended
    stay.end("t1")
    assert ended == ["one"]
    assert stay.find("t1") is None
