"""Turns of processes that write the same store: on SQLite there is one writer anyway, PostgreSQL is asked for locks."""

import zlib
from collections.abc import Iterable
from typing import Final

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

_LOCK: Final = text(
    "SELECT pg_advisory_xact_lock(wanted.key)"
    " FROM (SELECT unnest(CAST(:keys AS bigint[])) AS key ORDER BY key OFFSET 0) AS wanted"
)
"""All in one order, so that no two wait for each other; the offset keeps the planner from mixing the steps."""


def take_turns(writer: Session | Connection, names: Iterable[str]) -> None:
    """Wait until nobody else writes what these names stand for, and keep others off until the transaction's end.

    Two names that give the same number wait for each other without need, and nothing worse.
    """
    dialect = writer.get_bind().dialect if isinstance(writer, Session) else writer.dialect
    if dialect.name != "postgresql":
        return
    keys = sorted({zlib.crc32(name.encode()) for name in names})
    if keys:
        writer.execute(_LOCK, {"keys": keys})
