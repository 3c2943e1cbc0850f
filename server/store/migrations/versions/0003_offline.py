"""What happened to copies, what kiosks did alone, what staff have to settle."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0003"
down_revision: Final = "0002"
branch_labels: Final = None
depends_on: Final = None

_OPEN: Final = sa.text("settled_at IS NULL")


def upgrade() -> None:
    """Make the tables for what kiosks did alone."""
    _handovers()
    _events()
    _matters()


def _handovers() -> None:
    op.create_table(
        "handover",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("copy_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("patron_id", sa.Integer(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("terminal_id", sa.String(64), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("alone", sa.Boolean(), nullable=False),
        sa.Column("journal_no", sa.BigInteger(), nullable=False),
        sa.Column("loan_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["copy_id"], ["copy.id"], name="fk_handover_copy_id"),
        sa.ForeignKeyConstraint(["loan_id"], ["loan.id"], name="fk_handover_loan_id"),
        sa.ForeignKeyConstraint(["patron_id"], ["patron.id"], name="fk_handover_patron_id"),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name="fk_handover_place_id"),
        sa.ForeignKeyConstraint(["terminal_id"], ["terminal.id"], name="fk_handover_terminal_id"),
        sa.PrimaryKeyConstraint("id", name="pk_handover"),
    )
    op.create_index("ix_handover_copy_id_at", "handover", ["copy_id", "at"])
    op.create_index("ix_handover_loan_id", "handover", ["loan_id"])


def _events() -> None:
    op.create_table(
        "offline_event",
        sa.Column("terminal_id", sa.String(64), nullable=False),
        sa.Column("transaction_id", sa.String(96), nullable=False),
        sa.Column("subject", sa.LargeBinary(32), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("clock", sa.String(20), nullable=False),
        sa.Column("journal_no", sa.BigInteger(), nullable=True),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handover_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["handover_id"], ["handover.id"], name="fk_offline_event_handover_id"),
        sa.ForeignKeyConstraint(["terminal_id"], ["terminal.id"], name="fk_offline_event_terminal_id"),
        sa.PrimaryKeyConstraint("terminal_id", "transaction_id", name="pk_offline_event"),
    )
    op.create_index("ix_offline_event_arrived_at", "offline_event", ["arrived_at"])
    op.create_index("ix_offline_event_terminal_id_journal_no", "offline_event", ["terminal_id", "journal_no"])


def _matters() -> None:
    op.create_table(
        "matter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("terminal_id", sa.String(64), nullable=False),
        sa.Column("transaction_id", sa.String(96), nullable=True),
        sa.Column("item_number", sa.String(64), nullable=True),
        sa.Column("card_number", sa.String(64), nullable=True),
        sa.Column("reason", sa.String(32), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.String(64), nullable=True),
        sa.Column("note", sa.String(500), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name="fk_matter_place_id"),
        sa.ForeignKeyConstraint(["terminal_id"], ["terminal.id"], name="fk_matter_terminal_id"),
        sa.PrimaryKeyConstraint("id", name="pk_matter"),
        sa.UniqueConstraint("terminal_id", "transaction_id", "kind", name="uq_matter_terminal_id_transaction_id_kind"),
    )
    op.create_index("ix_matter_item_number", "matter", ["item_number"])
    op.create_index("ix_matter_open", "matter", ["noted_at"], sqlite_where=_OPEN, postgresql_where=_OPEN)
