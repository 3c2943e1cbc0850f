"""Who waits for a book gets it in turn, wherever it comes back, and nobody else does meanwhile."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from library.lending.refusals import Refusal
from library.lending.rules import LoanRule
from server.circulation.refusals import Refused
from server.circulation.reserving import HoldWish
from server.circulation.values import Counter, HoldStanding, ItemAccount, Lent, PatronAccount, Route, TakenBack
from server.store.account_models import Fee, FeeReason, Hold, HoldStage
from server.store.engine import transaction
from server.store.models import Copy, CopyStatus
from tests.support.small_library import (
    BLOCKED,
    CHILD,
    DAMAGED,
    DE_MEN,
    DICTIONARY,
    EXPIRED,
    KIEU,
    LAO_HAC,
    MAI,
    NAM,
    SCHOOL_BOOK,
    SO_DO,
    UNKNOWN_CARD,
    UNKNOWN_ITEM,
    SmallLibrary,
)

HUB, SCHOOL = "VN-QN", "VN-QN-TH1"


def lend(library: SmallLibrary, card: str, item: str, at: Counter | None = None) -> Lent | Refused:
    with transaction(library.engine) as session:
        return library.desk.lend(session, at or library.hub, card, item, renew_own=False)


def take_back(library: SmallLibrary, item: str, at: Counter | None = None) -> TakenBack:
    with transaction(library.engine) as session:
        back = library.desk.take_back(session, at or library.hub, item)
    assert isinstance(back, TakenBack)
    return back


def reserve(library: SmallLibrary, card: str, item: str | None = None, **wish: object) -> HoldStanding | Refused:
    with transaction(library.engine) as session:
        asked = replace(HoldWish(item_number=item), **wish)  # type: ignore[arg-type] # the wish's own fields
        return library.desk.reservations.place(session, library.hub, card, asked)


def cancel(library: SmallLibrary, card: str, item: str) -> HoldStanding | Refused:
    with transaction(library.engine) as session:
        return library.desk.reservations.cancel(session, library.hub, card, HoldWish(item_number=item))


def change(library: SmallLibrary, card: str, item: str, **wish: object) -> HoldStanding | Refused:
    with transaction(library.engine) as session:
        asked = replace(HoldWish(item_number=item), **wish)  # type: ignore[arg-type] # the wish's own fields
        return library.desk.reservations.change(session, library.hub, card, asked)


def stages(library: SmallLibrary) -> list[HoldStage]:
    with transaction(library.engine) as session:
        return list(session.scalars(select(Hold.stage).order_by(Hold.id)))


def look_at(library: SmallLibrary, item: str) -> ItemAccount:
    with transaction(library.engine) as session:
        found = library.desk.item(session, library.hub, item)
    assert isinstance(found, ItemAccount)
    return found


def account(library: SmallLibrary, card: str) -> PatronAccount:
    with transaction(library.engine) as session:
        found = library.desk.patron(session, library.hub, card)
    assert isinstance(found, PatronAccount)
    return found


def lose(library: SmallLibrary, item: str, status: CopyStatus = CopyStatus.DAMAGED) -> None:
    with transaction(library.engine) as session:
        session.scalars(select(Copy).where(Copy.item_number == item)).one().status = status


def test_a_hold_waits_at_the_end_of_the_queue(library: SmallLibrary) -> None:
    lend(library, MAI, KIEU)

    first = reserve(library, NAM, KIEU)
    library.clock.advance(timedelta(hours=1))
    second = reserve(library, CHILD, KIEU)

    assert isinstance(first, HoldStanding)
    assert isinstance(second, HoldStanding)
    assert (first.position, second.position) == (1, 2)
    assert (first.title, first.stage, first.pickup_code) == ("Truyện Kiều", HoldStage.WAITING, HUB)
    assert look_at(library, KIEU).waiting == 2


@pytest.mark.parametrize(
    ("card", "item", "refusal"),
    [
        (UNKNOWN_CARD, KIEU, Refusal.PATRON_UNKNOWN),
        (BLOCKED, KIEU, Refusal.PATRON_BLOCKED),
        (EXPIRED, KIEU, Refusal.PATRON_EXPIRED),
        (NAM, UNKNOWN_ITEM, Refusal.ITEM_UNKNOWN),
        (NAM, DICTIONARY, Refusal.ITEM_NOT_FOR_LOAN),
        (MAI, KIEU, Refusal.ITEM_ON_LOAN_TO_SAME_PATRON),
        (CHILD, KIEU, Refusal.HOLD_EXISTS),
    ],
)
def test_what_cannot_be_reserved_is_refused(library: SmallLibrary, card: str, item: str, refusal: Refusal) -> None:
    lend(library, MAI, KIEU)
    reserve(library, CHILD, KIEU)

    answer = reserve(library, card, item)

    assert isinstance(answer, Refused)
    assert answer.refusal is refusal
    assert len(stages(library)) == 1


def test_another_copy_of_what_one_has_on_loan_is_not_reserved_either(library: SmallLibrary) -> None:
    lend(library, MAI, DE_MEN)

    answer = reserve(library, MAI, SCHOOL_BOOK)

    assert answer == Refused(Refusal.ITEM_ON_LOAN_TO_SAME_PATRON, "Dế Mèn phiêu lưu ký")


def test_only_so_many_books_are_reserved(library: SmallLibrary) -> None:
    library = library.with_rules(LoanRule(max_holds=2))

    answers = [reserve(library, MAI, item) for item in (KIEU, SO_DO, LAO_HAC)]

    assert answers[2] == Refused(Refusal.HOLD_LIMIT_REACHED, "Lão Hạc")
    assert len(stages(library)) == 2


def test_a_place_that_the_library_does_not_have_is_refused(library: SmallLibrary) -> None:
    answer = reserve(library, MAI, KIEU, pickup_code="VN-XX")

    assert answer == Refused(Refusal.PLACE_UNKNOWN, "Truyện Kiều")


def test_a_hold_by_title_waits_for_the_record(library: SmallLibrary) -> None:
    found = reserve(library, MAI, None, title="Truyện Kiều")
    unknown = reserve(library, MAI, None, title="Không có sách này")
    nothing = reserve(library, MAI)

    assert isinstance(found, HoldStanding)
    assert (found.title, found.item_number) == ("Truyện Kiều", None)
    assert unknown == nothing == Refused(Refusal.ITEM_UNKNOWN)


def test_a_hold_that_costs_is_placed_when_the_fee_is_acknowledged(library: SmallLibrary) -> None:
    library = library.with_rules(LoanRule(hold_fee=2000))

    asked = reserve(library, MAI, KIEU)
    placed = reserve(library, MAI, KIEU, fee_acknowledged=True)

    assert asked == Refused(Refusal.FEE_NOT_ACKNOWLEDGED, "Truyện Kiều", 2000)
    assert isinstance(placed, HoldStanding)
    with transaction(library.engine) as session:
        (fee,) = session.scalars(select(Fee))
        assert (fee.reason, fee.amount, fee.owed) == (FeeReason.HOLD, 2000, 2000)


def test_a_book_that_comes_back_is_kept_for_the_first_who_waits(library: SmallLibrary) -> None:
    lend(library, MAI, KIEU)
    reserve(library, NAM, KIEU)
    library.clock.advance(timedelta(hours=1))
    reserve(library, CHILD, KIEU)

    back = take_back(library, KIEU)

    assert (back.route, back.destination_code, back.was_on_loan) == (Route.HOLD_HERE, HUB, True)
    assert stages(library) == [HoldStage.READY, HoldStage.WAITING]
    seen = look_at(library, KIEU)
    # Five days after Tuesday 28 July is Sunday 2 August, on which the hub is closed.
    assert (seen.kept_as, seen.kept_until, seen.waiting) == (HoldStage.READY, date(2026, 8, 3), 1)
    assert [(hold.item_number, hold.ready) for hold in account(library, NAM).holds] == [(KIEU, True)]
    assert [(hold.item_number, hold.ready) for hold in account(library, CHILD).holds] == [(KIEU, False)]


def test_a_book_kept_for_one_is_lent_to_nobody_else(library: SmallLibrary) -> None:
    reserve(library, NAM, KIEU)
    take_back(library, KIEU)

    other = lend(library, MAI, KIEU)
    own = lend(library, NAM, KIEU)

    assert other == Refused(Refusal.ITEM_RESERVED, "Truyện Kiều")
    assert isinstance(own, Lent)
    assert stages(library) == [HoldStage.FULFILLED]
    assert library.open_items(NAM) == [KIEU]


def test_the_last_copy_on_the_shelf_is_left_to_those_who_wait(library: SmallLibrary) -> None:
    reserve(library, NAM, DE_MEN)  # two copies stand free

    first = lend(library, MAI, DE_MEN)
    second = lend(library, CHILD, SCHOOL_BOOK)

    assert isinstance(first, Lent)
    assert second == Refused(Refusal.ITEM_RESERVED, "Dế Mèn phiêu lưu ký")


def test_who_comes_later_in_the_queue_does_not_overtake_at_the_shelf(library: SmallLibrary) -> None:
    reserve(library, NAM, KIEU)
    library.clock.advance(timedelta(hours=1))
    reserve(library, MAI, KIEU)

    overtaking = lend(library, MAI, KIEU)
    first = lend(library, NAM, KIEU)

    assert overtaking == Refused(Refusal.ITEM_RESERVED, "Truyện Kiều")
    assert isinstance(first, Lent)
    assert stages(library) == [HoldStage.FULFILLED, HoldStage.WAITING]


def test_a_copy_in_particular_is_waited_for_and_no_other_is_kept(library: SmallLibrary) -> None:
    lend(library, MAI, DE_MEN)
    standing = reserve(library, NAM, DE_MEN, this_copy_alone=True)

    other_copy = take_back(library, SCHOOL_BOOK, library.school)
    other_reader = lend(library, CHILD, SCHOOL_BOOK, library.school)
    back = take_back(library, DE_MEN)

    assert isinstance(standing, HoldStanding)
    assert standing.item_number == DE_MEN
    assert other_copy.route is Route.SHELF
    assert isinstance(other_reader, Lent)
    assert back.route is Route.HOLD_HERE


def test_a_copy_in_particular_on_the_shelf_is_left_to_who_waits_for_it(library: SmallLibrary) -> None:
    reserve(library, NAM, DE_MEN, this_copy_alone=True)

    this, other = lend(library, MAI, DE_MEN), lend(library, CHILD, SCHOOL_BOOK)

    assert this == Refused(Refusal.ITEM_RESERVED, "Dế Mèn phiêu lưu ký")
    assert isinstance(other, Lent)


def test_a_book_that_comes_back_elsewhere_travels_to_who_waits(library: SmallLibrary) -> None:
    lend(library, MAI, KIEU)
    reserve(library, NAM, KIEU, pickup_code=SCHOOL)

    sent = take_back(library, KIEU)
    on_the_way = look_at(library, KIEU)
    others = lend(library, MAI, KIEU)
    arrived = take_back(library, KIEU, library.school)
    again = take_back(library, KIEU, library.school)

    assert (sent.route, sent.destination_code) == (Route.HOLD_ELSEWHERE, SCHOOL)
    assert (on_the_way.kept_as, on_the_way.travels, on_the_way.place_code) == (HoldStage.IN_TRANSIT, True, HUB)
    assert others == Refused(Refusal.ITEM_RESERVED, "Truyện Kiều")
    assert (arrived.route, arrived.destination_code, arrived.is_home) == (Route.HOLD_HERE, SCHOOL, False)
    assert again == arrived
    assert stages(library) == [HoldStage.READY]


def test_a_ready_book_that_is_carried_elsewhere_is_sent_back(library: SmallLibrary) -> None:
    reserve(library, NAM, KIEU)
    take_back(library, KIEU)

    stray = take_back(library, KIEU, library.school)

    assert (stray.route, stray.destination_code) == (Route.HOLD_ELSEWHERE, HUB)
    assert stages(library) == [HoldStage.IN_TRANSIT]


def test_a_reader_may_take_the_own_book_from_the_van(library: SmallLibrary) -> None:
    reserve(library, NAM, KIEU, pickup_code=SCHOOL)
    take_back(library, KIEU)

    lent = lend(library, NAM, KIEU)

    assert isinstance(lent, Lent)
    assert stages(library) == [HoldStage.FULFILLED]
    assert not look_at(library, KIEU).travels


def test_taking_another_copy_frees_the_one_that_was_kept(library: SmallLibrary) -> None:
    lend(library, MAI, DE_MEN)
    reserve(library, NAM, DE_MEN)
    library.clock.advance(timedelta(hours=1))
    reserve(library, CHILD, DE_MEN)
    take_back(library, DE_MEN)

    lent = lend(library, NAM, SCHOOL_BOOK, library.school)

    assert lent == Refused(Refusal.ITEM_RESERVED, "Dế Mèn phiêu lưu ký")  # the child waits for it
    cancel(library, CHILD, DE_MEN)
    lent = lend(library, NAM, SCHOOL_BOOK, library.school)
    assert isinstance(lent, Lent)
    assert stages(library) == [HoldStage.FULFILLED, HoldStage.CANCELLED]
    assert look_at(library, DE_MEN).kept_as is None
    assert isinstance(lend(library, MAI, DE_MEN), Lent)


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


def expire(library: SmallLibrary) -> int:
    with transaction(library.engine) as session:
        return library.desk.queue.expire(session)


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
