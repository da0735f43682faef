"""Where each till, board and the cloud stand, in words."""

REMOVED = "Removed here: it cannot connect any more. What it sent stays."
UNHEARD = "Cannot be heard while the broker is out of reach."
"""Said of everybody else: what was heard last may be true no more."""


def words_of_board(*, online: bool) -> str:
    """Return one sentence about a locker board for the staff page."""
    return "Connected." if online else "Away: its doors stay shut. Parcels and codes are safe."


def words_of_source(*, online: bool, ever_seen: bool, standing: str) -> str:
    """Return what the staff page says of a till, or of this hub itself; `standing` says how its entries have travelled."""
    if not ever_seen:
        return f"Has not been heard since this hub started. {standing}"
    where = "Connected" if online else "Away; it keeps selling and delivers later"
    return f"{where}. {standing}"


def words_of_behind(behind: int) -> str:
    """Return how far the cloud is behind."""
    match behind:
        case 0:
            return "Everything is at the cloud."
        case 1:
            return "1 entry is not at the cloud yet."
        case _:
            return f"{behind:,} entries are not at the cloud yet."


def words_of_cloud(*, reachable: bool, ever_reached: bool, reason: str, behind: int) -> str:
    """Return one sentence about the cloud."""
    if reachable:
        return words_of_behind(behind)
    if not ever_reached and not reason:
        return "The cloud has not been asked yet."
    return f"The cloud does not answer ({reason}). Everything is kept here. {words_of_behind(behind)}"
