"""What can go wrong at the hub, as one small tree. Refusals are values elsewhere; these end what was asked."""

from collections.abc import Mapping


class HubError(Exception):
    """The hub cannot do what was asked; the text names the thing and the remedy."""


class NotEnrolledError(HubError):
    """The hub has no identity yet."""

    def __init__(self) -> None:
        super().__init__("This hub is not enrolled yet: run `stallholder hub enrol --cloud URL --code CODE`.")


class UnknownStreamError(HubError):
    """The hub holds no such ledger."""

    def __init__(self, source: str, epoch: str | None) -> None:
        super().__init__(
            f"This hub holds no ledger{f' {epoch}' if epoch else ''} of {source}. "
            "Look at the staff page for the names of its tills."
        )
        self.source = source
        self.epoch = epoch


class SeveralStreamsError(HubError):
    """A till has had several ledgers, and none was named."""

    def __init__(self, source: str, entries: Mapping[str, int]) -> None:
        held = ", ".join(f"{epoch} ({count} entries)" for epoch, count in entries.items())
        super().__init__(
            f"{source} has had several ledgers: {held}. Say which with --epoch: it stands in the name of the till's "
            "files, ledger-EPOCH.journal, and before the receipt's number."
        )
        self.source = source
        self.entries = entries


class IdentityError(HubError):
    """The identity file cannot be read."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(
            f"{path} cannot be read ({reason}): restore it from a copy, or enrol this hub again."
        )
        self.path = path


class UnknownDeviceError(HubError):
    """No device of this name is enrolled here."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"This hub has no device {name!r}: its staff page lists them under “Tills and cloud”."
        )
        self.name = name


class UnknownTerminalKeyError(HubError):
    """No terminal key of this name was made here."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"This hub has no terminal key {name!r}: "
            "`stallholder hub remove-terminal-key` without a name lists them."
        )
        self.name = name


class BankError(HubError):
    """The configured bank of compartments cannot be read."""

    def __init__(self, text: str, reason: str) -> None:
        super().__init__(f"setting boards: {text!r} {reason}; write it like board-dock-1:SSLSMMSL")
        self.text = text


class ParcelStepError(HubError):
    """A parcel was to make a step that its state does not allow."""

    def __init__(self, state: str, step: str) -> None:
        super().__init__(f"a parcel that is {state} cannot {step}")
        self.state = state
        self.step = step


class UnknownLetterError(HubError):
    """Somebody named a dead letter that is not there."""

    def __init__(self, letter_id: str) -> None:
        super().__init__(f"There is no dead letter {letter_id}. `stallholder hub dead-letters` lists them.")
        self.letter_id = letter_id


class LinkDownError(HubError):
    """The broker is not connected: the message was certainly not sent."""

    def __init__(self) -> None:
        super().__init__("The hub has no connection to its broker. It tries again by itself.")


class CloudUnreachableError(HubError):
    """The cloud gave no usable answer; whatever was sent may or may not have arrived.

    `answered` says that it is there and did not take this one request; others may fare better.
    """

    def __init__(self, reason: str, *, answered: bool = False) -> None:
        super().__init__(
            f"The cloud does not answer ({reason}). Everything is kept here; the hub tries again."
        )
        self.reason = reason
        self.answered = answered


class EnrolmentRefusedError(HubError):
    """The cloud did not take the enrolment code."""


class BrokerRefusedError(HubError):
    """The broker let the hub in but refused what it must hear."""

    def __init__(self, topic: str) -> None:
        super().__init__(f"the broker refuses this hub {topic}: check the hub's user and permissions there")
        self.topic = topic


class BrokerNotSetUpError(HubError):
    """The broker has left no sign-in for the hub."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(
            f"{path} cannot be read ({reason}): start `stallholder broker serve` first, "
            "or set broker_dir to the broker's data_dir."
        )
        self.path = path
