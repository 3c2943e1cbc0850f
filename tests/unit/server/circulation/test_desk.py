"""The desk lends, renews and takes back, and says no for one clear reason."""

from datetime import date, datetime, timedelta

import pytest

from library.lending.refusals import Refusal
from server.circulation.refusals import Refused
from server.circulation.values import Counter, ItemAccount, Lent, PatronAccount, PinCheck, TakenBack
from server.store.engine import transaction
from server.store.models import LoanEnd
from tests.support.small_library import (
    BLOCKED,
    CHILD,
    DAMAGED,
    DE_MEN,
    DICTIONARY,
    EXPIRED,
    KIEU,
    LENDABLE,
    LOST_CARD,
    MAI,
    NAM,
    NOON,
    SCHOOL_BOOK,
    TAT_DEN,
    UNKNOWN_CARD,
    UNKNOWN_ITEM,
    ZONE,
    SmallLibrary,
)

PIN = "2580"


def lend(
    library: SmallLibrary, card: str, item: str, *, at: Counter | None = None, renew_own: bool = False
) -> Lent | Refused:
    with transaction(library.engine) as session:
        return library.desk.lend(session, at or library.hub, card, item, renew_own=renew_own)


def take_back(library: SmallLibrary, item: str, at: Counter | None = None) -> TakenBack | Refused:
    with transaction(library.engine) as session:
        return library.desk.take_back(session, at or library.hub, item)


def renew(library: SmallLibrary, card: str, item: str | None, title: str | None = None) -> Lent | Refused:
    with transaction(library.engine) as session:
        return library.desk.renew(session, library.hub, card, item_number=item, title=title)


def account(library: SmallLibrary, card: str, pin: str | None = None) -> PatronAccount:
    with transaction(library.engine) as session:
        found = library.desk.patron(session, library.hub, card, pin)
    assert isinstance(found, PatronAccount)
    return found


def test_a_loan_stands_with_its_due_date(library: SmallLibrary) -> None:
    lent = lend(library, MAI, DE_MEN)

    # 14 days from Tuesday 28 July is 11 August, a holiday of the commune library.
    due = datetime(2026, 8, 12, 23, 59, 59, tzinfo=ZONE)
    (loan,) = library.loans()
    assert isinstance(lent, Lent)
    assert (lent.title, lent.due.at, lent.renewed) == ("Dế Mèn phiêu lưu ký", due, False)
    assert (loan.lent_at, loan.due_at, loan.due_day) == (NOON, due, date(2026, 8, 12))
    assert (loan.terminal_id, loan.place_id, loan.ended_at) == ("kiosk-hub", library.hub.place_id, None)


def test_rules_and_closed_days_are_those_of_the_place_and_the_reader(library: SmallLibrary) -> None:
    lent = lend(library, CHILD, SCHOOL_BOOK, at=library.school)

    assert isinstance(lent, Lent)
    assert lent.due.day == date(2026, 8, 4)


@pytest.mark.parametrize(
    ("card", "item", "refusal"),
    [
        (UNKNOWN_CARD, DE_MEN, Refusal.PATRON_UNKNOWN),
        ("", DE_MEN, Refusal.PATRON_UNKNOWN),
        (BLOCKED, DE_MEN, Refusal.PATRON_BLOCKED),
        (LOST_CARD, DE_MEN, Refusal.PATRON_BLOCKED),
        (EXPIRED, DE_MEN, Refusal.PATRON_EXPIRED),
        (MAI, UNKNOWN_ITEM, Refusal.ITEM_UNKNOWN),
        (MAI, DICTIONARY, Refusal.ITEM_NOT_FOR_LOAN),
        (MAI, DAMAGED, Refusal.ITEM_NOT_FOR_LOAN),
    ],
)
def test_what_may_not_be_lent_is_refused_and_nothing_is_written(
    library: SmallLibrary, card: str, item: str, refusal: Refusal
) -> None:
    answer = lend(library, card, item)

    assert isinstance(answer, Refused)
    assert answer.refusal is refusal
    assert library.loans() == []


def test_a_book_of_another_reader_is_refused_with_its_title(library: SmallLibrary) -> None:
    lend(library, MAI, DE_MEN)

    answer = lend(library, NAM, DE_MEN)

    assert answer == Refused(Refusal.ITEM_ON_LOAN, "Dế Mèn phiêu lưu ký")
    assert library.open_items(NAM) == []


def test_a_second_checkout_of_the_same_copy_is_refused(library: SmallLibrary) -> None:
    lend(library, MAI, DE_MEN)

    answer = lend(library, MAI, DE_MEN)

    assert answer == Refused(Refusal.ITEM_ON_LOAN_TO_SAME_PATRON, "Dế Mèn phiêu lưu ký")
    assert len(library.loans()) == 1


def test_a_second_checkout_renews_where_the_terminal_lets_it(library: SmallLibrary) -> None:
    lend(library, MAI, DE_MEN)
    library.clock.advance(timedelta(days=5))

    answers = [lend(library, MAI, DE_MEN, renew_own=True) for _ in range(2)]

    (loan,) = library.loans()
    assert isinstance(answers[0], Lent)
    assert answers[0].renewed
    assert answers[1] == Refused(Refusal.RENEWAL_LIMIT_REACHED, "Dế Mèn phiêu lưu ký")
    assert (loan.due_day, loan.renewals) == (date(2026, 8, 17), 1)


def test_the_limit_counts_open_loans_alone(library: SmallLibrary) -> None:
    lent = [lend(library, MAI, item) for item in LENDABLE]
    take_back(library, DE_MEN)

    again = lend(library, MAI, DE_MEN)

    assert isinstance(lent[4], Lent)
    assert lent[5] == Refused(Refusal.PATRON_LIMIT_REACHED, "Dế Mèn phiêu lưu ký")
    assert isinstance(again, Lent)
    assert len(library.open_items(MAI)) == 5


def test_a_child_has_a_limit_of_its_own(library: SmallLibrary) -> None:
    for item in (DE_MEN, TAT_DEN):
        lend(library, CHILD, item)

    answer = lend(library, CHILD, KIEU)

    assert isinstance(answer, Refused)
    assert answer.refusal is Refusal.PATRON_LIMIT_REACHED


def test_a_returned_book_is_at_home_and_may_be_lent_again(library: SmallLibrary) -> None:
    lend(library, MAI, DE_MEN)

    back = take_back(library, DE_MEN)
    again = lend(library, NAM, DE_MEN)

    first = library.loans()[0]
    assert isinstance(back, TakenBack)
    assert (back.title, back.was_on_loan, back.is_home) == ("Dế Mèn phiêu lưu ký", True, True)
    assert (first.ended_at, first.ended_as, first.ended_terminal_id) == (NOON, LoanEnd.RETURNED, "kiosk-hub")
    assert isinstance(again, Lent)


def test_a_book_may_be_brought_back_anywhere_and_twice(library: SmallLibrary) -> None:
    lend(library, MAI, DE_MEN)

    backs = [take_back(library, DE_MEN, library.school) for _ in range(2)]

    assert all(isinstance(back, TakenBack) for back in backs)
    assert [(back.was_on_loan, back.is_home) for back in backs if isinstance(back, TakenBack)] == [
        (True, False),
        (False, False),
    ]


def test_only_an_unknown_book_is_not_taken_back(library: SmallLibrary) -> None:
    answer = take_back(library, UNKNOWN_ITEM)

    assert answer == Refused(Refusal.ITEM_UNKNOWN)


def test_a_loan_may_be_renewed_by_its_item_or_its_title(library: SmallLibrary) -> None:
    for item in (DE_MEN, TAT_DEN):
        lend(library, MAI, item)
    library.clock.advance(timedelta(days=2))

    answers = [renew(library, MAI, DE_MEN), renew(library, MAI, None, "Tắt đèn"), renew(library, MAI, None, "Số đỏ")]

    assert [isinstance(answer, Lent) and answer.renewed for answer in answers] == [True, True, False]
    assert [loan.renewals for loan in library.loans()] == [1, 1]
    assert answers[2] == Refused(Refusal.ITEM_UNKNOWN)


@pytest.mark.parametrize(
    ("card", "item", "refusal"),
    [
        (NAM, DE_MEN, Refusal.ITEM_ON_LOAN),
        (NAM, TAT_DEN, Refusal.ITEM_NOT_ON_LOAN),
        (UNKNOWN_CARD, DE_MEN, Refusal.PATRON_UNKNOWN),
        (NAM, UNKNOWN_ITEM, Refusal.ITEM_UNKNOWN),
    ],
)
def test_nobody_renews_what_is_not_his(library: SmallLibrary, card: str, item: str, refusal: Refusal) -> None:
    lend(library, MAI, DE_MEN)

    answer = renew(library, card, item)

    assert isinstance(answer, Refused)
    assert answer.refusal is refusal


def test_a_loan_that_could_not_be_finished_is_undone_by_its_own_terminal(library: SmallLibrary) -> None:
    lend(library, MAI, DE_MEN)

    with transaction(library.engine) as session:
        elsewhere = library.desk.cancel_loan(session, library.school, DE_MEN)
        here = library.desk.cancel_loan(session, library.hub, DE_MEN)
        again = library.desk.cancel_loan(session, library.hub, DE_MEN)
        unknown = library.desk.cancel_loan(session, library.hub, UNKNOWN_ITEM)

    assert elsewhere == Refused(Refusal.OTHER, "Dế Mèn phiêu lưu ký")
    assert isinstance(here, TakenBack)
    assert isinstance(again, TakenBack)
    assert (here.was_on_loan, again.was_on_loan) == (True, False)
    assert unknown == Refused(Refusal.ITEM_UNKNOWN)
    assert [loan.ended_as for loan in library.loans()] == [LoanEnd.CANCELLED]


def test_a_return_may_be_undone_where_it_was_taken(library: SmallLibrary) -> None:
    lent = lend(library, MAI, DE_MEN)
    take_back(library, DE_MEN)

    with transaction(library.engine) as session:
        answers = [
            library.desk.cancel_return(session, library.hub, NAM, DE_MEN),
            library.desk.cancel_return(session, library.school, MAI, DE_MEN),
            library.desk.cancel_return(session, library.hub, UNKNOWN_CARD, DE_MEN),
            library.desk.cancel_return(session, library.hub, MAI, UNKNOWN_ITEM),
            library.desk.cancel_return(session, library.hub, MAI, DE_MEN),
            library.desk.cancel_return(session, library.hub, MAI, DE_MEN),
        ]

    assert [answer.refusal if isinstance(answer, Refused) else None for answer in answers] == [
        Refusal.OTHER,
        Refusal.OTHER,
        Refusal.PATRON_UNKNOWN,
        Refusal.ITEM_UNKNOWN,
        None,
        Refusal.OTHER,
    ]
    assert answers[4] == lent
    assert library.open_items(MAI) == [DE_MEN]


def test_an_account_shows_loans_oldest_first_and_which_are_late(library: SmallLibrary) -> None:
    lend(library, NAM, TAT_DEN)
    library.clock.advance(timedelta(days=10))
    lend(library, NAM, DE_MEN)
    library.clock.advance(timedelta(days=8))

    found = account(library, NAM)

    assert [(loan.item_number, loan.overdue) for loan in found.loans] == [(TAT_DEN, True), (DE_MEN, False)]
    assert (found.name, found.refusal, found.limits.loans, found.pin) == ("Trần Văn Nam", None, 5, PinCheck.NOT_GIVEN)


def test_a_loan_is_late_only_after_the_end_of_its_day(library: SmallLibrary) -> None:
    lend(library, NAM, TAT_DEN)
    library.clock.now = datetime(2026, 8, 12, 23, 59, 59, tzinfo=ZONE)
    on_the_day = account(library, NAM).loans[0].overdue
    library.clock.advance(timedelta(seconds=1))

    after_it = account(library, NAM).loans[0].overdue

    assert (on_the_day, after_it) == (False, True)


@pytest.mark.parametrize(
    ("card", "refusal"),
    [
        (MAI, None),
        (BLOCKED, Refusal.PATRON_BLOCKED),
        (LOST_CARD, Refusal.PATRON_BLOCKED),
        (EXPIRED, Refusal.PATRON_EXPIRED),
        (CHILD, None),
    ],
)
def test_an_account_says_why_a_card_is_no_good(library: SmallLibrary, card: str, refusal: Refusal | None) -> None:
    found = account(library, card)

    assert found.refusal is refusal
    assert found.card_lost == (card == LOST_CARD)


def test_a_wrong_pin_shows_nothing_of_an_account(library: SmallLibrary) -> None:
    lend(library, MAI, DE_MEN)

    right, wrong, empty, none_set = (
        account(library, MAI, PIN),
        account(library, MAI, "0000"),
        account(library, MAI, ""),
        account(library, NAM, PIN),
    )

    assert [found.pin for found in (right, wrong, empty, none_set)] == [
        PinCheck.RIGHT,
        PinCheck.WRONG,
        PinCheck.NOT_GIVEN,
        PinCheck.WRONG,
    ]
    assert (wrong.name, wrong.loans, wrong.refusal) == ("", (), Refusal.WRONG_PIN)
    assert len(right.loans) == len(empty.loans) == 1


def test_an_item_shows_when_it_is_due_and_not_who_has_it(library: SmallLibrary) -> None:
    lend(library, MAI, DE_MEN)

    with transaction(library.engine) as session:
        lent, standing, unknown = (
            library.desk.item(session, library.hub, number) for number in (DE_MEN, TAT_DEN, UNKNOWN_ITEM)
        )

    assert isinstance(lent, ItemAccount)
    assert isinstance(standing, ItemAccount)
    assert lent.due == datetime(2026, 8, 12, 23, 59, 59, tzinfo=ZONE)
    assert standing.due is None
    assert unknown == Refused(Refusal.ITEM_UNKNOWN)


def test_nothing_of_a_reader_shows_in_a_printed_account(library: SmallLibrary) -> None:
    lend(library, MAI, DE_MEN)

    printed = repr(account(library, MAI))

    assert MAI not in printed
    assert "Mai" not in printed
    assert DE_MEN not in printed
