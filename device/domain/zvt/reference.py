"""What a terminal calls one of its bookings: its id, receipt number, trace and day, as the ledger keeps it."""

from device.domain.zvt.fields import StatusInformation


def reference_of(status: StatusInformation) -> str:
    """Return a terminal's own name for a booking; "" without a number.

    The day belongs to it: some terminals begin their receipt numbers anew after each end of day.
    """
    if status.receipt_number is None and status.trace is None:
        return ""
    day = f"-{status.at[0]:02d}{status.at[1]:02d}" if status.at else ""
    return f"{status.terminal_id or '0'}-{status.receipt_number or 0:04d}-{status.trace or 0:06d}{day}"


def receipt_number_of(reference: str) -> int | None:
    """Return the receipt number in a reference, or None where there is none."""
    parts = reference.split("-")
    return int(parts[1]) or None if len(parts) in {3, 4} and parts[1].isdecimal() else None
