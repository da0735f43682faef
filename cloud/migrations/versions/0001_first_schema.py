"""First schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "business_day",
        sa.Column("tenant", sa.String(length=48), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("source", sa.String(length=48), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("last_sale_at", sa.String(length=40), nullable=True),
        sa.PrimaryKeyConstraint("tenant", "business_date", "source", name=op.f("pk_business_day")),
    )
    op.create_table(
        "device",
        sa.Column("tenant", sa.String(length=48), nullable=False),
        sa.Column("device", sa.String(length=48), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("public_key", sa.String(length=64), nullable=False),
        sa.Column("enrolled_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "device", name=op.f("pk_device")),
    )
    op.create_table(
        "enrolment_code",
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("tenant", sa.String(length=48), nullable=False),
        sa.Column("device", sa.String(length=48), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("expires_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("used_by", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_enrolment_code")),
    )
    op.create_table(
        "entry",
        sa.Column(
            "position",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("tenant", sa.String(length=48), nullable=False),
        sa.Column("source", sa.String(length=48), nullable=False),
        sa.Column("epoch", sa.String(length=48), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("received_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("line", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_entry")),
        sa.UniqueConstraint("tenant", "source", "epoch", "seq", name=op.f("uq_entry_tenant")),
    )
    op.create_table(
        "not_understood",
        sa.Column("tenant", sa.String(length=48), nullable=False),
        sa.Column("source", sa.String(length=48), nullable=False),
        sa.Column("epoch", sa.String(length=48), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "source", "epoch", "seq", name=op.f("pk_not_understood")),
    )
    op.create_table(
        "parcel",
        sa.Column("tenant", sa.String(length=48), nullable=False),
        sa.Column("parcel_id", sa.String(length=200), nullable=False),
        sa.Column("hub", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("since", sa.String(length=40), nullable=False),
        sa.Column("till", sa.String(length=200), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("compartment", sa.Integer(), nullable=True),
        sa.Column("command_id", sa.String(length=200), nullable=True),
        sa.PrimaryKeyConstraint("tenant", "parcel_id", name=op.f("pk_parcel")),
    )
    with op.batch_alter_table("parcel", schema=None) as batch_op:
        batch_op.create_index("ix_parcel_command_id", ["tenant", "command_id"], unique=False)
        batch_op.create_index("ix_parcel_state", ["tenant", "state", "since"], unique=False)

    op.create_table(
        "person",
        sa.Column("user", sa.String(length=48), nullable=False),
        sa.Column("tenant", sa.String(length=48), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("user", name=op.f("pk_person")),
    )
    op.create_table(
        "presence",
        sa.Column("tenant", sa.String(length=48), nullable=False),
        sa.Column("source", sa.String(length=48), nullable=False),
        sa.Column("hub", sa.String(length=48), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("online", sa.Boolean(), nullable=False),
        sa.Column("last_seen", sa.String(length=40), nullable=False),
        sa.Column("last_seen_ms", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("heard_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "source", "hub", name=op.f("pk_presence")),
    )
    op.create_table(
        "rejected",
        sa.Column(
            "position",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("tenant", sa.String(length=48), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("epoch", sa.String(length=48), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("payload_hash", sa.String(length=64), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_rejected")),
        sa.UniqueConstraint("tenant", "source", "kind", "payload_hash", name=op.f("uq_rejected_tenant")),
    )
    op.create_table(
        "sales_by_hour",
        sa.Column("tenant", sa.String(length=48), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("source", sa.String(length=48), nullable=False),
        sa.Column("hour", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("sales", sa.BigInteger(), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "tenant", "business_date", "source", "hour", "currency", name=op.f("pk_sales_by_hour")
        ),
    )
    op.create_table(
        "sales_by_product",
        sa.Column("tenant", sa.String(length=48), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("source", sa.String(length=48), nullable=False),
        sa.Column("sku", sa.String(length=200), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("category", sa.String(length=200), nullable=False),
        sa.Column("quantity_milli", sa.BigInteger(), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "tenant", "business_date", "source", "sku", "currency", name=op.f("pk_sales_by_product")
        ),
    )
    op.create_table(
        "stream",
        sa.Column("tenant", sa.String(length=48), nullable=False),
        sa.Column("source", sa.String(length=48), nullable=False),
        sa.Column("epoch", sa.String(length=48), nullable=False),
        sa.Column("hub", sa.String(length=48), nullable=False),
        sa.Column("head_seq", sa.BigInteger(), nullable=False),
        sa.Column("head_hash", sa.String(length=64), nullable=False),
        sa.Column("sales", sa.BigInteger(), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("opened_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("received_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("forked_seq", sa.BigInteger(), nullable=True),
        sa.Column("forked_reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("tenant", "source", "epoch", name=op.f("pk_stream")),
    )
    op.create_table(
        "tenant",
        sa.Column("tenant", sa.String(length=48), nullable=False),
        sa.Column("made_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", name=op.f("pk_tenant")),
    )


def downgrade() -> None:
    op.drop_table("tenant")
    op.drop_table("stream")
    op.drop_table("sales_by_product")
    op.drop_table("sales_by_hour")
    op.drop_table("rejected")
    op.drop_table("presence")
    op.drop_table("person")
    with op.batch_alter_table("parcel", schema=None) as batch_op:
        batch_op.drop_index("ix_parcel_state")
        batch_op.drop_index("ix_parcel_command_id")

    op.drop_table("parcel")
    op.drop_table("not_understood")
    op.drop_table("entry")
    op.drop_table("enrolment_code")
    op.drop_table("device")
    op.drop_table("business_day")
