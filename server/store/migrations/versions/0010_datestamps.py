"""When each record's description changed last."""

import time
from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0010"
down_revision: Final = "0009"
branch_labels: Final = None
depends_on: Final = None


def upgrade() -> None:
    """Make the table; of what is there already nobody knows more than that it changed until now."""
    op.create_table(
        "datestamp",
        sa.Column("record_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("record_id", name="pk_datestamp"),
    )
    filled = sa.text("INSERT INTO datestamp (record_id, at) SELECT id, :at FROM record")
    op.execute(filled.bindparams(at=int(time.time())))
    op.create_index("ix_datestamp_at_record_id", "datestamp", ["at", "record_id"])
