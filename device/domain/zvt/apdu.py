"""APDUs: the frames of ZVT over TCP, the card terminals' protocol of Germany and Austria.

A control field of two bytes (class and instruction), a length, the data (ZVT, "PA00P015 Connection of the payment
terminal to an electronic cash register", chapters 1 and 2; over TCP without the serial line's framing, PA00P016). A length
of 255 and more stands behind 0xFF in two bytes, the low one first.
"""

from dataclasses import dataclass

LENGTH_FOLLOWS = 0xFF
DATA_BYTES_MAX = 16 * 1024
"""A receipt's text is the longest thing that a terminal says; it has some kilobytes."""


class ZvtError(Exception):
    """Bytes that are no ZVT."""


@dataclass(frozen=True, slots=True)
class Apdu:
    """One message: `control` is class and instruction, such as 0x0601 for an authorisation."""

    control: int
    data: bytes = b""

    def __bytes__(self) -> bytes:
        length = len(self.data)
        if length > DATA_BYTES_MAX:
            raise ZvtError(f"{length} bytes are more than one message holds")
        head = self.control.to_bytes(2, "big")
        if length < LENGTH_FOLLOWS:
            return head + bytes([length]) + self.data
        return head + bytes([LENGTH_FOLLOWS]) + length.to_bytes(2, "little") + self.data


ACKNOWLEDGED = Apdu(0x8000)
AUTHORISE, REGISTER = 0x0601, 0x0600
REVERSE, REFUND, REPEAT_RECEIPT = 0x0630, 0x0631, 0x0620
ABORT_FROM_TILL = 0x06B0
STATUS_INFORMATION, INTERMEDIATE_STATUS = 0x040F, 0x04FF
COMPLETED, ABORTED = 0x060F, 0x061E
PRINT_LINE, PRINT_TEXT_BLOCK = 0x06D1, 0x06D3


def is_acknowledgement(apdu: Apdu) -> bool:
    """Tell whether a message says "taken": 80 00, or 84 00 as some terminals have it."""
    return apdu.control in {0x8000, 0x8400}


def refusal_code(apdu: Apdu) -> int | None:
    """Return why a command was not begun (84 xx), or None where the message says something else."""
    return apdu.control & 0xFF if apdu.control >> 8 == 0x84 and apdu.control != 0x8400 else None


def read_apdu(buffer: bytes) -> tuple[Apdu, bytes] | None:
    """Take the first message off a buffer: it and the rest, or None while it is not complete.

    Raises:
        ZvtError: it says that it is longer than any message is.
    """
    if len(buffer) < 3:
        return None
    begin, length = 3, buffer[2]
    if length == LENGTH_FOLLOWS:
        if len(buffer) < 5:
            return None
        begin, length = 5, int.from_bytes(buffer[3:5], "little")
    if length > DATA_BYTES_MAX:
        raise ZvtError(f"a message of {length} bytes")
    if len(buffer) < begin + length:
        return None
    return Apdu(int.from_bytes(buffer[:2], "big"), buffer[begin : begin + length]), buffer[begin + length :]
