"""What tills say of the days on which they will sell, and of what goes on around them."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "market_day_word",
        *_of_an_entry(),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("is_dropped", sa.Boolean(), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("opens", sa.String(length=5), nullable=False),
        sa.Column("closes", sa.String(length=5), nullable=False),
        sa.Column("visitors", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "source", "epoch", "seq", name=op.f("pk_market_day_word")),
    )
    op.create_index("ix_market_day_word_day", "market_day_word", ["tenant", "day"])
    op.create_table(
        "signal_word",
        *_of_an_entry(),
        sa.Column("signal_id", sa.String(length=80), nullable=False),
        sa.Column("first", sa.Date(), nullable=True),
        sa.Column("last", sa.Date(), nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("strength_milli", sa.BigInteger(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("scope", sa.String(length=16), nullable=False),
        sa.Column("about", sa.String(length=200), nullable=False),
        sa.Column("heard_from", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "source", "epoch", "seq", name=op.f("pk_signal_word")),
    )
    op.create_index("ix_signal_word_last", "signal_word", ["tenant", "last"])
    op.create_index("ix_signal_word_signal_id", "signal_word", ["tenant", "source", "signal_id"])


def downgrade() -> None:
    op.drop_index("ix_signal_word_signal_id", table_name="signal_word")
    op.drop_index("ix_signal_word_last", table_name="signal_word")
    op.drop_table("signal_word")
    op.drop_index("ix_market_day_word_day", table_name="market_day_word")
    op.drop_table("market_day_word")


def _of_an_entry() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("tenant", sa.String(length=48), nullable=False),
        sa.Column("source", sa.String(length=48), nullable=False),
        sa.Column("epoch", sa.String(length=48), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.String(length=40), nullable=False),
    )
