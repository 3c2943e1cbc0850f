"""How kiosks did over time: a reading every five minutes."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0006"
down_revision: Final = "0005"
branch_labels: Final = None
depends_on: Final = None


def upgrade() -> None:
    """Add the table, and to each kiosk which of them is its last."""
    op.create_table(
        "kiosk_reading",
        sa.Column("kiosk_id", sa.String(length=63), nullable=False),
        sa.Column("slot", sa.BigInteger(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("loop_lag_ms", sa.Double(), nullable=False),
        sa.Column("memory_available_bytes", sa.BigInteger(), nullable=True),
        sa.Column("disk_free_bytes", sa.BigInteger(), nullable=True),
        sa.Column("load_1min", sa.Double(), nullable=True),
        sa.Column("temperature_c", sa.Double(), nullable=True),
        sa.Column("outbox_depth", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("kiosk_id", "slot", name="pk_kiosk_reading"),
    )
    op.create_index("ix_kiosk_reading_slot", "kiosk_reading", ["slot"])
    op.add_column("kiosk", sa.Column("reading_slot", sa.BigInteger(), nullable=True))
