"""Items read in place: item, place and day."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0011"
down_revision: Final = "0010"
branch_labels: Final = None
depends_on: Final = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "item_use",
        sa.Column("terminal_id", sa.String(64), nullable=False),
        sa.Column("use_id", sa.String(64), nullable=False),
        sa.Column("item_number", sa.String(64), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("day_known", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["terminal_id"], ["terminal.id"], name="fk_item_use_terminal_id"),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name="fk_item_use_place_id"),
        sa.PrimaryKeyConstraint("terminal_id", "use_id", "item_number", name="pk_item_use"),
    )
    op.create_index("ix_item_use_day", "item_use", ["day"])
