"""Devices that were removed, and when an enrolment code was used."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("device", sa.Column("removed_at", sa.String(), nullable=False, server_default=""))
    op.add_column("enrolment_code", sa.Column("used_at", sa.String(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("enrolment_code", "used_at")
    op.drop_column("device", "removed_at")
