"""The library on PostgreSQL: the very tests of the desk and of what surrounds it, on another database.

Each function below is written once, for SQLite, in the module from which it comes; the fixtures here give it a
PostgreSQL database instead.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import Engine, Table, text

from server.patrons.register import find_card
from server.store.base import Base
from server.store.engine import opened, transaction
from tests.support.postgresql import NOT_INSTALLED, PostgresqlServer, find_programs
from tests.support.small_library import MAI, NAM, SmallLibrary, fill_library, open_filled
from tests.support.unmeasured import unmeasured
from tests.unit.server.catalogue.test_importing import *  # noqa: F403 - because all of it holds on every database
from tests.unit.server.catalogue.test_union import (  # noqa: F401 - because its rows are another database's
    test_a_record_that_stood_between_two_keeps_them_apart_only_as_long_as_it_is_there,
    test_nothing_is_left_of_a_record_that_is_gone,
    test_two_libraries_records_of_one_book_are_shown_as_one_with_the_copies_of_both,
)
from tests.unit.server.circulation.test_desk import *  # noqa: F403 - the same
from tests.unit.server.circulation.test_desk_model import *  # noqa: F403 - the same
from tests.unit.server.circulation.test_fee_counter import *  # noqa: F403 - the same
from tests.unit.server.circulation.test_hold_race import *  # noqa: F403 - because to PostgreSQL a line is a connection
from tests.unit.server.circulation.test_holds import *  # noqa: F403 - the same
from tests.unit.server.circulation.test_holds_ending import *  # noqa: F403 - the same
from tests.unit.server.circulation.test_kiosk_places import *  # noqa: F403 - the same
from tests.unit.server.circulation.test_offline_policies import *  # noqa: F403 - the same
from tests.unit.server.circulation.test_race import (  # noqa: F401 - because to PostgreSQL a process is a connection
    test_one_card_at_many_terminals_never_passes_its_limit,
    test_two_cards_of_one_reader_never_pass_the_limit,
    test_two_terminals_that_race_for_one_copy_make_exactly_one_loan,
)
from tests.unit.server.circulation.test_receipts import *  # noqa: F403 - the same
from tests.unit.server.circulation.test_today import *  # noqa: F403 - the same
from tests.unit.server.exchange.conftest import harvests  # noqa: F401 - what the next ones begin with
from tests.unit.server.exchange.test_harvesting import (  # noqa: F401 - the same
    test_a_record_on_which_a_hold_waits_stays_without_its_copies,
    test_the_first_run_takes_everything_page_by_page_and_the_next_asks_for_what_changed,
    test_what_went_without_a_word_is_found_when_everything_is_asked_for_again,
)
from tests.unit.server.holdings.test_importing import *  # noqa: F403 - the same
from tests.unit.server.patrons.test_importing import *  # noqa: F403 - the same
from tests.unit.server.selfcheck.test_done_once import *  # noqa: F403 - the same
from tests.unit.server.selfcheck.test_fee_messages import *  # noqa: F403 - the same
from tests.unit.server.selfcheck.test_told_messages import *  # noqa: F403 - the same
from tests.unit.server.selfcheck.test_transactions import *  # noqa: F403 - the same
from tests.unit.server.store.test_changes import *  # noqa: F403 - because cursors come in order there too
from tests.unit.server.store.test_migrate import (  # noqa: F401 - because its other tests are about SQLite's files
    test_a_payment_and_its_parts_outlive_the_step_that_lets_payments_be_without_a_terminal,
    test_the_steps_arrive_exactly_at_the_models,
    test_what_an_older_release_kept_is_there_after_each_step,
)
from tests.unit.server.store.test_models import (  # noqa: F401 - the same
    test_the_table_itself_refuses_a_second_open_loan_of_a_copy,
)
from tests.unit.server.web.test_item_uses import (  # noqa: F401 - because its sums are the database's
    test_a_use_told_after_days_counts_on_its_own_day,
    test_what_is_told_again_counts_once_also_days_later_and_beside_what_is_new,
    test_what_was_read_in_place_is_counted_by_item_and_place_the_most_used_first,
)

TABLES = Base.metadata.sorted_tables
PROGRAMS = find_programs()
pytestmark = pytest.mark.skipif(PROGRAMS is None, reason=NOT_INSTALLED)


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresqlServer]:
    assert PROGRAMS is not None
    with PostgresqlServer(PROGRAMS) as running:
        yield running


@dataclass(frozen=True, slots=True)
class Filled:
    """A database with the small library, and its rows as they were before any test."""

    url: str
    rows: dict[Table, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def filled(server: PostgresqlServer, tmp_path_factory: pytest.TempPathFactory) -> Filled:
    """Mai's PIN is 2580."""
    url = server.new_database()
    fill_library(url, tmp_path_factory.mktemp("library"), pin="2580")
    with opened(url) as engine, engine.begin() as connection:
        rows = {table: [dict(row) for row in connection.execute(table.select()).mappings()] for table in TABLES}
    return Filled(url, rows)


@pytest.fixture(scope="module")
def engine(filled: Filled) -> Iterator[Engine]:
    with opened(filled.url) as engine:
        yield engine


@pytest.fixture(autouse=True)
def at_its_own_pace() -> Iterator[None]:
    """Measure nothing: what is tried here was measured on the other database."""
    with unmeasured():
        yield


@pytest.fixture
def library(filled: Filled, engine: Engine) -> Iterator[SmallLibrary]:
    yield open_filled(filled.url, engine)
    with engine.begin() as connection:  # a database of its own for each test would take ten times as long
        for table in reversed(TABLES):
            connection.execute(table.delete())
        for table in TABLES:
            if filled.rows[table]:
                connection.execute(table.insert(), filled.rows[table])


@pytest.fixture
def empty_store(server: PostgresqlServer) -> Iterator[Engine]:
    with opened(server.new_database()) as engine:
        yield engine


def test_two_readers_of_one_category_do_not_wait_for_each_other(library: SmallLibrary) -> None:
    with transaction(library.engine) as one, transaction(library.engine) as other:
        other.execute(text("SET LOCAL lock_timeout = '10s'"))
        held = find_card(one, library.organisation_id, MAI)
        free = find_card(other, library.organisation_id, NAM)

    assert held is not None
    assert free is not None
    assert held.patron.category_id == free.patron.category_id
