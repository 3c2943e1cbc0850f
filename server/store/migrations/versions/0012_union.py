"""Which records describe one thing, and how far the harvest of other systems has come."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0012"
down_revision: Final = "0011"
branch_labels: Final = None
depends_on: Final = None


def upgrade() -> None:
    """Make the tables; what is there already is compared by the running server, in its own time."""
    op.create_table(
        "union_pending",
        sa.Column("record_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("record_id", name="pk_union_pending"),
    )
    op.execute("INSERT INTO union_pending (record_id) SELECT id FROM record")
    op.create_table(
        "union_key",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("record_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("key", "record_id", name="pk_union_key"),
    )
    op.create_index("ix_union_key_record_id", "union_key", ["record_id"])
    op.create_table(
        "union_member",
        sa.Column("record_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("head_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("record_id", name="pk_union_member"),
    )
    op.create_index("ix_union_member_head_id", "union_member", ["head_id"])
    op.create_table(
        "harvest_source",
        sa.Column("source", sa.String(128), nullable=False),
        sa.Column("library_code", sa.String(16), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("library_name", "url", "prefix", "set_spec")),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("is_running", sa.Boolean(), nullable=False),
        sa.Column("is_full", sa.Boolean(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("since", "token")),
        sa.Column("begun_at", sa.BigInteger(), nullable=False),
        *(
            sa.Column(name, sa.BigInteger(), nullable=True)
            for name in ("next_since", "full_at", "completed_at", "tried_at")
        ),
        sa.Column("not_before", sa.BigInteger(), nullable=False),
        sa.Column("trouble", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("source", name="pk_harvest_source"),
    )
    op.create_table(
        "harvested_record",
        sa.Column("record_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("source", sa.String(128), nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("record_id", name="pk_harvested_record"),
    )
    op.create_index("ix_harvested_record_source_run", "harvested_record", ["source", "run"])
