"""What tills say of gift vouchers, to set what all of them took against what came onto each."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "voucher_use",
        sa.Column("tenant", sa.String(length=48), nullable=False),
        sa.Column("source", sa.String(length=48), nullable=False),
        sa.Column("epoch", sa.String(length=48), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.String(length=40), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("voucher", sa.String(length=80), nullable=False),
        sa.Column("put_minor", sa.BigInteger(), nullable=False),
        sa.Column("taken_minor", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "source", "epoch", "seq", "place", name=op.f("pk_voucher_use")),
    )
    op.create_index("ix_voucher_use_voucher", "voucher_use", ["tenant", "voucher"])


def downgrade() -> None:
    op.drop_index("ix_voucher_use_voucher", table_name="voucher_use")
    op.drop_table("voucher_use")
