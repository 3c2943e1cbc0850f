"""What the tables themselves refuse."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, StatementError

from server.store.engine import transaction
from server.store.models import Copy, CopyStatus, Loan
from tests.support.small_library import DE_MEN, MAI, NOON, SmallLibrary

_TWIN = (
    "insert into loan (copy_id, patron_id, place_id, terminal_id, lent_at, due_at, due_day, renewals)"
    " select copy_id, patron_id, place_id, terminal_id, lent_at, due_at, due_day, 0 from loan"
)


def test_the_table_itself_refuses_a_second_open_loan_of_a_copy(library: SmallLibrary) -> None:
    with transaction(library.engine) as session:
        library.desk.lend(session, library.hub, MAI, DE_MEN, renew_own=False)

    with pytest.raises(IntegrityError), transaction(library.engine) as session:
        session.execute(text(_TWIN))

    assert len(library.loans()) == 1


def test_a_card_or_item_number_is_an_owners_only_once(library: SmallLibrary) -> None:
    with pytest.raises(IntegrityError), transaction(library.engine) as session:
        session.add(
            Copy(
                organisation_id=library.organisation_id,
                item_number=DE_MEN,
                record_id=1,
                place_id=1,
                item_type="book",
                call_number="",
                status=CopyStatus.SHELF,
            )
        )

    with transaction(library.engine) as session:
        assert session.scalar(text("select count(*) from copy where item_number = 'VNM.000001'")) == 1


def test_times_are_stored_in_utc_and_come_back_aware(library: SmallLibrary) -> None:
    with transaction(library.engine) as session:
        library.desk.lend(session, library.hub, MAI, DE_MEN, renew_own=False)
        stored = session.scalar(text("select lent_at from loan"))

    (loan,) = library.loans()
    assert stored == "2026-07-28 05:00:00.000000"
    assert loan.lent_at == NOON
    assert loan.lent_at.utcoffset() == timedelta(0)


def test_a_time_without_a_zone_is_refused(library: SmallLibrary) -> None:
    with pytest.raises(StatementError, match="without a zone"), transaction(library.engine) as session:
        session.query(Loan).filter(Loan.lent_at > datetime(2026, 1, 1)).all()  # noqa: DTZ001 - the naive time is the point

    aware = datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=7)))
    assert aware.astimezone(UTC).hour == 17


@pytest.mark.parametrize("status", CopyStatus)
def test_only_a_copy_on_the_shelf_may_circulate(status: CopyStatus) -> None:
    assert status.may_circulate == (status is CopyStatus.SHELF)
