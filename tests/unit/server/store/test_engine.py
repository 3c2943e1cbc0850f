"""A database is opened so that a commit is a commit and two writers take turns."""

import asyncio
import stat
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from server.store.engine import for_reading, open_engine, transaction
from server.store.writer import WriterQueue


def _engine(folder: Path, *, durable: bool = True, busy: timedelta = timedelta(seconds=5)) -> Engine:
    return open_engine(f"sqlite:///{folder / 'a.db'}", durable=durable, busy_timeout=busy)


def _count(session: Session) -> int:
    return int(session.execute(text("select count(*) from t")).scalar_one())


def _make_table(engine: Engine) -> None:
    with transaction(engine) as session:
        session.execute(text("create table t (n integer primary key, m integer references t (n))"))


def test_a_file_is_private_durable_and_keeps_references_true(tmp_path: Path) -> None:
    engine = _engine(tmp_path)
    _make_table(engine)

    with transaction(engine) as session:
        pragmas = {name: session.execute(text(f"pragma {name}")).scalar() for name in ("journal_mode", "synchronous")}
    with pytest.raises(IntegrityError), transaction(engine) as session:
        session.execute(text("insert into t values (1, 7)"))
    assert pragmas == {"journal_mode": "wal", "synchronous": 2}
    assert stat.S_IMODE((tmp_path / "a.db").stat().st_mode) == 0o600
    engine.dispose()


def test_a_store_of_readings_may_commit_without_waiting_for_the_disk(tmp_path: Path) -> None:
    engine = _engine(tmp_path, durable=False)

    with transaction(engine) as session:
        assert session.execute(text("pragma synchronous")).scalar() == 1
    engine.dispose()


def test_a_second_writer_waits_and_a_reader_does_not(tmp_path: Path) -> None:
    engine = _engine(tmp_path, busy=timedelta(milliseconds=20))
    _make_table(engine)

    with transaction(engine) as first:
        first.execute(text("insert into t (n) values (1)"))
        with transaction(for_reading(engine)) as reader:
            seen = _count(reader)
        with pytest.raises(OperationalError, match="locked"), transaction(engine):
            pass

    assert seen == 0
    engine.dispose()


def test_an_exception_takes_everything_back(tmp_path: Path) -> None:
    engine = _engine(tmp_path)
    _make_table(engine)

    with pytest.raises(IntegrityError), transaction(engine) as session:
        session.execute(text("insert into t (n) values (1), (2), (1)"))

    with transaction(engine) as session:
        assert _count(session) == 0
    engine.dispose()


async def test_work_of_a_queue_runs_in_order_in_one_named_thread(tmp_path: Path) -> None:
    engine = _engine(tmp_path)
    _make_table(engine)
    threads: set[str] = set()

    def insert(session: Session) -> int:
        threads.add(threading.current_thread().name)
        number = _count(session)
        session.execute(text("insert into t (n) values (:n)"), {"n": number})
        return number

    async with WriterQueue(engine, "circulation") as queue:
        *numbers, counted = await asyncio.gather(*(queue.write(insert) for _ in range(5)), queue.read(_count))

    assert (numbers, counted) == ([0, 1, 2, 3, 4], 5)
    assert threads == {"circulation_0"}
