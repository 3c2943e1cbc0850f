"""Today's loans are counted by the library's own day."""

from datetime import UTC, date, datetime, timedelta

from server.circulation.today import LoansToday
from server.store.engine import transaction
from tests.support.small_library import (
    CHILD,
    DE_MEN,
    KIEU,
    MAI,
    NAM,
    SCHOOL_BOOK,
    TAT_DEN,
    ZONE,
    SmallLibrary,
)


def _lend(library: SmallLibrary, card: str, item: str, *, at_school: bool = False) -> None:
    with transaction(library.engine) as session:
        counter = library.school if at_school else library.hub
        library.desk.lend(session, counter, card, item, renew_own=False)


def test_loans_count_by_place_and_terminal(library: SmallLibrary) -> None:
    _lend(library, MAI, DE_MEN)
    _lend(library, NAM, TAT_DEN)
    _lend(library, CHILD, SCHOOL_BOOK, at_school=True)
    _lend(library, NAM, DE_MEN)

    seen = LoansToday(library.engine, ZONE).overview(library.clock.now)

    assert (seen.day, seen.total) == (date(2026, 7, 28), 3)
    assert seen.by_place == {"VN-QN": 2, "VN-QN-TH1": 1}
    assert seen.by_terminal == {"kiosk-hub": 2, "kiosk-school": 1}


def test_a_returned_loan_counts_and_an_undone_one_does_not(library: SmallLibrary) -> None:
    _lend(library, MAI, DE_MEN)
    _lend(library, MAI, TAT_DEN)
    with transaction(library.engine) as session:
        library.desk.take_back(session, library.hub, DE_MEN)
        library.desk.cancel_loan(session, library.hub, TAT_DEN)

    counted = LoansToday(library.engine, ZONE).loans_on(library.clock.now)

    assert counted == 1


def test_the_day_begins_at_the_librarys_midnight(library: SmallLibrary) -> None:
    library.clock.now = datetime(2026, 7, 27, 23, 59, 59, tzinfo=ZONE)
    _lend(library, MAI, DE_MEN)
    library.clock.advance(timedelta(seconds=1))
    _lend(library, MAI, TAT_DEN)
    library.clock.advance(timedelta(hours=23))
    _lend(library, MAI, KIEU)
    today = LoansToday(library.engine, ZONE)

    counts = [today.loans_on(library.clock.now - timedelta(days=back)) for back in (-1, 0, 1)]

    assert counts == [0, 2, 1]
    assert today.loans_on(datetime(2026, 7, 28, 16, 59, tzinfo=UTC)) == 2
