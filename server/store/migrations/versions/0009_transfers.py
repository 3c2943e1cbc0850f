"""Bank transfers that readers began at a kiosk, and the money that came of them."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0009"
down_revision: Final = "0008"
branch_labels: Final = None
depends_on: Final = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "transfer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(16), nullable=False),
        sa.Column("patron_id", sa.Integer(), nullable=False),
        sa.Column("terminal_id", sa.String(64), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount > 0", name="ck_transfer_amount"),
        sa.ForeignKeyConstraint(["patron_id"], ["patron.id"], name="fk_transfer_patron_id"),
        sa.ForeignKeyConstraint(["terminal_id"], ["terminal.id"], name="fk_transfer_terminal_id"),
        sa.PrimaryKeyConstraint("id", name="pk_transfer"),
        sa.UniqueConstraint("reference", name="uq_transfer_reference"),
    )
    op.create_index("ix_transfer_patron_id", "transfer", ["patron_id"])
    op.create_index("ix_transfer_opened_at", "transfer", ["opened_at"])
    op.create_table(
        "transfer_part",
        sa.Column("transfer_id", sa.Integer(), nullable=False),
        sa.Column("fee_id", sa.Integer(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["transfer_id"], ["transfer.id"], name="fk_transfer_part_transfer_id"),
        sa.ForeignKeyConstraint(["fee_id"], ["fee.id"], name="fk_transfer_part_fee_id"),
        sa.PrimaryKeyConstraint("transfer_id", "fee_id", name="pk_transfer_part"),
    )
    op.create_table(
        "transfer_arrival",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("transfer_id", sa.Integer(), nullable=False),
        sa.Column("bank_number", sa.String(64), nullable=True),
        sa.Column("form", sa.String(32), nullable=True),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("left_over", sa.Integer(), nullable=False),
        sa.Column("payment_id", sa.Integer(), nullable=True),
        sa.Column("by", sa.String(60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("given_back_by", sa.String(60), nullable=True),
        sa.CheckConstraint("amount > 0", name="ck_transfer_arrival_amount"),
        sa.CheckConstraint("left_over >= 0 AND left_over <= amount", name="ck_transfer_arrival_left_over"),
        sa.ForeignKeyConstraint(["transfer_id"], ["transfer.id"], name="fk_transfer_arrival_transfer_id"),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name="fk_transfer_arrival_payment_id"),
        sa.PrimaryKeyConstraint("id", name="pk_transfer_arrival"),
        sa.UniqueConstraint("bank_number", name="uq_transfer_arrival_bank_number"),
        sa.UniqueConstraint("form", name="uq_transfer_arrival_form"),
    )
    op.create_index("ix_transfer_arrival_transfer_id", "transfer_arrival", ["transfer_id"])
