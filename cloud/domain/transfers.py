"""Goods that went from one stall to another: both ends of each transfer, which only the cloud sees.

A transfer is named by the number that the sending till gave it and the other end typed. What was taken back at an end is
counted off there. Goods that arrived without a number stand in no transfer.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from cloud.domain.plain_text import plain_text
from shared.entry import Entry
from shared.events.stock import StockMoved, StockReason

TEXT_MAX: Final = 80
TRANSFER_MAX: Final = 12
_ENDS: Final = frozenset({StockReason.SENT, StockReason.ARRIVED})


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferMove:
    """One entry's word about one product of a transfer, in thousandths; `place` is the other end in the seller's words."""

    source: str
    epoch: str
    seq: int
    at: str
    transfer: str
    place: str
    sku: str
    name: str
    sent_milli: int = 0
    arrived_milli: int = 0


class TransferState(StrEnum):
    """How a transfer stands; `NOT_SENT`: something arrived under a number that no till has sent (yet)."""

    UNDER_WAY = "under-way"
    ARRIVED = "arrived"
    DIFFERS = "differs"
    NOT_SENT = "not-sent"


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferLine:
    """One product of a transfer, in thousandths."""

    sku: str
    name: str
    sent_milli: int
    arrived_milli: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """A transfer with both its ends; `place` is where it was sent to, or came from where nobody sent it, in people's words."""

    transfer: str
    state: TransferState
    sent_by: tuple[str, ...]
    arrived_at: tuple[str, ...]
    place: str
    at: str
    lines: tuple[TransferLine, ...]


_ORDER: Final = (
    TransferState.DIFFERS, TransferState.NOT_SENT, TransferState.UNDER_WAY, TransferState.ARRIVED,
)  # fmt: skip


def moves_of(entry: Entry, moved: StockMoved) -> tuple[TransferMove, ...]:
    """Return what a movement of stock says of a transfer, if it does."""
    if moved.reason not in _ENDS or not moved.transfer_id:
        return ()
    stream, is_sent = entry.stream, moved.reason is StockReason.SENT
    return (
        TransferMove(
            source=stream.source, epoch=stream.epoch, seq=entry.seq, at=entry.at.isoformat(timespec="seconds"),
            transfer=plain_text(moved.transfer_id, TRANSFER_MAX), place=plain_text(moved.place, TEXT_MAX),
            sku=plain_text(moved.sku, TEXT_MAX), name=plain_text(moved.name, TEXT_MAX),
            sent_milli=-moved.change_milli if is_sent else 0, arrived_milli=0 if is_sent else moved.change_milli,
        ),
    )  # fmt: skip


def match_ends(moves: Iterable[TransferMove]) -> tuple[Transfer, ...]:
    """Return the transfers: what somebody should look at first, then what is under way, then what arrived; each newest first.

    `moves` are all that is known of the transfers in question. What both ends have taken back is none.
    """
    groups: dict[str, list[TransferMove]] = defaultdict(list)
    for move in moves:
        groups[move.transfer].append(move)
    found = [one for group in groups.values() if (one := _matched(group)) is not None]
    found.sort(key=lambda one: one.at, reverse=True)
    return tuple(sorted(found, key=lambda one: _ORDER.index(one.state)))


def _matched(group: Sequence[TransferMove]) -> Transfer | None:
    lines = _by_product(group)
    if not lines:
        return None
    sent = [move for move in group if move.sent_milli]
    arrived = [move for move in group if move.arrived_milli]
    return Transfer(
        transfer=group[0].transfer, state=_state(lines), sent_by=tuple(sorted({move.source for move in sent})),
        arrived_at=tuple(sorted({move.source for move in arrived})), place=(sent or arrived)[0].place,
        at=max(move.at for move in group), lines=lines,
    )  # fmt: skip


def _state(lines: Sequence[TransferLine]) -> TransferState:
    if not any(line.arrived_milli for line in lines):
        return TransferState.UNDER_WAY
    if not any(line.sent_milli for line in lines):
        return TransferState.NOT_SENT
    is_same = all(line.sent_milli == line.arrived_milli for line in lines)
    return TransferState.ARRIVED if is_same else TransferState.DIFFERS


def _by_product(group: Iterable[TransferMove]) -> tuple[TransferLine, ...]:
    sums: dict[str, TransferLine] = {}
    for move in group:
        had = sums.get(move.sku)
        sums[move.sku] = TransferLine(
            sku=move.sku, name=move.name, sent_milli=move.sent_milli + (had.sent_milli if had else 0),
            arrived_milli=move.arrived_milli + (had.arrived_milli if had else 0),
        )  # fmt: skip
    return tuple(line for line in sums.values() if line.sent_milli or line.arrived_milli)
