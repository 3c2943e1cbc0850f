"""Places, terminals, patrons, holdings, loans and kept answers."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0001"
down_revision: Final = None
branch_labels: Final = None
depends_on: Final = None

_OPEN: Final = sa.text("ended_at IS NULL")


def upgrade() -> None:
    """Make the first tables."""
    _places()
    _patrons()
    _holdings()
    _circulation()


def _places() -> None:
    op.create_table(
        "organisation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(16), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_organisation"),
        sa.UniqueConstraint("code", name="uq_organisation_code"),
    )
    op.create_table(
        "place",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(16), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("closes_at", sa.Time(), nullable=True),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_place_organisation_id"),
        sa.PrimaryKeyConstraint("id", name="pk_place"),
        sa.UniqueConstraint("organisation_id", "code", name="uq_place_organisation_id_code"),
    )
    op.create_table(
        "closed_weekday",
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name="fk_closed_weekday_place_id"),
        sa.PrimaryKeyConstraint("place_id", "weekday", name="pk_closed_weekday"),
    )
    op.create_table(
        "holiday",
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name="fk_holiday_place_id"),
        sa.PrimaryKeyConstraint("place_id", "day", name="pk_holiday"),
    )
    op.create_table(
        "terminal",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("login", sa.String(64), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("certificate_cn", sa.String(64), nullable=True),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name="fk_terminal_place_id"),
        sa.PrimaryKeyConstraint("id", name="pk_terminal"),
        sa.UniqueConstraint("certificate_cn", name="uq_terminal_certificate_cn"),
        sa.UniqueConstraint("login", name="uq_terminal_login"),
    )


def _patrons() -> None:
    op.create_table(
        "patron_category",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(32), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_patron_category_organisation_id"),
        sa.PrimaryKeyConstraint("id", name="pk_patron_category"),
        sa.UniqueConstraint("organisation_id", "code", name="uq_patron_category_organisation_id_code"),
    )
    op.create_table(
        "patron",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("category_id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("expires", sa.Date(), nullable=True),
        sa.Column("blocked", sa.Boolean(), nullable=False),
        sa.Column("pin_hash", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["category_id"], ["patron_category.id"], name="fk_patron_category_id"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_patron_organisation_id"),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name="fk_patron_place_id"),
        sa.PrimaryKeyConstraint("id", name="pk_patron"),
    )
    op.create_table(
        "card",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(64), nullable=False),
        sa.Column("patron_id", sa.Integer(), nullable=False),
        sa.Column("lost", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_card_organisation_id"),
        sa.ForeignKeyConstraint(["patron_id"], ["patron.id"], name="fk_card_patron_id"),
        sa.PrimaryKeyConstraint("id", name="pk_card"),
        sa.UniqueConstraint("organisation_id", "number", name="uq_card_organisation_id_number"),
    )
    op.create_index("ix_card_patron_id", "card", ["patron_id"])


def _holdings() -> None:
    op.create_table(
        "record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.String(128), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("subjects", sa.String(), nullable=False),
        sa.Column("publisher", sa.String(), nullable=False),
        sa.Column("year", sa.String(), nullable=False),
        sa.Column("isbn", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_record_organisation_id"),
        sa.PrimaryKeyConstraint("id", name="pk_record"),
        sa.UniqueConstraint("organisation_id", "source_id", name="uq_record_organisation_id_source_id"),
    )
    op.create_table(
        "copy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("item_number", sa.String(64), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("item_type", sa.String(32), nullable=False),
        sa.Column("call_number", sa.String(), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name="fk_copy_organisation_id"),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name="fk_copy_place_id"),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name="fk_copy_record_id"),
        sa.PrimaryKeyConstraint("id", name="pk_copy"),
        sa.UniqueConstraint("organisation_id", "item_number", name="uq_copy_organisation_id_item_number"),
    )
    op.create_index("ix_copy_place_id", "copy", ["place_id"])
    op.create_index("ix_copy_record_id", "copy", ["record_id"])


def _circulation() -> None:
    op.create_table(
        "loan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("copy_id", sa.Integer(), nullable=False),
        sa.Column("patron_id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("terminal_id", sa.String(64), nullable=False),
        sa.Column("lent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_day", sa.Date(), nullable=False),
        sa.Column("renewals", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_as", sa.String(16), nullable=True),
        sa.Column("ended_terminal_id", sa.String(64), nullable=True),
        sa.ForeignKeyConstraint(["copy_id"], ["copy.id"], name="fk_loan_copy_id"),
        sa.ForeignKeyConstraint(["ended_terminal_id"], ["terminal.id"], name="fk_loan_ended_terminal_id"),
        sa.ForeignKeyConstraint(["patron_id"], ["patron.id"], name="fk_loan_patron_id"),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name="fk_loan_place_id"),
        sa.ForeignKeyConstraint(["terminal_id"], ["terminal.id"], name="fk_loan_terminal_id"),
        sa.PrimaryKeyConstraint("id", name="pk_loan"),
    )
    op.create_index("ix_loan_copy_id", "loan", ["copy_id"])
    op.create_index("ix_loan_lent_at", "loan", ["lent_at"])
    op.create_index("ix_loan_open_patron", "loan", ["patron_id"], sqlite_where=_OPEN, postgresql_where=_OPEN)
    op.create_index("uq_loan_open_copy", "loan", ["copy_id"], unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN)
    op.create_table(
        "kept_answer",
        sa.Column("terminal_id", sa.String(64), nullable=False),
        sa.Column("message_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["terminal_id"], ["terminal.id"], name="fk_kept_answer_terminal_id"),
        sa.PrimaryKeyConstraint("terminal_id", "message_hash", name="pk_kept_answer"),
    )
    op.create_index("ix_kept_answer_at", "kept_answer", ["at"])
