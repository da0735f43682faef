"""Dead letters: read again after an update, counted when dropped; business days count sessions and what their closings say."""

import json
from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

COUNTS = ("opened", "closings", "reported_sales", "reported_total_minor")
AMOUNT_MAX = 10**12


def upgrade() -> None:
    op.add_column("tenant", sa.Column("read_with", sa.String(length=64), nullable=True))
    for table in ("not_understood", "rejected"):
        op.add_column(table, sa.Column("dismissed", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("rejected", sa.Column("hub", sa.String(length=48), nullable=True))
    op.add_column("rejected", sa.Column("size", sa.BigInteger(), nullable=True))
    op.add_column("rejected", sa.Column("times", sa.BigInteger(), nullable=False, server_default="1"))
    op.add_column("rejected", sa.Column("last_at_ms", sa.BigInteger(), nullable=True))
    op.create_table(
        "read_late",
        sa.Column(
            "number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("tenant", sa.String(length=48), nullable=False),
        sa.Column("source", sa.String(length=48), nullable=False),
        sa.Column("epoch", sa.String(length=48), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("after_position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_read_late")),
        sa.UniqueConstraint("tenant", "source", "epoch", "seq", name=op.f("uq_read_late_tenant")),
    )
    op.create_table(
        "tally",
        sa.Column("tenant", sa.String(length=48), nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "name", name=op.f("pk_tally")),
    )
    _count_sessions()


def _count_sessions() -> None:
    """Make the days' new counts from the entries: what was kept of a day before does not say them."""
    with op.batch_alter_table("business_day") as batch:
        for name in COUNTS:
            batch.add_column(sa.Column(name, sa.BigInteger(), nullable=False, server_default="0"))
        batch.drop_column("closed")
    connection = op.get_bind()
    for tenant, source, line in _sessions(connection):
        entry = json.loads(line)
        body = entry["body"]
        closed = entry["kind"] == "CashSessionClosed"
        changes = {"opened": 0 if closed else 1, "closings": 1 if closed else 0,
                   "reported_sales": body["sales"] if closed else 0,
                   "reported_total_minor": body["total_minor"] if closed else 0}  # fmt: skip
        if any(abs(change) > AMOUNT_MAX for change in changes.values()):
            continue
        day = sa.table(
            "business_day", *(sa.column(name) for name in (*COUNTS, "tenant", "source", "business_date"))
        )
        counted = {name: day.c[name] + change for name, change in changes.items()}
        this = day.c.tenant == tenant, day.c.source == source, day.c.business_date == body["business_date"]
        connection.execute(sa.update(day).where(*this).values(counted))
    with op.batch_alter_table("business_day") as batch:
        for name in COUNTS:
            batch.alter_column(name, server_default=None)


def _sessions(connection: sa.Connection) -> Iterator[tuple[str, str, bytes]]:
    understood = sa.text(
        "SELECT e.tenant, e.source, e.line FROM entry e LEFT JOIN not_understood n ON n.tenant = e.tenant "
        "AND n.source = e.source AND n.epoch = e.epoch AND n.seq = e.seq "
        "WHERE e.kind IN ('CashSessionOpened', 'CashSessionClosed') AND n.seq IS NULL ORDER BY e.position"
    )
    for row in connection.execute(understood).all():
        yield row.tenant, row.source, row.line


def downgrade() -> None:
    op.drop_table("tally")
    op.drop_table("read_late")
    for name in ("dismissed", "last_at_ms", "times", "size", "hub"):
        op.drop_column("rejected", name)
    op.drop_column("not_understood", "dismissed")
    op.drop_column("tenant", "read_with")
    with op.batch_alter_table("business_day") as batch:
        batch.add_column(sa.Column("closed", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute("UPDATE business_day SET closed = (closings > 0 AND closings >= opened)")
    with op.batch_alter_table("business_day") as batch:
        batch.alter_column("closed", server_default=None)
        for name in COUNTS:
            batch.drop_column(name)
