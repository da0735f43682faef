"""The database's tables, as typed rows. Times are ISO 8601 text with offset; `sort_ms` columns carry order."""

from sqlalchemy import Index, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Row(DeclarativeBase):
    """The root of all rows."""


class StreamRow(Row):
    """One chain of entries."""

    __tablename__ = "stream"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    tenant: Mapped[str]
    source: Mapped[str]
    epoch: Mapped[str]
    seq: Mapped[int]
    hash: Mapped[str]
    cloud_seq: Mapped[int]
    sales: Mapped[int]
    total_minor: Mapped[int]
    quarantine: Mapped[str]
    cloud_refusal: Mapped[str]
    __table_args__ = (Index("stream_key", "tenant", "source", "epoch", unique=True),)


class EntryRow(Row):
    """One entry: its exact bytes, and what they were read as."""

    __tablename__ = "entry"
    stream: Mapped[int] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    hash: Mapped[str]
    line: Mapped[bytes]
    kind: Mapped[str]
    at: Mapped[str]
    unreadable: Mapped[str]
    dismissed: Mapped[bool] = mapped_column(server_default=text("0"), default=False)
    __table_args__ = (Index("entry_unreadable", "stream", "seq", sqlite_where=text("unreadable != ''")),)


class ParcelRow(Row):
    """One parcel."""

    __tablename__ = "parcel"
    parcel_id: Mapped[str] = mapped_column(primary_key=True)
    order: Mapped[int] = mapped_column("sort_order", unique=True)
    gone_order: Mapped[int]
    till: Mapped[str]
    number: Mapped[int]
    receipt_number: Mapped[str]
    items: Mapped[str]
    pieces: Mapped[int]
    total_minor: Mapped[int]
    currency: Mapped[str]
    state: Mapped[str]
    since: Mapped[str]
    promised_at: Mapped[str]
    secret_hash: Mapped[bytes]
    misses: Mapped[int]
    board: Mapped[str]
    compartment: Mapped[int]
    command_id: Mapped[str]
    size: Mapped[str] = mapped_column(server_default="", default="")
    pieces_given_back: Mapped[int] = mapped_column(server_default="0", default=0)
    __table_args__ = (
        Index("parcel_number", "number", "gone_order"),
        Index("parcel_gone", "gone_order", "sort_order"),
    )


class PickupNumberRow(Row):
    """One of the thousand pick-up numbers; free while it has neither till nor parcel."""

    __tablename__ = "pickup_number"
    number: Mapped[int] = mapped_column(primary_key=True)
    till: Mapped[str]
    epoch: Mapped[str]
    parcel_id: Mapped[str]
    used: Mapped[int]
    at: Mapped[str]


class DoorCommandRow(Row):
    """One decision to open a door."""

    __tablename__ = "door_command"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    command_id: Mapped[str] = mapped_column(unique=True)
    board: Mapped[str]
    compartment: Mapped[int]
    parcel_id: Mapped[str]
    purpose: Mapped[str]
    at: Mapped[str]
    outcome: Mapped[str]
    seen_open: Mapped[bool]
    __table_args__ = (
        Index("door_command_place", "board", "compartment", "number"),
        Index("door_command_outcome", "outcome"),
    )


class DeviceRow(Row):
    """One enrolled device."""

    __tablename__ = "device"
    device: Mapped[str] = mapped_column(primary_key=True)
    role: Mapped[str]
    public_key: Mapped[str]
    certificate: Mapped[str]
    enrolled_at: Mapped[str]
    removed_at: Mapped[str]


class EnrolmentCodeRow(Row):
    """One one-time code, by its hash."""

    __tablename__ = "enrolment_code"
    code_hash: Mapped[str] = mapped_column(primary_key=True)
    device: Mapped[str]
    role: Mapped[str]
    expires_at: Mapped[str]
    used_by: Mapped[str]
    used_at: Mapped[str]


class CredentialRow(Row):
    """The staff's password (kind `staff`) and the terminals' keys (kind `terminal`), hashed."""

    __tablename__ = "credential"
    kind: Mapped[str] = mapped_column(primary_key=True)
    hash: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[str]


class RejectedRow(Row):
    """A message that could not be taken."""

    __tablename__ = "rejected"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    at: Mapped[str]
    topic: Mapped[str]
    reason: Mapped[str]
    payload: Mapped[bytes]
    payload_hash: Mapped[str]
    times: Mapped[int]
    last_at: Mapped[str]
    size: Mapped[int]
    dismissed: Mapped[bool] = mapped_column(server_default=text("0"), default=False)
    __table_args__ = (Index("rejected_payload", "topic", "payload_hash"),)


class QuarantinedRow(Row):
    """Evidence of a chain that contradicts what is held."""

    __tablename__ = "quarantined"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    at: Mapped[str]
    source: Mapped[str]
    epoch: Mapped[str]
    reason: Mapped[str]
    payload: Mapped[bytes]
    dismissed: Mapped[bool] = mapped_column(server_default=text("0"), default=False)


class TallyRow(Row):
    """A count that must survive, such as of dropped messages."""

    __tablename__ = "tally"
    name: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]


class NoteRow(Row):
    """A short text that must survive, such as the version that last read everything."""

    __tablename__ = "note"
    name: Mapped[str] = mapped_column(primary_key=True)
    text: Mapped[str]


class DocumentRow(Row):
    """The newest document of one address, with its exact signed text."""

    __tablename__ = "document"
    kind: Mapped[str] = mapped_column(primary_key=True)
    scope: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int]
    hash: Mapped[str]
    size_bytes: Mapped[int]
    signed: Mapped[bytes]
    kept_at: Mapped[str]


class RunningRow(Row):
    """Which versions of documents one source runs, as JSON."""

    __tablename__ = "running"
    source: Mapped[str] = mapped_column(primary_key=True)
    versions: Mapped[str]
    at: Mapped[str]
