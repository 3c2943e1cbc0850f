"""The schema grows in steps, and the steps arrive where the models are."""

import subprocess
import sys
from collections.abc import Iterator
from importlib.resources import as_file, files
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, select, text

from server.errors import StoreTooNewError
from server.store.account_models import Payment, PaymentPart
from server.store.base import Base
from server.store.catalogue_models import Change, Feed
from server.store.engine import open_engine, opened, transaction
from server.store.migrate import CIRCULATION_STEPS, migrate
from server.store.models import LOCAL_SOURCE, Loan

_AS_THE_FIRST_RELEASE_LEFT_IT = (
    "INSERT INTO organisation (id, code, name) VALUES (1, 'VN-QN', 'Thư viện xã')",
    "INSERT INTO place (id, organisation_id, code, name, kind) VALUES (1, 1, 'VN-QN', 'Thư viện xã', 'hub')",
    "INSERT INTO terminal (id, place_id, login, password_hash) VALUES ('k', 1, 'k', '')",
    "INSERT INTO patron_category (id, organisation_id, code, name) VALUES (1, 1, 'adult', 'adult')",
    "INSERT INTO patron (id, organisation_id, name, category_id, place_id, blocked) VALUES (1, 1, 'Mai', 1, 1, false)",
    (
        "INSERT INTO record (id, organisation_id, source_id, title, author, language, subjects, publisher, year, isbn)"
        " VALUES (1, 1, 'r1', 'Lão Hạc', '', '', '', '', '', '')"
    ),
    (
        "INSERT INTO copy (id, organisation_id, item_number, record_id, place_id, item_type, call_number, status)"
        " VALUES (1, 1, 'VNM.000001', 1, 1, 'book', '', 'shelf')"
    ),
    (
        "INSERT INTO loan (id, copy_id, patron_id, place_id, terminal_id, lent_at, due_at, due_day, renewals)"
        " VALUES (1, 1, 1, 1, 'k', '2026-07-28 05:00:00', '2026-08-12 16:59:59', '2026-08-12', 1)"
    ),
)

_PAID = (
    (
        "INSERT INTO fee (id, patron_id, reason, amount, paid, created_at)"
        " VALUES (1, 1, 'other', 5000, 2000, '2026-07-28 05:00:00')"
    ),
    (
        "INSERT INTO payment (id, patron_id, terminal_id, reference, amount, way, at)"
        " VALUES (1, 1, 'k', 'bk-1', 2000, '00', '2026-07-28 05:00:00')"
    ),
    "INSERT INTO payment_part (payment_id, fee_id, amount) VALUES (1, 1, 2000)",
)


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


def test_what_an_older_release_kept_is_there_after_each_step(empty_store: Engine) -> None:
    with empty_store.begin() as connection, as_file(files(CIRCULATION_STEPS)) as folder:
        config = Config()
        config.set_main_option("script_location", str(folder))
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        for order in _AS_THE_FIRST_RELEASE_LEFT_IT:
            connection.execute(text(order))

    migrate(empty_store)

    with transaction(empty_store) as session:
        (loan,) = session.scalars(select(Loan))
        copy = loan.copy
        assert (copy.item_number, copy.record.title, copy.here.code) == ("VNM.000001", "Lão Hạc", "VN-QN")
        assert (copy.record.source, session.scalars(select(Feed.cursor)).one()) == (LOCAL_SOURCE, 1)
        assert [(change.record_id, change.cursor) for change in session.scalars(select(Change))] == [(1, 1)]
        assert (copy.current_place_id, copy.transit_to_id, copy.security_marker) == (None, None, None)
        assert (loan.ended_at, loan.renewals) == (None, 1)


def test_a_payment_and_its_parts_outlive_the_step_that_lets_payments_be_without_a_terminal(empty_store: Engine) -> None:
    with empty_store.begin() as connection, as_file(files(CIRCULATION_STEPS)) as folder:
        config = Config()
        config.set_main_option("script_location", str(folder))
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
        for order in (*_AS_THE_FIRST_RELEASE_LEFT_IT, *_PAID):
            connection.execute(text(order))

    migrate(empty_store)

    with transaction(empty_store) as session:
        (payment,), (part,) = session.scalars(select(Payment)), session.scalars(select(PaymentPart))
        assert (payment.terminal_id, payment.reference, payment.amount) == ("k", "bk-1", 2000)
        assert (part.payment_id, part.amount) == (payment.id, 2000)


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
