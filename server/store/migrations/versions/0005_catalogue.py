"""Where a record came from, what its source said of it, and the feed of changes."""

import uuid
from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0005"
down_revision: Final = "0004"
branch_labels: Final = None
depends_on: Final = None

_COLUMNS: Final = "id, organisation_id, source_id, title, author, language, subjects, publisher, year, isbn"
_OLD_NAME: Final = "uq_record_organisation_id_source_id"
_NEW_NAME: Final = "uq_record_organisation_id_source_source_id"


def upgrade() -> None:
    """Give records a source, and make the tables of the catalogue."""
    if op.get_bind().dialect.name == "sqlite":
        _records_made_anew()
    else:
        op.add_column("record", sa.Column("source", sa.String(128), nullable=False, server_default="local"))
        op.alter_column("record", "source", server_default=None)
        op.drop_constraint(_OLD_NAME, "record", type_="unique")
        op.create_unique_constraint(_NEW_NAME, "record", ["organisation_id", "source", "source_id"])
    op.create_index("ix_record_source_id", "record", ["source_id"])
    op.create_table(
        "description",
        sa.Column("record_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("holdings", sa.String(), nullable=False),
        sa.Column("form", sa.String(16), nullable=False),
        sa.Column("original", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name="fk_description_record_id"),
        sa.PrimaryKeyConstraint("record_id", name="pk_description"),
    )
    _feed()


def _records_made_anew() -> None:
    """Make the table anew, for SQLite drops no constraint.

    Its rows are away for a moment while others name them: those constraints wait until the commit, which finds all of
    them back. Each row that goes or comes is looked for in the tables that name it, hence the indexes.
    """
    op.execute("PRAGMA defer_foreign_keys = ON")
    for table in ("fee", "hold"):
        op.execute(f"CREATE INDEX for_a_moment_{table} ON {table} (record_id)")
    op.execute(f"CREATE TEMPORARY TABLE record_before AS SELECT {_COLUMNS} FROM record")  # noqa: S608 - words of ours
    op.execute("DELETE FROM record")
    op.drop_table("record")
    op.create_table(
        "record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(128), nullable=False),
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
        sa.UniqueConstraint("organisation_id", "source", "source_id", name=_NEW_NAME),
    )
    op.execute(f"INSERT INTO record ({_COLUMNS}, source) SELECT {_COLUMNS}, 'local' FROM record_before")  # noqa: S608 - the same
    op.execute("DROP TABLE record_before")
    for table in ("fee", "hold"):
        op.execute(f"DROP INDEX for_a_moment_{table}")


def _feed() -> None:
    feed = op.create_table(
        "feed",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("cursor", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_feed"),
    )
    op.create_table(
        "change",
        sa.Column("record_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("cursor", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("record_id", name="pk_change"),
        sa.UniqueConstraint("cursor", name="uq_change_cursor"),
    )
    op.execute("INSERT INTO change (record_id, cursor) SELECT id, row_number() OVER (ORDER BY id) FROM record")
    op.bulk_insert(feed, [{"id": 1, "name": uuid.uuid4().hex, "cursor": 0}])
    op.execute("UPDATE feed SET cursor = (SELECT count(*) FROM change)")
