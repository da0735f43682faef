"""Refunds, one row each, to set what several tills gave back of one receipt against what was sold."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "refund",
        sa.Column("tenant", sa.String(length=48), nullable=False),
        sa.Column("source", sa.String(length=48), nullable=False),
        sa.Column("epoch", sa.String(length=48), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.String(length=40), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("original_epoch", sa.String(length=48), nullable=False),
        sa.Column("original_number", sa.BigInteger(), nullable=False),
        sa.Column("original_seq", sa.BigInteger(), nullable=False),
        sa.Column("lines", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "source", "epoch", "seq", name=op.f("pk_refund")),
    )
    op.create_index("ix_refund_original", "refund", ["tenant", "original_epoch", "original_number"])


def downgrade() -> None:
    op.drop_index("ix_refund_original", table_name="refund")
    op.drop_table("refund")
