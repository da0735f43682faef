"""Managers allow what goes beyond a cashier's limits, on the cashier's screen, by their PIN."""

from device.domain.approval import LASTS_MS, Act, Approval, spend, with_approval
from device.domain.people import Cashier, NoManager, PeopleRefusal, named
from device.ports.stores import SettingsStore
from device.ports.world import Clock, Randomness
from device.services.sign_in import SignIn


class Approvals:
    """Approvals live in memory alone: after a restart a manager is asked again. Used from the event loop only."""

    def __init__(
        self, *, sign_in: SignIn, settings: SettingsStore, clock: Clock, randomness: Randomness
    ) -> None:
        self._sign_in = sign_in
        self._settings = settings
        self._clock = clock
        self._randomness = randomness
        self._approvals: tuple[Approval, ...] = ()

    async def grant(self, act: Act, pin: str) -> Approval | PeopleRefusal:
        """Return an approval of one act, if the PIN is a manager's; a wrong one counts like one at the sign-in."""
        answer = await self._sign_in.sign_in(pin)
        if not isinstance(answer, Cashier):
            return answer
        if not answer.is_manager:
            return NoManager(answer.name)
        now_ms = self._clock.monotonic_ms()
        approval = Approval(approval_id=self._randomness.bytes(16).hex(), act=act, approved_by=answer.name,
                            ends_ms=now_ms + LASTS_MS)  # fmt: skip
        self._approvals = with_approval(self._approvals, approval, now_ms)
        return approval

    def approved_by(self, cashier: str, approval_id: str, act: Act, about: str) -> str:
        """Return who allows a cashier's act: a manager allows their own, others need an approval; "" if nobody does.

        `about` is the id of what is done, so that a request that is sent again is allowed again.
        """
        person = named(self._settings.current.cashiers, cashier)
        if person is not None and person.is_manager:
            return person.name
        who, self._approvals = spend(self._approvals, approval_id, act, about, self._clock.monotonic_ms())
        return who
