"""How a database of the server is opened: SQLite files that survive a power cut, or PostgreSQL by URL."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from typing import Final

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from server.errors import StoreDriverMissingError
from server.store.changes import StoreSession

BUSY_TIMEOUT: Final = timedelta(seconds=5)
"""How long a second process (an import beside a running server) waits for the file's only writer."""

_BEGIN_OPTION: Final = "library_begin"


def open_engine(url: str, *, durable: bool = True, busy_timeout: timedelta = BUSY_TIMEOUT) -> Engine:
    """Open ``url`` with every transaction begun as a writer (``BEGIN IMMEDIATE`` on SQLite).

    ``durable`` chooses SQLite's ``synchronous=FULL`` (a commit survives a power cut) over ``NORMAL`` (a commit survives
    the death of the process, a power cut may take the last ones). A new SQLite file is made with mode 0600; its folder
    must exist. PostgreSQL needs nothing of this and takes ``url`` as it is, but raises :class:`StoreDriverMissingError`
    where the package that it names is not installed.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        try:
            return create_engine(parsed, pool_pre_ping=True, hide_parameters=True)
        except ModuleNotFoundError as error:
            raise StoreDriverMissingError(error.name or "") from error
    if parsed.database:
        os.close(os.open(Path(parsed.database), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    engine = create_engine(parsed, hide_parameters=True)  # an error must not carry a card number into a log
    synchronous = "FULL" if durable else "NORMAL"
    milliseconds = int(busy_timeout / timedelta(milliseconds=1))

    def on_connect(raw: SqliteConnection, _entry: ConnectionPoolEntry) -> None:
        raw.isolation_level = None  # else sqlite3 begins transactions itself, deferred and only before some statements
        for pragma in (
            f"busy_timeout={milliseconds}",
            "journal_mode=WAL",
            f"synchronous={synchronous}",
            "foreign_keys=ON",
        ):
            raw.execute(f"PRAGMA {pragma}").close()

    def on_begin(connection: Connection) -> None:
        how = connection.get_execution_options().get(_BEGIN_OPTION, "IMMEDIATE")
        connection.exec_driver_sql(f"BEGIN {how}")

    event.listen(engine, "connect", on_connect)
    event.listen(engine, "begin", on_begin)
    return engine


@contextmanager
def opened(url: str) -> Iterator[Engine]:
    """Open ``url`` for a while, durably; every connection is closed afterwards."""
    engine = open_engine(url)
    try:
        yield engine
    finally:
        engine.dispose()


def for_reading(engine: Engine) -> Engine:
    """Share ``engine``'s connections for transactions that only read: they see one state and wait for no writer."""
    return engine.execution_options(**{_BEGIN_OPTION: "DEFERRED"})


@contextmanager
def transaction(engine: Engine) -> Iterator[Session]:
    """Give a session in one transaction that is committed at the end, or rolled back whole on any exception."""
    with StoreSession(engine, expire_on_commit=False) as session, session.begin():
        session.connection()  # begins now: whoever writes later already holds the file's only pen
        yield session
