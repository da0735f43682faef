"""What can go wrong on a till beyond a refusal: one root, leaves that name the thing and the remedy."""


class TillError(Exception):
    """Root of the till's errors. `remedy` says what to do, in words for the seller."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(f"{message} {remedy}")
        self.message = message
        self.remedy = remedy


class NotSetUpError(TillError):
    """The till has no name yet, so its ledger cannot be born."""

    def __init__(self) -> None:
        super().__init__(
            "This till has no name yet.",
            "Run “stallholder till enrol --hub URL --code CODE”, or without a hub "
            "“stallholder till init --tenant T --device D”.",
        )


class IdentityError(TillError):
    """The till's identity file is damaged, or would become another till's."""


class SigningKeyError(TillError):
    """The file of the key that signs receipts holds no such key."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"The key in {name} cannot be read. The sales are not touched.",
            "Put back a copy, or set sign_receipts to false: receipts then carry their proof without a signature.",
        )


class EnrolmentError(TillError):
    """The hub did not enrol this till, or did not answer."""


class SettingsDamagedError(TillError):
    """The settings file cannot be read."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(
            f"The settings in {path} cannot be read ({reason}). The sales are not touched.",
            "Put back a copy, or move the file away: catalogue and PINs then have to be set again.",
        )
        self.path = path
        self.reason = reason


class NoAccessError(TillError):
    """A file or folder of the till belongs to somebody else."""

    def __init__(self, path: str, *, owner: str, user: str) -> None:
        way_in = (
            f"Give yourself the right again: “chmod u+rwX {path}”."
            if owner == user
            else f"Then run this as {owner}, or hand the till's data over: “sudo chown -R {user} PATH”, with "
            "the path of the whole data directory."
        )
        super().__init__(
            f"{user} may not use {path}, which belongs to {owner}. Nothing was changed.",
            f"Look with “ls -ld {path}”. {way_in}",
        )
        self.path = path
        self.owner = owner
        self.user = user


class DiskFullError(TillError):
    """The till's disk has no room left, so nothing more can be recorded."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"The till's disk is full, so {what} was not saved. Everything saved before is safe.",
            "Free some space on the till, then try again.",
        )


class ForecastError(TillError):
    """The forecast cannot be made."""
