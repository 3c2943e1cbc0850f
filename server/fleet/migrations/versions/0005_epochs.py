"""The lives of the store, and which events came as history."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0005"
down_revision: Final = "0004"
branch_labels: Final = None
depends_on: Final = None


def upgrade() -> None:
    """Add the table; the ingest begins the first life. Of what came before nobody knows whether it was late."""
    op.create_table(
        "store_epoch",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("epoch", sa.String(length=64), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_store_epoch"),
    )
    for table in ("visit", "staff_act"):
        op.add_column(table, sa.Column("historical", sa.Boolean(), nullable=False, server_default=sa.false()))
