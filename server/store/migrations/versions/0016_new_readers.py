"""Whoever wants to become a reader, sealed for a week; what readers agreed to; and what was done, about nobody."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0016"
down_revision: Final = "0015"
branch_labels: Final = None
depends_on: Final = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "pending_reader",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("pick_up", sa.String(8), nullable=False),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("terminal_id", sa.String(64), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_pending_reader_organisation_id"),
        sa.ForeignKeyConstraint(["terminal_id"], ["terminal.id"], name="fk_pending_reader_terminal_id"),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name="fk_pending_reader_place_id"),
        sa.PrimaryKeyConstraint("organisation_id", "pick_up", name="pk_pending_reader"),
    )
    op.create_index("ix_pending_reader_digest", "pending_reader", ["digest"])
    op.create_index("ix_pending_reader_terminal_id", "pending_reader", ["terminal_id"])
    op.create_index("ix_pending_reader_expires_at", "pending_reader", ["expires_at"])
    op.create_table(
        "reader_consent",
        sa.Column("patron_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(16), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["patron_id"], ["patron.id"], name="fk_reader_consent_patron_id"),
        sa.PrimaryKeyConstraint("patron_id", "purpose", name="pk_reader_consent"),
    )
    op.create_table(
        "new_reader_act",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("by", sa.String(60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name="fk_new_reader_act_place_id"),
        sa.PrimaryKeyConstraint("id", name="pk_new_reader_act"),
    )
    op.create_index("ix_new_reader_act_at", "new_reader_act", ["at"])
