"""The size of compartment that was asked for a parcel."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the column; nobody chose a size before."""
    op.add_column("parcel", sa.Column("size", sa.String(), nullable=False, server_default=""))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("parcel", "size")
