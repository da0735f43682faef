"""Documents that go down to hubs and tills, the catalogue that they are issued from, and what each till runs."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TABLES = ("quota_base", "settlement", "product", "catalogue", "document_heard", "document")


def _key(name: str, length: int = 48) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=False)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def upgrade() -> None:
    op.add_column("presence", sa.Column("documents", sa.Text(), server_default="{}", nullable=False))
    op.create_table(
        "document",
        _key("tenant"),
        _key("kind", 16),
        _key("scope"),
        _number("version"),
        _key("hash", 64),
        _number("size_bytes"),
        _number("revision"),
        _number("issued_at_ms"),
        _key("issued_by"),
        _text("why"),
        _key("signature", 128),
        sa.Column("payload", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("tenant", "kind", "scope", "version", name=op.f("pk_document")),
    )
    op.create_table(
        "document_heard",
        _key("tenant"),
        _key("kind", 16),
        _key("scope"),
        _number("version"),
        sa.PrimaryKeyConstraint("tenant", "kind", "scope", name=op.f("pk_document_heard")),
    )
    _create_catalogue()
    op.create_table(
        "quota_base",
        _key("tenant"),
        _key("source"),
        _key("sku", 200),
        _number("sold_milli"),
        sa.PrimaryKeyConstraint("tenant", "source", "sku", name=op.f("pk_quota_base")),
    )


def _create_catalogue() -> None:
    op.create_table(
        "catalogue",
        _key("tenant"),
        _number("revision"),
        _number("issued_revision"),
        _number("first_waiting_ms"),
        _number("last_change_ms"),
        _text("covers"),
        _text("problem"),
        _text("names"),
        sa.PrimaryKeyConstraint("tenant", name=op.f("pk_catalogue")),
    )
    op.create_table(
        "product",
        _key("tenant"),
        _key("sku"),
        _number("place"),
        _text("details"),
        _text("marks"),
        sa.PrimaryKeyConstraint("tenant", "sku", name=op.f("pk_product")),
    )
    serial = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "settlement",
        sa.Column("position", serial, autoincrement=True, nullable=False),
        _key("tenant"),
        _key("sku"),
        _key("field"),
        _key("kept_source"),
        _text("kept_value"),
        _key("dropped_source"),
        _text("dropped_value"),
        _number("at_ms"),
        sa.Column("done_at_ms", sa.BigInteger(), nullable=True),
        _key("done_by"),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_settlement")),
    )
    op.create_index("ix_settlement_tenant", "settlement", ["tenant", "position"])


def downgrade() -> None:
    op.drop_index("ix_settlement_tenant", "settlement")
    for table in TABLES:
        op.drop_table(table)
    op.drop_column("presence", "documents")
