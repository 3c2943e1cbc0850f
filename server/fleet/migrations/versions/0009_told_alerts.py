"""Of which alerts somebody was written to."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0009"
down_revision: Final = "0008"
branch_labels: Final = None
depends_on: Final = None


def upgrade() -> None:
    """Add when their beginning was told, and when their end."""
    op.add_column("alert", sa.Column("told_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("alert", sa.Column("end_told_at", sa.DateTime(timezone=True), nullable=True))
