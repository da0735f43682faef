"""Dead letters: the same message once, whole; entries not understood found quickly; which version read them last."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    for table in ("entry", "rejected", "quarantined"):
        op.add_column(
            table, sa.Column("dismissed", sa.Boolean(), nullable=False, server_default=sa.text("0"))
        )
    unreadable = sa.text("unreadable != ''")
    op.create_index("entry_unreadable", "entry", ["stream", "seq"], sqlite_where=unreadable)
    for name, of, default in (
        ("payload_hash", sa.String(), ""),
        ("times", sa.Integer(), "1"),
        ("last_at", sa.String(), ""),
        ("size", sa.Integer(), "0"),
    ):
        op.add_column("rejected", sa.Column(name, of, nullable=False, server_default=default))
    op.create_index("rejected_payload", "rejected", ["topic", "payload_hash"])
    op.create_table(
        "note",
        sa.Column("name", sa.String(), primary_key=True),
        sa.Column("text", sa.String(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("note")
    op.drop_index("rejected_payload", "rejected")
    for name in ("payload_hash", "times", "last_at", "size"):
        op.drop_column("rejected", name)
    op.drop_index("entry_unreadable", "entry")
    for table in ("entry", "rejected", "quarantined"):
        op.drop_column(table, "dismissed")
