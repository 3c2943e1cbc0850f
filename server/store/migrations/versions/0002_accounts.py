"""Holds, fees, payments, suspensions, blocked cards, transactions done, and where a copy is now."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0002"
down_revision: Final = "0001"
branch_labels: Final = None
depends_on: Final = None

_GOES_ON: Final = sa.text("ended_at IS NULL")
_NOT_LIFTED: Final = sa.text("lifted_at IS NULL")


def upgrade() -> None:
    """Make the tables around a loan."""
    _whereabouts()
    _holds()
    _fees()
    _blocks()
    _transactions()


def _whereabouts() -> None:
    # SQLite can add such a column but no constraint of the table: the same words do for both databases.
    for column in ("current_place_id", "transit_to_id"):
        op.execute(f"ALTER TABLE copy ADD COLUMN {column} INTEGER CONSTRAINT fk_copy_{column} REFERENCES place (id)")
    op.add_column("copy", sa.Column("security_marker", sa.String(2), nullable=True))


def _holds() -> None:
    op.create_table(
        "hold",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("patron_id", sa.Integer(), nullable=False),
        sa.Column("wanted_copy_id", sa.Integer(), nullable=True),
        sa.Column("caught_copy_id", sa.Integer(), nullable=True),
        sa.Column("pickup_place_id", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(16), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("wanted_until", sa.Date(), nullable=True),
        sa.Column("keep_until", sa.Date(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("loan_id", sa.Integer(), nullable=True),
        sa.Column("terminal_id", sa.String(64), nullable=True),
        sa.ForeignKeyConstraint(["caught_copy_id"], ["copy.id"], name="fk_hold_caught_copy_id"),
        sa.ForeignKeyConstraint(["loan_id"], ["loan.id"], name="fk_hold_loan_id"),
        sa.ForeignKeyConstraint(["patron_id"], ["patron.id"], name="fk_hold_patron_id"),
        sa.ForeignKeyConstraint(["pickup_place_id"], ["place.id"], name="fk_hold_pickup_place_id"),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name="fk_hold_record_id"),
        sa.ForeignKeyConstraint(["terminal_id"], ["terminal.id"], name="fk_hold_terminal_id"),
        sa.ForeignKeyConstraint(["wanted_copy_id"], ["copy.id"], name="fk_hold_wanted_copy_id"),
        sa.PrimaryKeyConstraint("id", name="pk_hold"),
    )
    op.create_index("ix_hold_patron_id", "hold", ["patron_id"])
    op.create_index("ix_hold_loan_id", "hold", ["loan_id"])
    for name, columns, unique in (
        ("uq_hold_going_on_patron", ["patron_id", "record_id"], True),
        ("uq_hold_going_on_copy", ["caught_copy_id"], True),
        ("ix_hold_going_on_record", ["record_id"], False),
    ):
        op.create_index(name, "hold", columns, unique=unique, sqlite_where=_GOES_ON, postgresql_where=_GOES_ON)


def _fees() -> None:
    op.create_table(
        "fee",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("patron_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(16), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("paid", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("loan_id", sa.Integer(), nullable=True),
        sa.Column("record_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_as", sa.String(16), nullable=True),
        sa.CheckConstraint("amount > 0", name="ck_fee_amount"),
        sa.CheckConstraint("paid >= 0 AND paid <= amount", name="ck_fee_paid"),
        sa.ForeignKeyConstraint(["loan_id"], ["loan.id"], name="fk_fee_loan_id"),
        sa.ForeignKeyConstraint(["patron_id"], ["patron.id"], name="fk_fee_patron_id"),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name="fk_fee_record_id"),
        sa.PrimaryKeyConstraint("id", name="pk_fee"),
    )
    op.create_index("ix_fee_loan_id", "fee", ["loan_id"])
    op.create_index("ix_fee_open_patron", "fee", ["patron_id"], sqlite_where=_GOES_ON, postgresql_where=_GOES_ON)
    op.create_table(
        "payment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("patron_id", sa.Integer(), nullable=False),
        sa.Column("terminal_id", sa.String(64), nullable=False),
        sa.Column("reference", sa.String(64), nullable=True),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("way", sa.String(2), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount > 0", name="ck_payment_amount"),
        sa.ForeignKeyConstraint(["patron_id"], ["patron.id"], name="fk_payment_patron_id"),
        sa.ForeignKeyConstraint(["terminal_id"], ["terminal.id"], name="fk_payment_terminal_id"),
        sa.PrimaryKeyConstraint("id", name="pk_payment"),
        sa.UniqueConstraint("terminal_id", "reference", name="uq_payment_terminal_id_reference"),
    )
    op.create_index("ix_payment_patron_id", "payment", ["patron_id"])
    op.create_table(
        "payment_part",
        sa.Column("payment_id", sa.Integer(), nullable=False),
        sa.Column("fee_id", sa.Integer(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["fee_id"], ["fee.id"], name="fk_payment_part_fee_id"),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name="fk_payment_part_payment_id"),
        sa.PrimaryKeyConstraint("payment_id", "fee_id", name="pk_payment_part"),
    )


def _blocks() -> None:
    op.create_table(
        "suspension",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("patron_id", sa.Integer(), nullable=False),
        sa.Column("loan_id", sa.Integer(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["loan_id"], ["loan.id"], name="fk_suspension_loan_id"),
        sa.ForeignKeyConstraint(["patron_id"], ["patron.id"], name="fk_suspension_patron_id"),
        sa.PrimaryKeyConstraint("id", name="pk_suspension"),
        sa.UniqueConstraint("loan_id", name="uq_suspension_loan_id"),
    )
    op.create_index("ix_suspension_patron_id", "suspension", ["patron_id"])
    op.create_table(
        "card_block",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("card_id", sa.Integer(), nullable=False),
        sa.Column("terminal_id", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retained", sa.Boolean(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_terminal_id", sa.String(64), nullable=True),
        sa.ForeignKeyConstraint(["card_id"], ["card.id"], name="fk_card_block_card_id"),
        sa.ForeignKeyConstraint(["lifted_terminal_id"], ["terminal.id"], name="fk_card_block_lifted_terminal_id"),
        sa.ForeignKeyConstraint(["terminal_id"], ["terminal.id"], name="fk_card_block_terminal_id"),
        sa.PrimaryKeyConstraint("id", name="pk_card_block"),
    )
    op.create_index("ix_card_block_card_id", "card_block", ["card_id"])
    op.create_index(
        "uq_card_block_open",
        "card_block",
        ["card_id"],
        unique=True,
        sqlite_where=_NOT_LIFTED,
        postgresql_where=_NOT_LIFTED,
    )


def _transactions() -> None:
    op.create_table(
        "done_transaction",
        sa.Column("terminal_id", sa.String(64), nullable=False),
        sa.Column("transaction_id", sa.String(64), nullable=False),
        sa.Column("subject", sa.LargeBinary(32), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("loan_id", sa.Integer(), nullable=True),
        sa.Column("hold_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["hold_id"], ["hold.id"], name="fk_done_transaction_hold_id"),
        sa.ForeignKeyConstraint(["loan_id"], ["loan.id"], name="fk_done_transaction_loan_id"),
        sa.ForeignKeyConstraint(["terminal_id"], ["terminal.id"], name="fk_done_transaction_terminal_id"),
        sa.PrimaryKeyConstraint("terminal_id", "transaction_id", name="pk_done_transaction"),
    )
    op.create_index("ix_done_transaction_at", "done_transaction", ["at"])
