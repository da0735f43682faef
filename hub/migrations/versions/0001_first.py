"""The first schema."""

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

TEXT, INTEGER, BLOB = sa.String(), sa.Integer(), sa.LargeBinary()


def _columns(kind: sa.String | sa.Integer | sa.LargeBinary, *names: str) -> Iterator[sa.Column[object]]:
    for name in names:
        yield sa.Column(name, kind, nullable=False)


def upgrade() -> None:
    op.create_table(
        "stream",
        sa.Column("number", INTEGER, primary_key=True, autoincrement=True),
        *_columns(TEXT, "tenant", "source", "epoch"),
        *_columns(INTEGER, "seq"),
        *_columns(TEXT, "hash"),
        *_columns(INTEGER, "cloud_seq", "sales", "total_minor"),
        *_columns(TEXT, "quarantine", "cloud_refusal"),
    )
    op.create_index("stream_key", "stream", ["tenant", "source", "epoch"], unique=True)
    op.create_table(
        "entry",
        sa.Column("stream", INTEGER, primary_key=True, autoincrement=False),
        sa.Column("seq", INTEGER, primary_key=True, autoincrement=False),
        *_columns(TEXT, "hash"),
        *_columns(BLOB, "line"),
        *_columns(TEXT, "kind", "at", "unreadable"),
    )
    _create_parcels()
    _create_doors()
    _create_people()
    _create_refusals()


def _create_parcels() -> None:
    op.create_table(
        "parcel",
        sa.Column("parcel_id", TEXT, primary_key=True),
        sa.Column("sort_order", INTEGER, nullable=False, unique=True),
        *_columns(INTEGER, "gone_order", "number", "pieces", "total_minor", "misses", "compartment"),
        *_columns(TEXT, "till", "receipt_number", "items", "currency", "state", "since", "promised_at"),
        *_columns(TEXT, "board", "command_id"),
        *_columns(BLOB, "secret_hash"),
    )
    op.create_index("parcel_number", "parcel", ["number", "gone_order"])
    op.create_index("parcel_gone", "parcel", ["gone_order", "sort_order"])
    numbers = op.create_table(
        "pickup_number",
        sa.Column("number", INTEGER, primary_key=True, autoincrement=False),
        *_columns(TEXT, "till", "epoch", "parcel_id", "at"),
        *_columns(INTEGER, "used"),
    )
    rows = [
        {"number": number, "till": "", "epoch": "", "parcel_id": "", "at": "", "used": 0}
        for number in range(1000)
    ]
    op.bulk_insert(numbers, rows)


def _create_doors() -> None:
    op.create_table(
        "door_command",
        sa.Column("number", INTEGER, primary_key=True, autoincrement=True),
        sa.Column("command_id", TEXT, nullable=False, unique=True),
        *_columns(TEXT, "board", "parcel_id", "purpose", "at", "outcome"),
        *_columns(INTEGER, "compartment"),
        sa.Column("seen_open", sa.Boolean(), nullable=False),
    )
    op.create_index("door_command_place", "door_command", ["board", "compartment", "number"])
    op.create_index("door_command_outcome", "door_command", ["outcome"])


def _create_people() -> None:
    op.create_table(
        "device",
        sa.Column("device", TEXT, primary_key=True),
        *_columns(TEXT, "role", "public_key", "certificate", "enrolled_at"),
    )
    op.create_table(
        "enrolment_code",
        sa.Column("code_hash", TEXT, primary_key=True),
        *_columns(TEXT, "device", "role", "expires_at", "used_by"),
    )
    op.create_table(
        "credential",
        sa.Column("kind", TEXT, primary_key=True),
        sa.Column("hash", TEXT, primary_key=True),
        *_columns(TEXT, "at"),
    )


def _create_refusals() -> None:
    op.create_table(
        "rejected",
        sa.Column("number", INTEGER, primary_key=True, autoincrement=True),
        *_columns(TEXT, "at", "topic", "reason"),
        *_columns(BLOB, "payload"),
    )
    op.create_table(
        "quarantined",
        sa.Column("number", INTEGER, primary_key=True, autoincrement=True),
        *_columns(TEXT, "at", "source", "epoch", "reason"),
        *_columns(BLOB, "payload"),
    )
    op.create_table("tally", sa.Column("name", TEXT, primary_key=True), *_columns(INTEGER, "count"))


def downgrade() -> None:
    for table in (
        "tally",
        "quarantined",
        "rejected",
        "credential",
        "enrolment_code",
        "device",
        "door_command",
    ):
        op.drop_table(table)
    for table in ("pickup_number", "parcel", "entry", "stream"):
        op.drop_table(table)
