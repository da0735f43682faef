"""How many of a parcel's pieces were paid back to the customer."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the column; what was given back before is not known here."""
    op.add_column("parcel", sa.Column("pieces_given_back", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("parcel", "pieces_given_back")
