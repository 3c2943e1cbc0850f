"""Receipts that readers may look at for a day."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0007"
down_revision: Final = "0006"
branch_labels: Final = None
depends_on: Final = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "stored_receipt",
        sa.Column("token_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("terminal_id", sa.String(64), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["terminal_id"], ["terminal.id"], name="fk_stored_receipt_terminal_id"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_stored_receipt"),
    )
    op.create_index("ix_stored_receipt_terminal_id", "stored_receipt", ["terminal_id"])
    op.create_index("ix_stored_receipt_expires_at", "stored_receipt", ["expires_at"])
