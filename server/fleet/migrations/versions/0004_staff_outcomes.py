"""Why staff did what they did at kiosks, and what became of it."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0004"
down_revision: Final = "0003"
branch_labels: Final = None
depends_on: Final = None


def upgrade() -> None:
    """Add the columns; of what was told before nobody knows more."""
    for name in ("reason", "refusal", "outcome"):
        op.add_column("staff_act", sa.Column(name, sa.String(64), nullable=False, server_default="none"))
    op.add_column("staff_act", sa.Column("completes", sa.String(64), nullable=True))
    op.create_index("ix_staff_act_kiosk_id_completes", "staff_act", ["kiosk_id", "completes"])
