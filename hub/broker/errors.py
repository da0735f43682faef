"""What can go wrong with the broker."""


class BrokerError(Exception):
    """The broker cannot do what was asked; the text names the thing and the remedy."""


class BrokerMissingError(BrokerError):
    """The broker's program is not installed here, or too old."""

    def __init__(self, program: str, remedy: str, reason: str = "is not here") -> None:
        super().__init__(f"the broker's program {program} {reason}: {remedy}")
        self.program = program


class BrokerNotReadyError(BrokerError):
    """The broker did not open its port in time, or ended at once."""

    def __init__(self, host: str, port: int, reason: str) -> None:
        super().__init__(f"the broker does not answer on {host}:{port} ({reason}): is the port taken?")
        self.host = host
        self.port = port
        self.reason = reason


class BrokerSetUpError(BrokerError):
    """What the broker is to be is not possible as asked; the text says why and what to do."""


class BrokerUserError(BrokerError):
    """A user cannot be added as asked; `reason` says why."""

    def __init__(self, username: str, reason: str) -> None:
        super().__init__(f"broker user {username!r} cannot be added: {reason}")
        self.username = username
        self.reason = reason
