"""Give the till its name and key: offline by hand, or by the hub with a one-time code."""

from collections.abc import Callable

from device.domain.errors import EnrolmentError, IdentityError
from device.domain.identity import Identity
from device.ports.hub import Enrolment
from device.ports.stores import IdentityStore
from shared.ids import SourceId, TenantId, check_topic_level


class Enrol:
    """The service behind `stallholder till init` and `stallholder till enrol`.

    `make_key` returns a new signing key as text.
    """

    def __init__(self, *, store: IdentityStore, enrolment: Enrolment, make_key: Callable[[], str]) -> None:
        self._store = store
        self._enrolment = enrolment
        self._make_key = make_key

    def init(self, tenant: str, device: str) -> Identity:
        """Name the till without a hub; raises IdentityError if it has another name, IdError for a bad one."""
        wanted = (
            TenantId(check_topic_level("tenant", tenant)),
            SourceId(check_topic_level("device", device)),
        )
        known = self._store.load()
        if known is not None:
            _require_same(known, *wanted)
            return known
        identity = Identity(tenant=wanted[0], device=wanted[1], signing_key=self._make_key())
        self._store.save(identity)
        return identity

    async def enrol(self, hub_url: str, code: str, device: str | None) -> Identity:
        """Join a hub; a till that has a name already keeps it. A lost answer may be asked for again with the same code.

        Raises:
            EnrolmentError: the hub refused or did not answer.
            IdentityError: the code was made for another till.
        """
        known = self._store.load()
        if known is not None and device is not None and device != known.device:
            raise IdentityError(
                f"This till is called {known.device}, not {device}.", "Leave --device out, or use its name."
            )
        name = device or (known.device if known else "")
        key = known.signing_key if known else self._store.key_to_enrol(self._make_key)
        answer = await self._enrolment.enrol(hub_url, code=code, device=name, key=key)
        if known is not None:
            _require_same(known, answer.tenant, answer.device)
        if not answer.membership.hub:
            raise EnrolmentError("The hub did not say its name.", "Update the hub, then enrol again.")
        identity = Identity(
            tenant=answer.tenant, device=answer.device, signing_key=key, membership=answer.membership
        )
        self._store.save(identity)
        return identity


def _require_same(known: Identity, tenant: TenantId, device: SourceId) -> None:
    if (known.tenant, known.device) == (tenant, device):
        return
    elsewhere = (
        f"Join a hub of a cloud that was set up with --tenant {known.tenant}, or begin a new till in a data directory of its own: "
        "its products come over as a file."
    )
    same_maker = (
        f"Make a code for {known.device} at the hub, or give the other till a data directory of its own."
    )
    raise IdentityError(
        f"This till is {known.device} of {known.tenant}; it cannot become {device} of {tenant}: its "
        "sales carry its name.",
        same_maker if known.tenant == tenant else elsewhere,
    )
