"""Whose turn it is to tell another library system what kiosks did alone."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0014"
down_revision: Final = "0013"
branch_labels: Final = None
depends_on: Final = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "replayed_event",
        sa.Column("terminal_id", sa.String(64), nullable=False),
        sa.Column("transaction_id", sa.String(64), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("item_number", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("clock", sa.String(16), nullable=False),
        sa.Column("journal_no", sa.BigInteger(), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stage", sa.String(16), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["terminal_id"], ["terminal.id"], name="fk_replayed_event_terminal_id"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_replayed_event_organisation_id"),
        sa.PrimaryKeyConstraint("terminal_id", "transaction_id", name="pk_replayed_event"),
    )
    op.create_index("ix_replayed_event_item", "replayed_event", ["organisation_id", "item_number"])
