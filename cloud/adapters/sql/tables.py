"""The cloud's tables, for SQLite and PostgreSQL alike. Every row belongs to a tenant; times are Unix milliseconds.

`entry` holds the exact bytes in the order of arrival; what is in `figures_tables` is a read model, which can be made anew
from it. `document` holds what was issued downwards, with its exact signed bytes; `catalogue` and `product` what
the next version of the catalogue will say. The migrations make these tables; a test holds the two to each other.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)

NAMING = {
    "pk": "pk_%(table_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ix": "ix_%(table_name)s_%(column_0_name)s",
}
metadata = MetaData(naming_convention=NAMING)

Serial = BigInteger().with_variant(Integer, "sqlite")
"""SQLite numbers rows by itself only where the key is called INTEGER."""

tenant = Table(
    "tenant",
    metadata,
    Column("tenant", String(48), primary_key=True),
    Column("made_at_ms", BigInteger, nullable=False),
    Column("read_with", String(64)),
)

person = Table(
    "person",
    metadata,
    Column("user", String(48), primary_key=True),
    Column("tenant", String(48), nullable=False),
    Column("password_hash", Text, nullable=False),
)

device = Table(
    "device",
    metadata,
    Column("tenant", String(48), primary_key=True),
    Column("device", String(48), primary_key=True),
    Column("role", String(16), nullable=False),
    Column("public_key", String(64), nullable=False),
    Column("enrolled_at_ms", BigInteger, nullable=False),
)

enrolment_code = Table(
    "enrolment_code",
    metadata,
    Column("code_hash", String(64), primary_key=True),
    Column("tenant", String(48), nullable=False),
    Column("device", String(48), nullable=False),
    Column("role", String(16), nullable=False),
    Column("expires_at_ms", BigInteger, nullable=False),
    Column("used_by", String(64)),
    Column("used_at_ms", BigInteger),
)

stream = Table(
    "stream",
    metadata,
    Column("tenant", String(48), primary_key=True),
    Column("source", String(48), primary_key=True),
    Column("epoch", String(48), primary_key=True),
    Column("hub", String(48), nullable=False),
    Column("head_seq", BigInteger, nullable=False),
    Column("head_hash", String(64), nullable=False),
    Column("sales", BigInteger, nullable=False),
    Column("total_minor", BigInteger, nullable=False),
    Column("opened_at_ms", BigInteger, nullable=False),
    Column("received_at_ms", BigInteger, nullable=False),
    Column("forked_seq", BigInteger),
    Column("forked_reason", Text),
)

entry = Table(
    "entry",
    metadata,
    Column("position", Serial, primary_key=True, autoincrement=True),
    Column("tenant", String(48), nullable=False),
    Column("source", String(48), nullable=False),
    Column("epoch", String(48), nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("hash", String(64), nullable=False),
    Column("kind", String(64), nullable=False),
    Column("received_at_ms", BigInteger, nullable=False),
    Column("line", LargeBinary, nullable=False),
    UniqueConstraint("tenant", "source", "epoch", "seq"),
)

not_understood = Table(
    "not_understood",
    metadata,
    Column("tenant", String(48), primary_key=True),
    Column("source", String(48), primary_key=True),
    Column("epoch", String(48), primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("reason", Text, nullable=False),
    Column("dismissed", Boolean, nullable=False, server_default=false()),
)

read_late = Table(
    "read_late",
    metadata,
    Column("number", Serial, primary_key=True, autoincrement=True),
    Column("tenant", String(48), nullable=False),
    Column("source", String(48), nullable=False),
    Column("epoch", String(48), nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("after_position", BigInteger, nullable=False),
    UniqueConstraint("tenant", "source", "epoch", "seq"),
)
"""Entries that an older version did not understand: they took effect after the entry at `after_position` had come."""

tally = Table(
    "tally",
    metadata,
    Column("tenant", String(48), primary_key=True),
    Column("name", String(32), primary_key=True),
    Column("count", BigInteger, nullable=False),
)

rejected = Table(
    "rejected",
    metadata,
    Column("position", Serial, primary_key=True, autoincrement=True),
    Column("tenant", String(48), nullable=False),
    Column("source", String(200), nullable=False),
    Column("epoch", String(48), nullable=False),
    Column("seq", BigInteger),
    Column("kind", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("payload_hash", String(64), nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("hub", String(48)),
    Column("size", BigInteger),
    Column("times", BigInteger, nullable=False, server_default="1"),
    Column("last_at_ms", BigInteger),
    Column("dismissed", Boolean, nullable=False, server_default=false()),
    UniqueConstraint("tenant", "source", "kind", "payload_hash"),
)

document = Table(
    "document",
    metadata,
    Column("tenant", String(48), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("scope", String(48), primary_key=True),
    Column("version", BigInteger, primary_key=True, autoincrement=False),
    Column("hash", String(64), nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("revision", BigInteger, nullable=False),
    Column("issued_at_ms", BigInteger, nullable=False),
    Column("issued_by", String(48), nullable=False),
    Column("why", Text, nullable=False),
    Column("signature", String(128), nullable=False),
    Column("payload", LargeBinary),
)

document_heard = Table(
    "document_heard",
    metadata,
    Column("tenant", String(48), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("scope", String(48), primary_key=True),
    Column("version", BigInteger, nullable=False),
)

catalogue = Table(
    "catalogue",
    metadata,
    Column("tenant", String(48), primary_key=True),
    Column("revision", BigInteger, nullable=False),
    Column("issued_revision", BigInteger, nullable=False),
    Column("first_waiting_ms", BigInteger, nullable=False),
    Column("last_change_ms", BigInteger, nullable=False),
    Column("covers", Text, nullable=False),
    Column("problem", Text, nullable=False),
    Column("names", Text, nullable=False),
)

product = Table(
    "product",
    metadata,
    Column("tenant", String(48), primary_key=True),
    Column("sku", String(48), primary_key=True),
    Column("place", BigInteger, nullable=False),
    Column("details", Text, nullable=False),
    Column("marks", Text, nullable=False),
)

settlement = Table(
    "settlement",
    metadata,
    Column("position", Serial, primary_key=True, autoincrement=True),
    Column("tenant", String(48), nullable=False),
    Column("sku", String(48), nullable=False),
    Column("field", String(48), nullable=False),
    Column("kept_source", String(48), nullable=False),
    Column("kept_value", Text, nullable=False),
    Column("dropped_source", String(48), nullable=False),
    Column("dropped_value", Text, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("done_at_ms", BigInteger),
    Column("done_by", String(48), nullable=False),
    Index("ix_settlement_tenant", "tenant", "position"),
)

quota_base = Table(
    "quota_base",
    metadata,
    Column("tenant", String(48), primary_key=True),
    Column("source", String(48), primary_key=True),
    Column("sku", String(200), primary_key=True),
    Column("sold_milli", BigInteger, nullable=False),
)
