"""Keys of kiosks, and the policies by which they lend alone."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0004"
down_revision: Final = "0003"
branch_labels: Final = None
depends_on: Final = None


def upgrade() -> None:
    """Make the tables for policies."""
    op.create_table(
        "kiosk_key",
        sa.Column("terminal_id", sa.String(64), nullable=False),
        sa.Column("key", sa.LargeBinary(32), nullable=False),
        sa.Column("padding", sa.LargeBinary(32), nullable=False),
        sa.ForeignKeyConstraint(["terminal_id"], ["terminal.id"], name="fk_kiosk_key_terminal_id"),
        sa.PrimaryKeyConstraint("terminal_id", name="pk_kiosk_key"),
    )
    op.create_table(
        "card_digest",
        sa.Column("terminal_id", sa.String(64), nullable=False),
        sa.Column("card_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(16), nullable=False),
        sa.ForeignKeyConstraint(["card_id"], ["card.id"], name="fk_card_digest_card_id"),
        sa.ForeignKeyConstraint(["terminal_id"], ["terminal.id"], name="fk_card_digest_terminal_id"),
        sa.PrimaryKeyConstraint("terminal_id", "card_id", name="pk_card_digest"),
    )
    op.create_table(
        "kiosk_policy",
        sa.Column("terminal_id", sa.String(64), nullable=False),
        sa.Column("serial", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.LargeBinary(32), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("good_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["terminal_id"], ["terminal.id"], name="fk_kiosk_policy_terminal_id"),
        sa.PrimaryKeyConstraint("terminal_id", name="pk_kiosk_policy"),
    )
