"""What becomes of a book that is kept for somebody: cancelled, carried away, run out, undone."""

from datetime import date, timedelta

from library.lending.refusals import Refusal
from library.lending.rules import LoanRule
from server.circulation.refusals import Refused
from server.circulation.values import HoldStanding, Lent, Route, TakenBack
from server.store.account_models import HoldStage
from server.store.engine import transaction
from server.store.models import CopyStatus
from tests.support.hold_desk import (
    HUB,
    SCHOOL,
    account,
    cancel,
    change,
    expire,
    lend,
    look_at,
    lose,
    reserve,
    stages,
    take_back,
)
from tests.support.small_library import (
    CHILD,
    DAMAGED,
    DE_MEN,
    DICTIONARY,
    KIEU,
    MAI,
    NAM,
    SCHOOL_BOOK,
    UNKNOWN_CARD,
    UNKNOWN_ITEM,
    SmallLibrary,
)


def test_a_cancelled_hold_gives_the_book_to_the_next(library: SmallLibrary) -> None:
    reserve(library, NAM, KIEU)
    library.clock.advance(timedelta(hours=1))
    reserve(library, CHILD, KIEU, pickup_code=SCHOOL)
    take_back(library, KIEU)

    ended = cancel(library, NAM, KIEU)

    assert isinstance(ended, HoldStanding)
    assert stages(library) == [HoldStage.CANCELLED, HoldStage.IN_TRANSIT]
    assert look_at(library, KIEU).travels
    assert cancel(library, NAM, KIEU) == Refused(Refusal.HOLD_UNKNOWN, "Truyện Kiều")
    assert cancel(library, UNKNOWN_CARD, KIEU) == Refused(Refusal.PATRON_UNKNOWN)
    assert cancel(library, NAM, UNKNOWN_ITEM) == Refused(Refusal.ITEM_UNKNOWN)


def test_a_cancelled_hold_sends_a_stranger_home(library: SmallLibrary) -> None:
    reserve(library, NAM, KIEU, pickup_code=SCHOOL)
    take_back(library, KIEU)
    on_the_way = cancel(library, NAM, KIEU)
    home = take_back(library, KIEU)
    reserve(library, MAI, KIEU, pickup_code=SCHOOL)
    take_back(library, KIEU)
    take_back(library, KIEU, library.school)

    cancel(library, MAI, KIEU)

    assert isinstance(on_the_way, HoldStanding)
    assert home.route is Route.SHELF
    seen = look_at(library, KIEU)
    assert (seen.place_code, seen.travels, seen.kept_as) == (SCHOOL, True, None)


def test_a_book_on_the_road_goes_on_to_the_next_who_waits(library: SmallLibrary) -> None:
    reserve(library, NAM, KIEU, pickup_code=SCHOOL)
    library.clock.advance(timedelta(hours=1))
    reserve(library, MAI, KIEU)
    take_back(library, KIEU)

    cancel(library, NAM, KIEU)

    assert stages(library) == [HoldStage.CANCELLED, HoldStage.IN_TRANSIT]
    assert take_back(library, KIEU, library.school).destination_code == HUB
    assert take_back(library, KIEU).route is Route.HOLD_HERE


def test_a_changed_pickup_place_moves_what_is_kept(library: SmallLibrary) -> None:
    reserve(library, NAM, KIEU)
    take_back(library, KIEU)

    moved = change(library, NAM, KIEU, pickup_code=SCHOOL)
    back_again = change(library, NAM, KIEU, pickup_code=HUB)
    unknown = change(library, NAM, KIEU, pickup_code="VN-XX")
    nobodys = change(library, MAI, KIEU, pickup_code=HUB)

    assert isinstance(moved, HoldStanding)
    assert (moved.stage, moved.pickup_code) == (HoldStage.IN_TRANSIT, SCHOOL)
    assert isinstance(back_again, HoldStanding)
    assert back_again.stage is HoldStage.IN_TRANSIT  # it may have left already; the next scan tells
    assert take_back(library, KIEU).route is Route.HOLD_HERE
    assert unknown == Refused(Refusal.PLACE_UNKNOWN, "Truyện Kiều")
    assert nobodys == Refused(Refusal.HOLD_UNKNOWN, "Truyện Kiều")


def test_a_changed_day_of_a_waiting_hold_stands(library: SmallLibrary) -> None:
    reserve(library, NAM, KIEU)

    changed = change(library, NAM, KIEU, until=date(2026, 9, 1))

    assert isinstance(changed, HoldStanding)
    assert (changed.until, changed.position) == (date(2026, 9, 1), 1)


def test_a_book_that_nobody_comes_for_goes_to_the_next(library: SmallLibrary) -> None:
    reserve(library, NAM, KIEU)
    library.clock.advance(timedelta(hours=1))
    reserve(library, CHILD, KIEU)
    take_back(library, KIEU)
    library.clock.advance(timedelta(days=6))
    last_day = expire(library)
    library.clock.advance(timedelta(days=1))

    ended = expire(library)

    assert (last_day, ended) == (0, 1)
    assert stages(library) == [HoldStage.EXPIRED, HoldStage.READY]
    assert look_at(library, KIEU).kept_until == date(2026, 8, 10)
    library.clock.advance(timedelta(days=14))
    assert expire(library) == 1
    assert isinstance(lend(library, MAI, KIEU), Lent)


def test_a_hold_that_has_run_out_counts_nowhere_before_it_is_tidied(library: SmallLibrary) -> None:
    reserve(library, NAM, KIEU)
    take_back(library, KIEU)
    library.clock.advance(timedelta(days=9))

    assert look_at(library, KIEU).kept_as is None
    assert account(library, NAM).holds == ()
    assert cancel(library, NAM, KIEU) == Refused(Refusal.HOLD_UNKNOWN, "Truyện Kiều")


def test_a_loan_lets_a_hold_run_out_and_asks_the_next(library: SmallLibrary) -> None:
    reserve(library, NAM, KIEU)
    library.clock.advance(timedelta(hours=1))
    reserve(library, CHILD, KIEU)
    take_back(library, KIEU)
    library.clock.advance(timedelta(days=7))

    first = lend(library, NAM, KIEU)

    assert first == Refused(Refusal.ITEM_RESERVED, "Truyện Kiều")
    assert stages(library) == [HoldStage.EXPIRED, HoldStage.READY]


def test_a_scan_after_the_last_day_ends_a_hold_for_which_nobody_came(library: SmallLibrary) -> None:
    reserve(library, NAM, KIEU)
    take_back(library, KIEU)
    library.clock.advance(timedelta(days=9))

    back = take_back(library, KIEU)

    assert back.route is Route.SHELF
    assert stages(library) == [HoldStage.EXPIRED]


def test_a_return_lets_a_hold_run_out_and_keeps_the_book_for_the_next(library: SmallLibrary) -> None:
    reserve(library, NAM, KIEU)
    take_back(library, KIEU)
    library.clock.advance(timedelta(days=9))
    reserved_again = reserve(library, NAM, KIEU)

    back = take_back(library, KIEU)

    assert isinstance(reserved_again, HoldStanding)
    assert back.route is Route.HOLD_HERE
    assert stages(library) == [HoldStage.EXPIRED, HoldStage.READY]


def test_who_does_not_want_to_wait_longer_is_passed_over(library: SmallLibrary) -> None:
    lend(library, MAI, KIEU)
    reserve(library, NAM, KIEU, until=date(2026, 7, 30))
    library.clock.advance(timedelta(days=3))

    waiting = look_at(library, KIEU).waiting
    back = take_back(library, KIEU)

    assert waiting == 0
    assert back.route is Route.SHELF
    assert expire(library) == 1
    assert stages(library) == [HoldStage.EXPIRED]


def test_a_renewal_is_refused_where_somebody_waits(library: SmallLibrary) -> None:
    lend(library, MAI, KIEU)
    lend(library, MAI, DE_MEN)
    reserve(library, NAM, KIEU)
    reserve(library, NAM, DE_MEN)

    with transaction(library.engine) as session:
        only_copy = library.desk.renew(session, library.hub, MAI, item_number=KIEU)
        another_stands_free = library.desk.renew(session, library.hub, MAI, item_number=DE_MEN)

    assert only_copy == Refused(Refusal.ITEM_RESERVED, "Truyện Kiều")
    assert isinstance(another_stands_free, Lent)


def test_a_damaged_book_is_kept_for_nobody_and_nobody_loses_the_place(library: SmallLibrary) -> None:
    reserve(library, NAM, KIEU)
    take_back(library, KIEU)
    lose(library, KIEU)

    seen = take_back(library, KIEU)
    lose(library, KIEU, CopyStatus.SHELF)
    mended = take_back(library, KIEU)

    assert (seen.route, mended.route) == (Route.STAFF, Route.HOLD_HERE)


def test_a_damaged_book_of_another_place_is_for_staff_too(library: SmallLibrary) -> None:
    assert take_back(library, DAMAGED, library.school).route is Route.STAFF
    assert take_back(library, SCHOOL_BOOK).route is Route.TRANSFER
    assert look_at(library, SCHOOL_BOOK).travels
    assert take_back(library, DICTIONARY).route is Route.SHELF


def test_an_undone_loan_gives_the_hold_back(library: SmallLibrary) -> None:
    reserve(library, NAM, KIEU)
    take_back(library, KIEU)
    lend(library, NAM, KIEU)

    with transaction(library.engine) as session:
        undone = library.desk.cancel_loan(session, library.hub, KIEU)

    assert isinstance(undone, TakenBack)
    assert undone.route is Route.HOLD_HERE
    assert stages(library) == [HoldStage.READY]
    assert lend(library, MAI, KIEU) == Refused(Refusal.ITEM_RESERVED, "Truyện Kiều")


def test_an_undone_loan_of_a_book_from_the_shelf_lets_the_hold_wait_on(library: SmallLibrary) -> None:
    reserve(library, NAM, KIEU)
    lend(library, NAM, KIEU)

    with transaction(library.engine) as session:
        library.desk.cancel_loan(session, library.hub, KIEU)

    assert stages(library) == [HoldStage.WAITING]


def test_an_undone_return_lets_whoever_it_was_kept_for_wait_on(library: SmallLibrary) -> None:
    lend(library, MAI, KIEU)
    reserve(library, NAM, KIEU)
    take_back(library, KIEU)

    with transaction(library.engine) as session:
        undone = library.desk.cancel_return(session, library.hub, MAI, KIEU)

    assert isinstance(undone, Lent)
    assert stages(library) == [HoldStage.WAITING]
    assert library.open_items(MAI) == [KIEU]
    assert take_back(library, KIEU).route is Route.HOLD_HERE


def test_a_book_is_not_kept_for_a_reader_to_whom_it_cannot_be_lent(library: SmallLibrary) -> None:
    library = library.with_rules(LoanRule(), LoanRule(category="child", item_type="book", place=SCHOOL, for_loan=False))
    reserve(library, CHILD, DE_MEN)
    change(library, CHILD, DE_MEN, pickup_code=SCHOOL)

    assert take_back(library, DE_MEN).route is Route.SHELF
