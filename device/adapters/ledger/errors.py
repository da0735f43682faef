"""What can go wrong with the ledger's file, in words for the person at the stall and fields for the program.

Every error carries a `code`, a `message` that says what happened and what that means for the sales, and a `remedy`.
"""

from pathlib import Path
from typing import ClassVar


class LedgerError(Exception):
    """The root of everything the ledger refuses."""

    code: ClassVar[str] = "ledger-error"

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(f"{message} {remedy}")
        self.message = message
        self.remedy = remedy


class LedgerDamaged(LedgerError):  # noqa: N818 - a state of the ledger, named as the till names it
    """The file holds something that no power cut explains; it is left as it is.

    Attributes:
        path: the file.
        position: byte at which the first bad record begins.
        seq: number of the first record that cannot be trusted.
        reason: what is wrong there.
    """

    code = "ledger-damaged"

    def __init__(self, path: Path, *, position: int, seq: int, reason: str) -> None:
        super().__init__(
            f"The ledger {path.name} is damaged at byte {position}, entry {seq}: {reason}. "
            "The file was left as it is; the entries before it are intact.",
            "Do not sell on this till. Keep the file; `stallholder repair` mends it from the copy at the hub or cloud.",
        )
        self.path = path
        self.position = position
        self.seq = seq
        self.reason = reason


class LedgerReplaced(LedgerDamaged):
    """Every record of a sealed segment is sound, yet they are not those that were sealed: nothing of it is shown."""


class LedgerFull(LedgerError):  # noqa: N818
    """The disk has no room; nothing of the refused sale was kept."""

    code = "disk-full"

    def __init__(self, path: Path, wanted_bytes: int) -> None:
        detail = f": {wanted_bytes} bytes could not be written" if wanted_bytes else ""
        super().__init__(
            f"The till's disk is full{detail}. This was not recorded; everything before it is safe.",
            "Free some space on the till, then try again. Room for closing the day is kept back.",
        )
        self.path = path
        self.wanted_bytes = wanted_bytes


class LedgerFailed(LedgerError):  # noqa: N818
    """The disk reported a failure; nothing more is written until the ledger was opened and read again."""

    code = "ledger-failed"

    def __init__(self, path: Path, step: str, reason: str) -> None:
        super().__init__(
            f"The till's disk failed to {step} ({reason}). Sales confirmed before this are on the disk; "
            "the one under way may or may not be.",
            "Restart the till: it reads the ledger anew and says what it holds. If it happens again, change the card.",
        )
        self.path = path
        self.step = step
        self.reason = reason


class LedgerUnreadable(LedgerError):  # noqa: N818
    """The disk could not read one entry; writing and every other entry are unaffected.

    Attributes:
        path: the file it lies in.
        seq: the number of the entry, or of the first where several were read at once.
        reason: what the disk said.
    """

    code = "entry-unreadable"

    def __init__(self, path: Path, seq: int, error: OSError) -> None:
        self.path, self.seq, self.reason = path, seq, error.strerror or str(error)
        super().__init__(
            f"The till's disk cannot read entry {seq} in {path.name} ({self.reason}). Selling goes on; "
            "other receipts can be read.",
            "Try again. If it stays so, close the day, stop the till and run `stallholder verify` on its ledger.",
        )


class LedgerLocked(LedgerError):  # noqa: N818
    """Another process has this ledger open."""

    code = "ledger-locked"

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"The ledger in {path} is in use by another process.",
            "Use the till that is running, or stop it first.",
        )
        self.path = path


class LedgerBusy(LedgerError):  # noqa: N818
    """More appends wait than the queue takes."""

    code = "ledger-busy"

    def __init__(self, waiting: int) -> None:
        super().__init__(
            f"{waiting} entries are waiting for the disk. This one was not recorded.",
            "Try again in a moment.",
        )
        self.waiting = waiting


class LedgerClosed(LedgerError):  # noqa: N818
    """The ledger was closed; the till is stopping."""

    code = "ledger-closed"

    def __init__(self) -> None:
        super().__init__("The till is stopping. This was not recorded.", "Start the till and try again.")


class LedgerIsAppendOnly(LedgerError):  # noqa: N818
    """Something would have changed what the ledger already says, or have put something else than the next entry in."""

    code = "ledger-append-only"

    def __init__(self, attempt: str) -> None:
        super().__init__(
            f"The ledger only grows: {attempt} is refused.", "Append a correcting entry instead."
        )
        self.attempt = attempt


class LedgerHasOneWriter(LedgerError):  # noqa: N818
    """A thread that does not own the ledger tried to append to its table."""

    code = "ledger-one-writer"

    def __init__(self) -> None:
        super().__init__(
            "Only the ledger's own thread may append to its table.", "Append through the ledger."
        )
