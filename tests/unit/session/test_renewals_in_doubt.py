"""Renewals whose answer was lost: the account is read anew, and tells whether they stand."""

from dataclasses import replace

import pytest

from kiosk.session.answers import (
    AccountRead,
    AccountUnread,
    RenewalUnknown,
)
from kiosk.session.effects import ReadAccount, RenewLoan
from kiosk.session.events import LibrarySystemBack, LibrarySystemLost
from kiosk.session.renewals import RenewalStatus
from kiosk.session.touches import ReadAgainTouched
from kiosk.session.values import Account, TransactionId
from tests.support.account_play import (
    LATER,
    V1,
    account,
    account_page,
    at_account,
    dues,
    own,
    renew,
    renewals,
    renewed,
    statuses,
)
from tests.support.session_play import MINH, Play, item


def test_after_a_lost_answer_the_account_is_read_anew_before_the_loan_may_be_asked_for_again() -> None:
    play = at_account(account(1))
    effects = play.tell(renew(1), RenewalUnknown(V1, item(1)))
    too_early = play.tell(renew(1))
    play.tell(AccountRead(V1, account(1)))
    found = statuses(play)
    again = play.tell(renew(1))

    assert effects == (ReadAccount(V1, MINH.patron_id),)
    assert too_early == ()
    assert found == [RenewalStatus.NOT_SENT]
    assert again == (RenewLoan(V1, TransactionId("v1-r2"), MINH.patron_id, item(1)),)


def test_an_account_that_is_read_anew_tells_that_the_renewal_stands() -> None:
    play = at_account(account(1))
    play.tell(renew(1), RenewalUnknown(V1, item(1)), AccountRead(V1, Account(loans=(replace(own(1), due=LATER),))))
    play.tell(renew(1))

    assert [(each.status, each.due) for each in account_page(play).visit.renewals] == [(RenewalStatus.RENEWED, LATER)]
    assert renewals(play) == [item(1)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (Account(loans=(own(1, dated=False),)), account(1)),
        (account(1), Account(loans=(own(1, dated=False),))),
        (account(1), Account(complete=False)),
    ],
)
def test_without_both_dates_nobody_can_say_and_it_is_not_asked_for_again(before: Account, after: Account) -> None:
    play = at_account(before)
    play.tell(renew(1), RenewalUnknown(V1, item(1)), AccountRead(V1, after), renew(1))

    assert statuses(play) == [RenewalStatus.UNKNOWN]
    assert renewals(play) == [item(1)]


def test_a_lost_answer_without_the_library_system_leaves_the_account_unread() -> None:
    play = at_account(account(1))
    play.tell(renew(1), LibrarySystemLost(), RenewalUnknown(V1, item(1)))
    unread = account_page(play).unread
    effects = play.tell(LibrarySystemBack())

    assert unread
    assert effects == (ReadAccount(V1, MINH.patron_id),)


def reading_with_a_renewal_under_way() -> Play:
    play = at_account(account(1, 2))
    play.tell(renew(1, 2), RenewalUnknown(V1, item(1)))
    assert account_page(play).reading
    return play


def test_an_account_that_may_be_older_than_a_lost_answer_is_read_once_more() -> None:
    play = reading_with_a_renewal_under_way()
    play.tell(RenewalUnknown(V1, item(2)))
    again = play.tell(AccountRead(V1, account(1, 2)))
    undecided = statuses(play)
    play.tell(AccountRead(V1, account(1, 2)))

    assert again == (ReadAccount(V1, MINH.patron_id),)
    assert undecided == [RenewalStatus.UNKNOWN] * 2
    assert statuses(play) == [RenewalStatus.NOT_SENT] * 2


def test_an_older_account_that_cannot_be_read_once_more_is_unread() -> None:
    play = reading_with_a_renewal_under_way()
    play.tell(RenewalUnknown(V1, item(2)), LibrarySystemLost(), AccountRead(V1, account(1, 2)))
    lost = account_page(play).unread
    play.tell(LibrarySystemBack(), AccountUnread(V1), ReadAgainTouched(), AccountRead(V1, account(1, 2)))

    assert lost
    assert statuses(play) == [RenewalStatus.NOT_SENT] * 2


def test_an_account_that_was_read_before_a_renewal_does_not_take_back_its_date() -> None:
    play = reading_with_a_renewal_under_way()
    play.tell(renewed(2), AccountRead(V1, account(1, 2)))

    assert dues(play) == [own(1).due, LATER]


def test_a_date_that_the_library_system_moved_further_is_shown() -> None:
    play = reading_with_a_renewal_under_way()
    further = own(2, days=99)
    play.tell(renewed(2), AccountRead(V1, Account(loans=(own(1), further))))

    assert dues(play) == [own(1).due, further.due]
