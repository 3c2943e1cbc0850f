"""What staff do about fees, and payments that no terminal took."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0006"
down_revision: Final = "0005"
branch_labels: Final = None
depends_on: Final = None

_COLUMNS: Final = "id, patron_id, terminal_id, reference, amount, way, at"


def upgrade() -> None:
    """Let payments be without a terminal, and make the table of acts."""
    if op.get_bind().dialect.name == "sqlite":
        _payments_made_anew()
    else:
        op.alter_column("payment", "terminal_id", nullable=True)
    op.create_table(
        "fee_act",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("patron_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("fee_id", sa.Integer(), nullable=True),
        sa.Column("payment_id", sa.Integer(), nullable=True),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("by", sa.String(60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("form", sa.String(32), nullable=False),
        sa.CheckConstraint("amount > 0", name="ck_fee_act_amount"),
        sa.ForeignKeyConstraint(["fee_id"], ["fee.id"], name="fk_fee_act_fee_id"),
        sa.ForeignKeyConstraint(["patron_id"], ["patron.id"], name="fk_fee_act_patron_id"),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name="fk_fee_act_payment_id"),
        sa.PrimaryKeyConstraint("id", name="pk_fee_act"),
        sa.UniqueConstraint("form", name="uq_fee_act_form"),
    )
    op.create_index("ix_fee_act_patron_id", "fee_act", ["patron_id"])


def _payments_made_anew() -> None:
    """Make the table anew, for SQLite does not make a column nullable.

    Its rows are away for a moment while their parts name them: that constraint waits until the commit.
    """
    op.execute("PRAGMA defer_foreign_keys = ON")
    op.execute(f"CREATE TEMPORARY TABLE payment_before AS SELECT {_COLUMNS} FROM payment")  # noqa: S608 - words of ours
    op.execute("DELETE FROM payment")
    op.drop_table("payment")
    op.create_table(
        "payment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("patron_id", sa.Integer(), nullable=False),
        sa.Column("terminal_id", sa.String(64), nullable=True),
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
    op.execute(f"INSERT INTO payment ({_COLUMNS}) SELECT {_COLUMNS} FROM payment_before")  # noqa: S608 - the same
    op.execute("DROP TABLE payment_before")
