"""Pick-up numbers that a till may promise without asking: how many it gets, and which."""

from collections.abc import Sequence

LEASE_MAX = 50
OUTSTANDING_MAX = 100
"""What one till may hold unpromised, so that lost answers cannot drain the thousand numbers there are."""


def choose_numbers(free: Sequence[int], *, wanted: int, outstanding: int) -> tuple[int, ...]:
    """Return the numbers to lease, longest unused first as `free` gives them; none if the till holds enough."""
    allowed = min(max(wanted, 0), LEASE_MAX, max(OUTSTANDING_MAX - outstanding, 0))
    return tuple(free[:allowed])
