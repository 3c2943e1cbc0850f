"""Kiosks, visits, outbox positions, the broker link and dead letters."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0001"
down_revision: Final = None
branch_labels: Final = None
depends_on: Final = None


def upgrade() -> None:
    """Make the first tables."""
    op.create_table(
        "beyond_gap",
        sa.Column("kiosk_id", sa.String(length=63), nullable=False),
        sa.Column("outbox_id", sa.String(length=64), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("kiosk_id", "outbox_id", "sequence", name="pk_beyond_gap"),
    )
    op.create_table(
        "broker_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("up", sa.Boolean(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("heartbeat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("dead_letters", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_broker_link"),
    )
    op.create_table(
        "dead_letter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_key", sa.String(length=200), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("topic", sa.String(length=200), nullable=False),
        sa.Column("fault", sa.String(length=200), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_dead_letter"),
        sa.UniqueConstraint("event_key", name="uq_dead_letter_event_key"),
    )
    op.create_table(
        "kiosk",
        sa.Column("kiosk_id", sa.String(length=63), nullable=False),
        sa.Column("first_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen", sa.DateTime(timezone=True), nullable=True),
        sa.Column("session_id", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reasons", sa.String(), nullable=False),
        sa.Column("health_every_s", sa.Double(), nullable=False),
        sa.Column("birth", sa.String(), nullable=False),
        sa.Column("devices", sa.String(), nullable=False),
        sa.Column("health", sa.String(), nullable=False),
        sa.Column("clock_ahead_s", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("kiosk_id", name="pk_kiosk"),
    )
    op.create_table(
        "outbox_position",
        sa.Column("kiosk_id", sa.String(length=63), nullable=False),
        sa.Column("outbox_id", sa.String(length=64), nullable=False),
        sa.Column("through", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kiosk_id", "outbox_id", name="pk_outbox_position"),
    )
    op.create_table(
        "visit",
        sa.Column("kiosk_id", sa.String(length=63), nullable=False),
        sa.Column("event_id", sa.String(length=64), nullable=False),
        sa.Column("visit_id", sa.String(length=64), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ending", sa.String(length=64), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("language", sa.String(length=64), nullable=False),
        sa.Column("lent", sa.BigInteger(), nullable=False),
        sa.Column("refused", sa.BigInteger(), nullable=False),
        sa.Column("refusals", sa.String(), nullable=False),
        sa.Column("unknown", sa.BigInteger(), nullable=False),
        sa.Column("alarms_still_on", sa.BigInteger(), nullable=False),
        sa.Column("receipt", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("kiosk_id", "event_id", name="pk_visit"),
    )
    op.create_index("ix_visit_occurred_at_kiosk_id", "visit", ["occurred_at", "kiosk_id"], unique=False)
