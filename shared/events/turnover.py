"""What an entry adds to the turnover: hub and cloud count the same as the till, whose refunds are taken off."""

from shared.events.event import Event, UnreadableEvent
from shared.events.sale import SaleRecorded, SaleRefunded


def turnover_minor(event: Event | UnreadableEvent) -> int:
    """Return what an event adds, in minor units: a sale its total, a refund less than nothing, all others nothing."""
    match event:
        case SaleRecorded(total_minor=total_minor):
            return total_minor
        case SaleRefunded(total_minor=total_minor):
            return -total_minor
        case _:
            return 0
