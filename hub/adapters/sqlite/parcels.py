"""Parcels and pick-up numbers in SQLite."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from hub.adapters.sqlite.rows import ParcelRow, PickupNumberRow
from hub.domain.compartment import Place
from hub.domain.parcel import Parcel, ParcelState
from hub.domain.pickup_grant import PickupGrant
from shared.ids import Epoch, ParcelId, SourceId

_LIVE = 0  # `gone_order` of a parcel that is still here


class SqliteParcels:
    """The Parcels port over one session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def find(self, parcel_id: ParcelId) -> Parcel | None:
        """Return one parcel."""
        row = self._session.get(ParcelRow, parcel_id)
        return _parcel(row) if row else None

    def save(self, parcel: Parcel) -> None:
        """Keep a parcel, new or changed."""
        row = self._session.get(ParcelRow, parcel.parcel_id)
        if row is None:
            row = ParcelRow(parcel_id=parcel.parcel_id, order=self._next(ParcelRow.order), gone_order=_LIVE)
            self._session.add(row)
        if parcel.gone and row.gone_order == _LIVE:
            row.gone_order = self._next(ParcelRow.gone_order)
        _fill(row, parcel)
        self._session.flush()

    def live(self) -> list[Parcel]:
        """Return those still to be collected, longest promised first."""
        wanted = select(ParcelRow).where(ParcelRow.gone_order == _LIVE).order_by(ParcelRow.order)
        return [_parcel(row) for row in self._session.scalars(wanted)]

    def live_with_number(self, number: int) -> list[Parcel]:
        """Return the live ones of a pick-up number, longest promised first."""
        wanted = select(ParcelRow).where(ParcelRow.number == number, ParcelRow.gone_order == _LIVE)
        return [_parcel(row) for row in self._session.scalars(wanted.order_by(ParcelRow.order))]

    def live_of_receipt(self, receipt_number: str) -> list[Parcel]:
        """Return the live ones of a receipt, longest promised first."""
        wanted = select(ParcelRow).where(
            ParcelRow.gone_order == _LIVE, ParcelRow.receipt_number == receipt_number
        )
        return [_parcel(row) for row in self._session.scalars(wanted.order_by(ParcelRow.order))]

    def last_gone_with_number(self, number: int) -> Parcel | None:
        """Return the one of this number that went last."""
        wanted = select(ParcelRow).where(ParcelRow.number == number, ParcelRow.gone_order > _LIVE)
        row = self._session.scalars(wanted.order_by(ParcelRow.gone_order.desc()).limit(1)).first()
        return _parcel(row) if row else None

    def newest_gone(self, limit: int) -> list[Parcel]:
        """Return those that went last, newest first."""
        wanted = select(ParcelRow).where(ParcelRow.gone_order > _LIVE)
        rows = self._session.scalars(wanted.order_by(ParcelRow.gone_order.desc()).limit(limit))
        return [_parcel(row) for row in rows]

    def _next(self, column: object) -> int:
        largest = self._session.scalar(select(func.max(column)))
        return int(largest or 0) + 1


class SqlitePickupNumbers:
    """The PickupNumbers port over one session; its thousand rows stand there from the first migration on."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def free(self, limit: int) -> list[int]:
        """Return free numbers, the longest unused first."""
        row = PickupNumberRow
        wanted = select(row.number).where(row.till == "", row.parcel_id == "")
        return list(self._session.scalars(wanted.order_by(row.used, row.number).limit(limit)))

    def outstanding(self, till: SourceId) -> list[int]:
        """Return the numbers that a till holds and that no parcel has yet."""
        row = PickupNumberRow
        wanted = select(row.number).where(row.till == till, row.parcel_id == "")
        return list(self._session.scalars(wanted.order_by(row.number)))

    def lease(self, till: SourceId, epoch: Epoch, numbers: Sequence[int], at: datetime) -> None:
        """Give numbers to a till."""
        row = PickupNumberRow
        given = update(row).where(row.number.in_(numbers))
        self._session.execute(given.values(till=till, epoch=epoch, at=at.isoformat()))

    def give_up_older(self, till: SourceId, epoch: Epoch) -> None:
        """Free what a till's earlier ledgers held and promised to nobody."""
        row = PickupNumberRow
        older = update(row).where(row.till == till, row.epoch != epoch, row.parcel_id == "")
        self._session.execute(older.values(till="", epoch="", used=self._next_use()))

    def promise(self, number: int, parcel_id: ParcelId) -> None:
        """Put a number on a parcel."""
        row = PickupNumberRow
        self._session.execute(update(row).where(row.number == number).values(parcel_id=parcel_id))

    def release(self, number: int, parcel_id: ParcelId, at: datetime) -> None:
        """Free the number of a parcel that is gone; nothing if another parcel has it."""
        row = PickupNumberRow
        freed = update(row).where(row.number == number, row.parcel_id == parcel_id)
        changes = {"till": "", "epoch": "", "parcel_id": "", "used": self._next_use(), "at": at.isoformat()}
        self._session.execute(freed.values(changes))

    def _next_use(self) -> int:
        return (self._session.scalar(select(func.max(PickupNumberRow.used))) or 0) + 1


def _fill(row: ParcelRow, parcel: Parcel) -> None:
    row.till, row.number, row.receipt_number = parcel.till, parcel.number, parcel.receipt_number
    row.items, row.pieces = parcel.items, parcel.pieces
    row.total_minor, row.currency = parcel.total_minor, parcel.currency
    row.state, row.since = parcel.state.value, parcel.since.isoformat()
    row.promised_at = parcel.promised_at.isoformat()
    row.secret_hash, row.misses = parcel.grant.secret_hash, parcel.grant.misses
    row.board = parcel.place.board if parcel.place else ""
    row.compartment = parcel.place.compartment if parcel.place else 0
    row.command_id, row.size, row.pieces_given_back = parcel.command_id, parcel.size, parcel.pieces_given_back


def _parcel(row: ParcelRow) -> Parcel:
    return Parcel(
        parcel_id=ParcelId(row.parcel_id), till=SourceId(row.till), number=row.number,
        receipt_number=row.receipt_number, items=row.items, pieces=row.pieces,
        total_minor=row.total_minor, currency=row.currency, state=ParcelState(row.state),
        since=datetime.fromisoformat(row.since), promised_at=datetime.fromisoformat(row.promised_at),
        grant=PickupGrant(secret_hash=row.secret_hash, misses=row.misses),
        place=Place(SourceId(row.board), row.compartment) if row.board else None, command_id=row.command_id,
        size=row.size, pieces_given_back=row.pieces_given_back,
    )  # fmt: skip
