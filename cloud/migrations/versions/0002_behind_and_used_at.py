"""How far a source is behind over all its chains, as its hub says; and when an enrolment code was used."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("presence", sa.Column("behind", sa.BigInteger(), nullable=True))
    op.add_column("enrolment_code", sa.Column("used_at_ms", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("enrolment_code", "used_at_ms")
    op.drop_column("presence", "behind")
