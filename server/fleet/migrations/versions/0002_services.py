"""What a visit was for, and renewals, returns and what was done offline, counted apart."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0002"
down_revision: Final = "0001"
branch_labels: Final = None
depends_on: Final = None

_COUNTS: Final = ("renewed", "returned", "alarms_still_off", "offline")


def upgrade() -> None:
    """Add the columns; every visit so far was for borrowing."""
    with op.batch_alter_table("visit") as visit:
        visit.add_column(sa.Column("service", sa.String(length=64), nullable=False, server_default="borrow"))
        for name in _COUNTS:
            visit.add_column(sa.Column(name, sa.BigInteger(), nullable=False, server_default="0"))
