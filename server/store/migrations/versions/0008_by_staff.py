"""What staff did at kiosks for a reader: refusals that were overridden, loans and returns without a line."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0008"
down_revision: Final = "0007"
branch_labels: Final = None
depends_on: Final = None


def upgrade() -> None:
    """Make the table, and the column."""
    op.create_table(
        "loan_override",
        sa.Column("loan_id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.String(64), nullable=False),
        sa.Column("reason", sa.String(16), nullable=False),
        sa.Column("refusals", sa.String(200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["loan_id"], ["loan.id"], name="fk_loan_override_loan_id"),
        sa.PrimaryKeyConstraint("loan_id", name="pk_loan_override"),
    )
    op.add_column("offline_event", sa.Column("staff_id", sa.String(64), nullable=True))
