"""The first start: from a few answers to a till that has a name, a stall and a manager.

The order makes a power cut harmless. The name comes last: without it the assistant asks again, and writes the same places
anew; with it the till opens, and has a person who may sign in.
"""

import asyncio
from dataclasses import replace

from device.domain.errors import EnrolmentError, IdentityError
from device.domain.first_run import BadAnswer, FirstRun, fault_of, tenant_of
from device.domain.identity import Identity
from device.domain.people import Cashier, PinAttempts, Role
from device.domain.tax_rates import cash_step_of
from device.ports.first_run import StallStore
from device.ports.people import PinHasher
from device.ports.stores import IdentityStore, SettingsStore
from device.services.enrol import Enrol


class SetUp:
    """The service behind `POST /api/welcome`; one person at a time."""

    def __init__(
        self, *, stall: StallStore, settings: SettingsStore, hasher: PinHasher, enrol: Enrol, identity: IdentityStore
    ) -> None:  # fmt: skip
        self._stall = stall
        self._settings = settings
        self._hasher = hasher
        self._enrol = enrol
        self._identity = identity
        self._one_at_a_time = asyncio.Lock()

    @property
    def is_done(self) -> bool:
        """Whether the till has a name, from here or from the command line."""
        return self._identity.load() is not None

    async def set_up(self, asked: FirstRun) -> Identity | BadAnswer:
        """Make the till ready to sell, durable before this returns.

        Raises:
            EnrolmentError, IdentityError: the hub refused; the till may be set up without it.
        """
        fault = fault_of(asked)
        if fault is not None:
            return fault
        async with self._one_at_a_time:
            if self.is_done:
                return BadAnswer("", "This till is set up already.", "Sign in with your PIN.")
            await asyncio.to_thread(self._keep, asked)
            return await self._name(asked)

    def _keep(self, asked: FirstRun) -> None:
        first = Cashier(name=asked.person, pin_hash=self._hasher.hash(asked.pin), role=Role.MANAGER,
                        pin_length=len(asked.pin))  # fmt: skip
        self._stall.save(asked.card)
        step_minor = cash_step_of(asked.card.country, asked.card.currency)
        self._settings.change(
            lambda old: replace(old, cashiers=(first,), pin_attempts=PinAttempts(),
                                trade_rules=replace(old.trade_rules, cash_step_minor=step_minor))
        )  # fmt: skip

    async def _name(self, asked: FirstRun) -> Identity | BadAnswer:
        if not asked.hub_url:
            return await asyncio.to_thread(
                self._enrol.init, asked.tenant or tenant_of(asked.card.stall), asked.device
            )
        try:
            return await self._enrol.enrol(asked.hub_url, asked.hub_code, asked.device)
        except (EnrolmentError, IdentityError) as error:
            return BadAnswer("hub", error.message, error.remedy)
