"""Door commands in SQLite."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.adapters.sqlite.rows import DoorCommandRow
from hub.domain.compartment import Place
from hub.domain.door_command import DoorCommand
from shared.events.parcel import DoorPurpose
from shared.ids import ParcelId, SourceId


class SqliteDoorCommands:
    """The DoorCommands port over one session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def find(self, command_id: str) -> DoorCommand | None:
        """Return one command."""
        row = self._row(command_id)
        return _command(row) if row else None

    def save(self, command: DoorCommand) -> None:
        """Keep a command, new or changed."""
        row = self._row(command.command_id)
        if row is None:
            row = DoorCommandRow(
                command_id=command.command_id, board=command.place.board,
                compartment=command.place.compartment, parcel_id=command.parcel_id,
                purpose=command.purpose.value, at=command.at.isoformat(),
            )  # fmt: skip
            self._session.add(row)
        row.outcome, row.seen_open = command.outcome, command.seen_open
        self._session.flush()

    def unanswered(self) -> list[DoorCommand]:
        """Return those without any outcome."""
        wanted = select(DoorCommandRow).where(DoorCommandRow.outcome == "").order_by(DoorCommandRow.number)
        return [_command(row) for row in self._session.scalars(wanted)]

    def last_at(self, place: Place) -> DoorCommand | None:
        """Return the last command to one door."""
        row = DoorCommandRow
        wanted = select(row).where(row.board == place.board, row.compartment == place.compartment)
        found = self._session.scalars(wanted.order_by(row.number.desc()).limit(1)).first()
        return _command(found) if found else None

    def _row(self, command_id: str) -> DoorCommandRow | None:
        wanted = select(DoorCommandRow).where(DoorCommandRow.command_id == command_id)
        return self._session.scalars(wanted).first()


def _command(row: DoorCommandRow) -> DoorCommand:
    return DoorCommand(
        command_id=row.command_id, place=Place(SourceId(row.board), row.compartment),
        parcel_id=ParcelId(row.parcel_id), purpose=DoorPurpose(row.purpose),
        at=datetime.fromisoformat(row.at), outcome=row.outcome, seen_open=row.seen_open,
    )  # fmt: skip
