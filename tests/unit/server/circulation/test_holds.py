"""Who waits for a book gets it in turn, wherever it comes back, and nobody else does meanwhile."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from library.lending.refusals import Refusal
from library.lending.rules import LoanRule
from server.circulation.refusals import Refused
from server.circulation.values import HoldStanding, Lent, Route
from server.store.account_models import Fee, FeeReason, HoldStage
from server.store.engine import transaction
from tests.support.hold_desk import (
    HUB,
    SCHOOL,
    account,
    cancel,
    lend,
    look_at,
    reserve,
    stages,
    take_back,
)
from tests.support.small_library import (
    BLOCKED,
    CHILD,
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
