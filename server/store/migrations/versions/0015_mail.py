"""Readers' e-mail addresses, and receipts on their way to them."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0015"
down_revision: Final = "0014"
branch_labels: Final = None
depends_on: Final = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "mail_address",
        sa.Column("patron_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(254), nullable=False),
        sa.ForeignKeyConstraint(["patron_id"], ["patron.id"], name="fk_mail_address_patron_id"),
        sa.PrimaryKeyConstraint("patron_id", name="pk_mail_address"),
    )
    op.create_table(
        "receipt_mail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("terminal_id", sa.String(64), nullable=False),
        sa.Column("mail_id", sa.String(64), nullable=False),
        sa.Column("patron_id", sa.Integer(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["terminal_id"], ["terminal.id"], name="fk_receipt_mail_terminal_id"),
        sa.ForeignKeyConstraint(["patron_id"], ["patron.id"], name="fk_receipt_mail_patron_id"),
        sa.PrimaryKeyConstraint("id", name="pk_receipt_mail"),
        sa.UniqueConstraint("terminal_id", "mail_id", name="uq_receipt_mail_terminal_id_mail_id"),
    )
    op.create_index("ix_receipt_mail_patron_id", "receipt_mail", ["patron_id"])
    op.create_index("ix_receipt_mail_next_at", "receipt_mail", ["next_at"])
