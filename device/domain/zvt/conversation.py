"""One command's way through: what the terminal said so far, and what that means if it says no more.

The till sends a command; the terminal takes it (80 00) or not (84 xx), tells how far it is (04 FF), says the result (04 0F),
sends the receipt (06 D1, 06 D3), and ends with completion (06 0F) or abort (06 1E). Each of its messages is acknowledged.
Wherever that breaks off, the one question is whether money was taken.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum, auto

from device.domain.zvt.apdu import (
    ABORTED,
    COMPLETED,
    INTERMEDIATE_STATUS,
    PRINT_LINE,
    PRINT_TEXT_BLOCK,
    STATUS_INFORMATION,
    Apdu,
    is_acknowledgement,
    refusal_code,
)
from device.domain.zvt.fields import StatusInformation, read_line, read_status, read_text_block

LINES_MAX = 200
RESULT_UNKNOWN = 0xFF


class Stage(Enum):
    """How far a command has come; the last three are ends."""

    ASKED = auto()
    TAKEN = auto()
    COMPLETED = auto()
    ABORTED = auto()
    NOT_BEGUN = auto()


class Meaning(Enum):
    """Whether the terminal did what it was asked for; `UNSURE` is to be asked of it, never to be tried again."""

    DONE = auto()
    NOT_DONE = auto()
    UNSURE = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """A command and what came back; `code` says why it was not done, `progress` the last intermediate status."""

    stage: Stage = Stage.ASKED
    status: StatusInformation | None = None
    code: int | None = None
    progress: int | None = None
    lines: tuple[str, ...] = ()

    @property
    def is_over(self) -> bool:
        """Whether the terminal has said its last word on it."""
        return self.stage in {Stage.COMPLETED, Stage.ABORTED, Stage.NOT_BEGUN}

    @property
    def meaning(self) -> Meaning:
        """What it means if nothing more comes."""
        said = self.status.result if self.status else None
        if self.stage in {Stage.NOT_BEGUN, Stage.ABORTED} or (said is not None and said != 0):
            return Meaning.NOT_DONE
        if self.stage is Stage.COMPLETED and said == 0:
            return Meaning.DONE
        return Meaning.UNSURE

    def hear(self, apdu: Apdu) -> "Conversation":
        """Return the conversation after one more message; what has no meaning here changes nothing. Raises ZvtError."""
        refused = refusal_code(apdu)
        if self.stage is Stage.ASKED and refused is not None:
            return replace(self, stage=Stage.NOT_BEGUN, code=refused)
        if is_acknowledgement(apdu):
            return replace(self, stage=Stage.TAKEN) if self.stage is Stage.ASKED else self
        step = _STEPS.get(apdu.control)
        return step(self, apdu.data) if step else self

    def printed(self, lines: tuple[str, ...]) -> "Conversation":
        """Return the conversation with more lines of its receipt; the first LINES_MAX count."""
        return replace(self, lines=(*self.lines, *lines)[:LINES_MAX])


def _further(told: Conversation, data: bytes) -> Conversation:
    return replace(told, progress=data[0] if data else told.progress)


def _status(told: Conversation, data: bytes) -> Conversation:
    status = read_status(data)
    return replace(told, status=status, code=status.result or told.code)


def _aborted(told: Conversation, data: bytes) -> Conversation:
    return replace(told, stage=Stage.ABORTED, code=data[0] if data else RESULT_UNKNOWN)


_STEPS: dict[int, Callable[[Conversation, bytes], Conversation]] = {
    INTERMEDIATE_STATUS: _further,
    STATUS_INFORMATION: _status,
    PRINT_LINE: lambda told, data: told.printed((read_line(data),)),
    PRINT_TEXT_BLOCK: lambda told, data: told.printed(read_text_block(data)),
    COMPLETED: lambda told, _: replace(told, stage=Stage.COMPLETED),
    ABORTED: _aborted,
}
