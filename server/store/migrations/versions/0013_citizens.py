"""Readers by the keyed digests of their citizen numbers."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0013"
down_revision: Final = "0012"
branch_labels: Final = None
depends_on: Final = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "citizen_link",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("key_check", sa.LargeBinary(8), nullable=False),
        sa.Column("patron_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_citizen_link_organisation_id"),
        sa.ForeignKeyConstraint(["patron_id"], ["patron.id"], name="fk_citizen_link_patron_id"),
        sa.PrimaryKeyConstraint("organisation_id", "digest", name="pk_citizen_link"),
    )
    op.create_index("ix_citizen_link_patron_id", "citizen_link", ["patron_id"])
