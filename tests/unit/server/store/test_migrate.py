"""The schema grows in steps, and the steps arrive where the models are."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, text

from server.errors import StoreTooNewError
from server.store.base import Base
from server.store.engine import open_engine, opened
from server.store.migrate import migrate
from server.store.models import Loan


@pytest.fixture
def empty_store(tmp_path: Path) -> Iterator[Engine]:
    with opened(f"sqlite:///{tmp_path / 'a.db'}") as engine:
        yield engine


def test_the_steps_arrive_exactly_at_the_models(empty_store: Engine) -> None:
    revisions = [migrate(empty_store), migrate(empty_store)]

    with empty_store.begin() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), Base.metadata)
    indexes = {index["name"]: index for index in inspect(empty_store).get_indexes(Loan.__tablename__)}
    where = indexes["uq_loan_open_copy"]["dialect_options"][f"{empty_store.dialect.name}_where"]
    assert differences == []
    assert indexes["uq_loan_open_copy"]["unique"]
    assert str(where).strip("()") == "ended_at IS NULL"
    assert revisions[0] == revisions[1] != ""


def test_two_that_start_at_once_take_turns(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'a.db'}"
    program = (
        "from server.store.engine import open_engine; from server.store.migrate import migrate;"
        f"migrate(open_engine({url!r}))"
    )
    running = [subprocess.Popen([sys.executable, "-c", program]) for _ in range(2)]

    statuses = [process.wait(timeout=60) for process in running]

    assert statuses == [0, 0]


def test_a_database_of_a_newer_release_is_left_alone(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'a.db'}")
    migrate(engine)
    with engine.begin() as connection:
        connection.execute(text("update alembic_version set version_num = '9999'"))

    with pytest.raises(StoreTooNewError) as refused:
        migrate(engine)

    assert refused.value.revision == "9999"
    engine.dispose()
