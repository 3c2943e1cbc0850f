"""Several workers of the ingest side by side: each with a row that says how it is."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0007"
down_revision: Final = "0006"
branch_labels: Final = None
depends_on: Final = None


def upgrade() -> None:
    """Give the row of the only one that there was no name."""
    with op.batch_alter_table("broker_link") as table:
        table.add_column(sa.Column("worker", sa.String(length=20), nullable=False, server_default=""))
        table.create_unique_constraint("uq_broker_link_worker", ["worker"])
