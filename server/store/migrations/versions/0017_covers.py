"""Covers of books."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0017"
down_revision: Final = "0016"
branch_labels: Final = None
depends_on: Final = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "cover",
        sa.Column("record_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("cursor", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(32), nullable=False),
        sa.Column("whole", sa.LargeBinary(), nullable=False),
        sa.Column("small", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name="fk_cover_record_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("record_id", name="pk_cover"),
        sa.UniqueConstraint("cursor", name="uq_cover_cursor"),
    )
