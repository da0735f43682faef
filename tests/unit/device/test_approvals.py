"""People have roles, and a manager allows one act once; whoever left stays named and out."""

from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from device.adapters.files.tinydb_settings_store import TinyDbSettingsStore
from device.domain.approval import APPROVALS_MAX, LASTS_MS, Act, Approval, spend, with_approval
from device.domain.people import (
    BadPin,
    Cashier,
    LastManager,
    NoManager,
    PinLocked,
    PinTaken,
    Role,
    UnknownPerson,
    WrongPin,
    with_person,
)
from device.domain.settings import Settings
from device.services.approvals import Approvals
from device.services.sign_in import SignIn
from tests.fakes import FakeClock, FakeRandomness, MemorySettings, PlainHasher


def staff(clock: FakeClock, settings: object | None = None) -> tuple[SignIn, Approvals]:
    store = settings or MemorySettings(Settings())
    sign_in = SignIn(settings=store, clock=clock, hasher=PlainHasher())
    return sign_in, Approvals(sign_in=sign_in, settings=store, clock=clock, randomness=FakeRandomness())


def hired(clock: FakeClock) -> tuple[SignIn, Approvals]:
    sign_in, approvals = staff(clock)
    sign_in.add_cashier("Mira", "1111")
    sign_in.add_cashier("Ben", "2222")
    return sign_in, approvals


def test_the_first_person_is_a_manager_and_the_next_a_cashier_unless_said_otherwise() -> None:
    sign_in, _ = staff(FakeClock())
    roles = [sign_in.add_cashier(name, pin) for name, pin in (("Mira", "1111"), ("Ben", "2222"))]
    assert [person.role for person in roles if isinstance(person, Cashier)] == [Role.MANAGER, Role.CASHIER]


async def test_a_manager_allows_one_act_once_and_its_repeat() -> None:
    clock = FakeClock()
    _, approvals = hired(clock)
    approval = await approvals.grant(Act.REFUND, "1111")
    assert isinstance(approval, Approval)
    assert approvals.approved_by("Ben", approval.approval_id, Act.CASH_OUT, "r1") == ""
    assert approvals.approved_by("Ben", approval.approval_id, Act.REFUND, "r1") == "Mira"
    assert approvals.approved_by("Ben", approval.approval_id, Act.REFUND, "r1") == "Mira"
    assert approvals.approved_by("Ben", approval.approval_id, Act.REFUND, "r2") == ""
    assert approvals.approved_by("Mira", "", Act.REFUND, "r3") == "Mira"


async def test_an_approval_ends_and_a_cashiers_or_a_wrong_pin_gives_none() -> None:
    clock = FakeClock()
    sign_in, approvals = hired(clock)
    approval = await approvals.grant(Act.REFUND, "1111")
    assert isinstance(approval, Approval)
    clock.advance(LASTS_MS / 1000 + 1)
    assert approvals.approved_by("Ben", approval.approval_id, Act.REFUND, "r1") == ""
    assert await approvals.grant(Act.REFUND, "2222") == NoManager("Ben")
    answers = [await approvals.grant(Act.REFUND, "9999") for _ in range(4)]
    assert answers[:3] == [WrongPin()] * 3
    assert isinstance(answers[3], PinLocked)
    sign_in.unlock()
    assert isinstance(await approvals.grant(Act.REFUND, "1111"), Approval)


def test_who_left_cannot_sign_in_and_a_manager_always_remains() -> None:
    sign_in, _ = hired(FakeClock())
    assert sign_in.change_person("Mira", active=False) == LastManager("Mira")
    assert sign_in.change_person("Mira", role=Role.CASHIER) == LastManager("Mira")
    assert isinstance(sign_in.change_person("Ben", role=Role.MANAGER), Cashier)
    assert isinstance(sign_in.change_person("Mira", active=False), Cashier)
    assert sign_in.change_person("Zoe") == UnknownPerson("Zoe")


async def test_a_pin_is_changed_and_nobody_gets_anothers() -> None:
    sign_in, _ = hired(FakeClock())
    assert sign_in.change_person("Ben", pin="1111") == PinTaken()
    assert sign_in.change_person("Ben", pin="12") == BadPin()
    assert isinstance(sign_in.change_person("Ben", pin="3333"), Cashier)
    assert await sign_in.sign_in("2222") == WrongPin()
    person = await sign_in.sign_in("3333")
    assert isinstance(person, Cashier)
    assert person.name == "Ben"


async def test_the_pin_of_somebody_who_left_stays_theirs_for_they_may_come_back() -> None:
    sign_in, _ = hired(FakeClock())
    sign_in.change_person("Ben", active=False)
    assert sign_in.add_cashier("Zoe", "2222") == PinTaken()
    assert sign_in.change_person("Mira", pin="2222") == PinTaken()
    sign_in.change_person("Ben", active=True)
    person = await sign_in.sign_in("2222")
    assert isinstance(person, Cashier)
    assert person.name == "Ben"


async def test_the_lock_survives_a_restart_of_the_till_on_its_real_store(tmp_path: Path) -> None:
    sign_in, _ = staff(FakeClock(), TinyDbSettingsStore(tmp_path / "settings.json"))
    sign_in.add_cashier("Mira", "1111")
    for _ in range(6):
        await sign_in.sign_in("9999")
    again, _ = staff(FakeClock(), TinyDbSettingsStore(tmp_path / "settings.json"))
    assert isinstance(await again.sign_in("1111"), PinLocked)


@given(
    st.lists(st.tuples(st.sampled_from(("a", "b", "c")), st.sampled_from(Role), st.booleans()), max_size=12)
)
def test_whatever_is_changed_an_active_manager_remains(changes: list[tuple[str, Role, bool]]) -> None:
    people = tuple(Cashier(name=name, pin_hash="", role=Role.MANAGER) for name in "abc")
    for name, role, active in changes:
        changed = with_person(people, Cashier(name=name, pin_hash="", role=role, active=active))
        people = people if isinstance(changed, LastManager) else changed
        assert any(person.is_manager for person in people)


def test_approvals_are_bounded() -> None:
    held: tuple[Approval, ...] = ()
    first = Approval(approval_id="0", act=Act.REFUND, approved_by="Mira", ends_ms=10)
    for number in range(2 * APPROVALS_MAX):
        held = with_approval(held, replace(first, approval_id=str(number)), 0)
    assert len(held) == APPROVALS_MAX
    assert spend(held, "0", Act.REFUND, "r", 0)[0] == ""
