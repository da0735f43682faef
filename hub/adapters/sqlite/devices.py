"""Devices, one-time codes and credentials in SQLite."""

import json
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from hub.adapters.sqlite.rows import CredentialRow, DeviceRow, EnrolmentCodeRow
from hub.domain.device import Device, DeviceRole, EnrolmentCode, TerminalKey
from shared.ids import SourceId

_STAFF = "staff"
_TERMINAL = "terminal"


class SqliteDevices:
    """The Devices port over one session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def find(self, device: SourceId) -> Device | None:
        """Return one device."""
        row = self._session.get(DeviceRow, device)
        return _device(row) if row else None

    def save(self, device: Device) -> None:
        """Keep a device, new or enrolled again."""
        self._session.merge(
            DeviceRow(
                device=device.device,
                role=device.role.value,
                public_key=device.public_key,
                certificate=json.dumps(device.certificate),
                enrolled_at=device.enrolled_at.isoformat(),
                removed_at=_text(device.removed_at),
            )
        )

    def all(self) -> list[Device]:
        """Return every device by name."""
        return [_device(row) for row in self._session.scalars(select(DeviceRow).order_by(DeviceRow.device))]

    def find_code(self, code_hash: str) -> EnrolmentCode | None:
        """Return a one-time code."""
        row = self._session.get(EnrolmentCodeRow, code_hash)
        if row is None:
            return None
        return EnrolmentCode(
            code_hash=row.code_hash,
            device=SourceId(row.device),
            role=DeviceRole(row.role),
            expires_at=datetime.fromisoformat(row.expires_at),
            used_by=row.used_by,
            used_at=_moment(row.used_at),
        )

    def save_code(self, code: EnrolmentCode) -> None:
        """Keep a one-time code, new or used."""
        self._session.merge(
            EnrolmentCodeRow(
                code_hash=code.code_hash,
                device=code.device,
                role=code.role.value,
                expires_at=code.expires_at.isoformat(),
                used_by=code.used_by,
                used_at=_text(code.used_at),
            )
        )

    def void_codes(self, device: SourceId) -> None:
        """Forget every one-time code of a device, used or not."""
        self._session.execute(delete(EnrolmentCodeRow).where(EnrolmentCodeRow.device == device))


class SqliteCredentials:
    """The Credentials port over one session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def staff_password(self) -> str | None:
        """Return the hash of the staff's password."""
        wanted = select(CredentialRow.hash).where(CredentialRow.kind == _STAFF)
        return self._session.scalars(wanted).first()

    def set_staff_password(self, kept: str) -> None:
        """Keep a new hash."""
        self._session.execute(delete(CredentialRow).where(CredentialRow.kind == _STAFF))
        self._session.add(CredentialRow(kind=_STAFF, hash=kept, at=""))

    def add_terminal_key(self, key_hash: str, at: datetime) -> None:
        """Admit a terminal key."""
        self._session.merge(CredentialRow(kind=_TERMINAL, hash=key_hash, at=at.isoformat()))

    def knows_terminal_key(self, key_hash: str) -> bool:
        """Return whether a terminal key was admitted."""
        return self._session.get(CredentialRow, (_TERMINAL, key_hash)) is not None

    def terminal_keys(self) -> list[TerminalKey]:
        """Return the admitted keys, oldest first."""
        wanted = select(CredentialRow).where(CredentialRow.kind == _TERMINAL)
        rows = self._session.scalars(wanted.order_by(CredentialRow.at, CredentialRow.hash))
        return [TerminalKey(key_hash=row.hash, made_at=datetime.fromisoformat(row.at)) for row in rows]

    def remove_terminal_key(self, key_hash: str) -> None:
        """Admit a terminal key no longer."""
        named = CredentialRow.kind == _TERMINAL, CredentialRow.hash == key_hash
        self._session.execute(delete(CredentialRow).where(*named))


def _device(row: DeviceRow) -> Device:
    return Device(
        device=SourceId(row.device),
        role=DeviceRole(row.role),
        public_key=row.public_key,
        certificate=json.loads(row.certificate),
        enrolled_at=datetime.fromisoformat(row.enrolled_at),
        removed_at=_moment(row.removed_at),
    )


def _text(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
