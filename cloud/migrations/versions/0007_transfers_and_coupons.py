"""Both ends of goods that go from stall to stall, and the sales that took coupons which are good once."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "stock_transfer",
        sa.Column("tenant", sa.String(length=48), nullable=False),
        sa.Column("source", sa.String(length=48), nullable=False),
        sa.Column("epoch", sa.String(length=48), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.String(length=40), nullable=False),
        sa.Column("transfer", sa.String(length=12), nullable=False),
        sa.Column("place", sa.String(length=80), nullable=False),
        sa.Column("sku", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("sent_milli", sa.BigInteger(), nullable=False),
        sa.Column("arrived_milli", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "source", "epoch", "seq", name=op.f("pk_stock_transfer")),
    )
    op.create_index("ix_stock_transfer_transfer", "stock_transfer", ["tenant", "transfer"])
    op.create_table(
        "coupon_use",
        sa.Column("tenant", sa.String(length=48), nullable=False),
        sa.Column("source", sa.String(length=48), nullable=False),
        sa.Column("epoch", sa.String(length=48), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("coupon", sa.String(length=80), nullable=False),
        sa.Column("at", sa.String(length=40), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("taken_minor", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "source", "epoch", "seq", "coupon", name=op.f("pk_coupon_use")),
    )
    op.create_index("ix_coupon_use_coupon", "coupon_use", ["tenant", "coupon"])


def downgrade() -> None:
    op.drop_index("ix_coupon_use_coupon", table_name="coupon_use")
    op.drop_table("coupon_use")
    op.drop_index("ix_stock_transfer_transfer", table_name="stock_transfer")
    op.drop_table("stock_transfer")
