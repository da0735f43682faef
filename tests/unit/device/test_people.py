from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from device.domain.people import (
    FREE_MISSES,
    WAIT_MAX_S,
    BadName,
    BadPin,
    Cashier,
    PinAttempts,
    PinLocked,
    PinTaken,
    Role,
    WrongPin,
    after_miss,
    after_success,
    common_pin_length,
    may_try,
    wait_after,
)
from device.services.sign_in import SignIn
from tests.fakes import NOON, FakeClock, MemorySettings, PlainHasher


def sign_in_service(settings: MemorySettings | None = None) -> tuple[SignIn, FakeClock, PlainHasher]:
    clock, hasher = FakeClock(), PlainHasher()
    service = SignIn(settings=settings or MemorySettings(), clock=clock, hasher=hasher)
    return service, clock, hasher


@given(st.integers(0, 100))
def test_each_miss_waits_at_least_as_long_as_the_one_before_and_never_for_ever(misses: int) -> None:
    assert wait_after(misses) <= wait_after(misses + 1) <= WAIT_MAX_S
    assert (wait_after(misses) == 0) == (misses < FREE_MISSES)


@given(st.integers(0, 30), st.integers(0, 2 * 1_000 * WAIT_MAX_S))
def test_what_is_still_to_wait_is_never_more_than_the_wait(misses: int, waited_ms: int) -> None:
    locked = may_try(PinAttempts(misses=misses), waited_ms)
    assert locked is None or 1 <= locked.retry_after_s <= wait_after(misses)


def test_waiting_long_enough_lets_the_next_attempt_through() -> None:
    attempts = PinAttempts()
    for _ in range(FREE_MISSES + 2):
        attempts = after_miss(attempts, NOON)
    assert may_try(attempts, 0) == PinLocked(8)
    assert may_try(attempts, 7_000) == PinLocked(1)
    assert may_try(attempts, 8_000) is None


async def test_a_clock_that_was_set_back_to_1970_keeps_nobody_out() -> None:
    service, clock, _ = sign_in_service()
    service.add_cashier("Mira", "1234")
    for _ in range(FREE_MISSES):
        assert await service.sign_in("0000") == WrongPin()
    clock.wall = datetime(1970, 1, 1, tzinfo=UTC)
    assert await service.sign_in("1234") == PinLocked(2)
    clock.advance(2)
    assert isinstance(await service.sign_in("1234"), Cashier)


async def test_a_right_pin_signs_in_and_forgets_the_misses() -> None:
    settings = MemorySettings()
    service, _, _ = sign_in_service(settings)
    assert isinstance(service.add_cashier("Mira", "1234"), Cashier)
    assert await service.sign_in("9999") == WrongPin()
    assert settings.current.pin_attempts.misses == 1
    answer = await service.sign_in("1234")
    assert isinstance(answer, Cashier)
    assert answer.name == "Mira"
    assert settings.current.pin_attempts == PinAttempts()


async def test_a_locked_till_tries_no_pin_also_after_a_restart() -> None:
    settings = MemorySettings()
    service, _, _ = sign_in_service(settings)
    service.add_cashier("Mira", "1234")
    for _ in range(FREE_MISSES):
        assert await service.sign_in("0000") == WrongPin()
    again, clock, hasher = sign_in_service(settings)
    assert await again.sign_in("1234") == PinLocked(2)
    assert hasher.tried == 0
    clock.advance(2)
    assert isinstance(await again.sign_in("1234"), Cashier)


def test_a_cashier_needs_a_name_and_a_pin_of_their_own() -> None:
    service, _, _ = sign_in_service()
    assert isinstance(service.add_cashier("Mira", "1234"), Cashier)
    assert service.add_cashier("Mira", "5678") == BadName("Mira")
    assert service.add_cashier("", "5678") == BadName("")
    assert service.add_cashier("Jo", "1234") == PinTaken()
    assert service.add_cashier("Jo", "12a4") == BadPin()
    assert service.add_cashier("Jo", "123") == BadPin()


def test_a_cashiers_own_pin_buys_no_free_guesses_at_a_managers() -> None:
    emil = Cashier(name="Emil", pin_hash="", role=Role.CASHIER)
    attempts = PinAttempts()
    for _ in range(5):
        attempts = after_success(after_miss(after_miss(attempts, NOON), NOON), emil)
        assert wait_after(attempts.misses) == 0  # the cashier sells on
        assert wait_after(after_miss(attempts, NOON).misses) > 0
    assert after_success(attempts, Cashier(name="Mira", pin_hash="")) == PinAttempts()


async def test_nobody_is_named_like_the_tills_own_commands() -> None:
    service, _, _ = sign_in_service()
    service.add_cashier("Mira", "1234")
    assert service.add_cashier("Command line", "7391") == BadName("Command line")


def test_the_last_digit_signs_in_by_itself_only_where_all_pins_have_one_length() -> None:
    mira, ana = (
        Cashier(name="Mira", pin_hash="x", pin_length=4),
        Cashier(name="Ana", pin_hash="y", pin_length=6),
    )
    assert common_pin_length([mira, replace(ana, pin_length=4)]) == 4
    assert common_pin_length([mira, ana]) == 0
    assert common_pin_length([mira, replace(ana, active=False)]) == 4
    assert common_pin_length([replace(mira, pin_length=0)]) == 0
    assert common_pin_length([]) == 0
