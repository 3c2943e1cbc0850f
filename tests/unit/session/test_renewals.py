"""Renewals and cancelled holds: one by one, each with its answer, and none twice while nobody can say."""

from dataclasses import replace

import pytest

from kiosk.session.account_list import account_answered, renewal_lines
from kiosk.session.answers import (
    AccountRead,
    AccountUnread,
    HoldCancelled,
    HoldKept,
    LoanRenewed,
    RenewalRefused,
    RenewalUnknown,
)
from kiosk.session.effects import CancelHold, LineKind, ReadAccount, RenewLoan, SwitchAlarmOff
from kiosk.session.events import Event, LibrarySystemBack, LibrarySystemLost
from kiosk.session.renewals import CancellingStatus, RenewalStatus
from kiosk.session.state import Idle, NoticeKind, Settling
from kiosk.session.touches import CancelHoldTouched, CancelTouched, ReadAgainTouched, RenewTouched, ServiceTouched
from kiosk.session.values import Account, ItemId, Loan, Service, TransactionId, VisitId
from library.lending.refusals import Refusal
from tests.support.account_play import (
    ANOTHER_CARD,
    LATER,
    LIMITS,
    V1,
    account,
    account_page,
    at_account,
    list_page,
    own,
    pin_page,
    renewals,
)
from tests.support.session_play import MINH, Play, item, pad_of


def renew(*numbers: int) -> RenewTouched:
    return RenewTouched(tuple(map(item, numbers)))


def renewed(number: int) -> LoanRenewed:
    return LoanRenewed(V1, Loan(item(number), "", LATER, may_leave=True))


def statuses(play: Play) -> list[RenewalStatus]:
    return [renewal.status for renewal in account_page(play).visit.renewals]


def dues(play: Play) -> list[object]:
    told = account_page(play).visit.account
    assert told is not None
    return [loan.due for loan in told.loans]


def test_a_touch_asks_for_a_renewal() -> None:
    play = at_account(account(1, 2))
    effects = play.tell(renew(2))

    assert effects == (RenewLoan(V1, TransactionId("v1-r1"), MINH.patron_id, item(2)),)
    assert statuses(play) == [RenewalStatus.RENEWING]


def test_all_are_renewed_one_after_the_other() -> None:
    play = at_account(account(1, 2))
    first = play.tell(renew(1, 2))
    second = play.tell(renewed(1))
    play.tell(renewed(2))

    assert [type(effect) for effect in first] == [RenewLoan]
    assert second == (RenewLoan(V1, TransactionId("v1-r2"), MINH.patron_id, item(2)),)
    assert statuses(play) == [RenewalStatus.RENEWED] * 2


def test_a_renewed_loan_shows_its_new_date_and_is_not_overdue() -> None:
    play = at_account(Account(loans=(own(1, overdue=True), own(2))))
    play.tell(renew(1), renewed(1))
    told = account_page(play).visit.account

    assert told is not None
    assert told.loans == (replace(own(1), due=LATER), own(2))


def test_a_renewal_keeps_the_title_that_the_account_told() -> None:
    play = at_account(account(1))
    play.tell(renew(1), renewed(1))

    assert [(each.title, each.due) for each in account_page(play).visit.renewals] == [("Sách 1", LATER)]


def test_a_renewal_never_touches_the_alarm() -> None:
    play = at_account(account(1))
    play.tell(renew(1), renewed(1))
    play.answer_all()

    assert not [effect for effect in play.ordered if isinstance(effect, SwitchAlarmOff)]


def test_the_reason_of_each_refusal_is_kept() -> None:
    play = at_account(account(1))
    play.tell(renew(1), RenewalRefused(V1, item(1), Refusal.RENEWAL_LIMIT_REACHED, "No more"))
    refused = account_page(play).visit.renewals[0]

    assert (refused.status, refused.refusal) == (RenewalStatus.REFUSED, Refusal.RENEWAL_LIMIT_REACHED)
    assert refused.words == "No more"
    assert dues(play) == [own(1).due]


def test_a_refused_renewal_may_be_asked_for_again_by_another_transaction() -> None:
    play = at_account(account(1))
    play.tell(renew(1), RenewalRefused(V1, item(1), Refusal.ITEM_RESERVED))
    effects = play.tell(renew(1))

    assert effects == (RenewLoan(V1, TransactionId("v1-r2"), MINH.patron_id, item(1)),)
    assert account_page(play).visit.renewals[0].refusal is None


def test_a_loan_that_waits_is_being_renewed_or_is_renewed_is_not_asked_for_twice() -> None:
    play = at_account(account(1, 2))
    play.tell(renew(1, 2), renew(1, 2), renewed(1), renew(1), renewed(2), renew(1, 2))

    assert renewals(play) == [item(1), item(2)]


def test_what_is_not_on_loan_to_the_patron_is_not_renewed() -> None:
    play = at_account(account(1, holds=[2]))
    play.tell(renew(2, 3))

    assert renewals(play) == []


def test_before_the_account_is_read_nothing_is_renewed_and_no_hold_cancelled() -> None:
    play = at_account()
    effects = play.tell(renew(1), CancelHoldTouched(item(1)))

    assert effects == ()
    assert account_page(play).visit.renewals == ()


@pytest.mark.parametrize(
    "answer",
    [
        LoanRenewed(VisitId("v0"), Loan(item(1), "", LATER, may_leave=True)),
        RenewalRefused(VisitId("v0"), item(1), Refusal.OTHER),
        RenewalUnknown(VisitId("v0"), item(1)),
        renewed(2),
        RenewalRefused(V1, item(2), Refusal.OTHER),
        RenewalUnknown(V1, item(2)),
    ],
)
def test_an_answer_of_another_visit_or_about_another_loan_changes_nothing(answer: Event) -> None:
    play = at_account(account(1, 2))
    play.tell(renew(1))
    before = account_page(play).visit
    play.tell(answer)

    assert account_page(play).visit == before


def test_a_repeated_answer_changes_nothing() -> None:
    play = at_account(account(1))
    play.tell(renew(1), renewed(1), RenewalRefused(V1, item(1), Refusal.OTHER), RenewalUnknown(V1, item(1)))

    assert statuses(play) == [RenewalStatus.RENEWED]


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


def test_a_renewal_without_a_date_shows_none() -> None:
    play = at_account(account(1))
    play.tell(renew(1), LoanRenewed(V1, Loan(item(1), "Mới", None, may_leave=False)))

    assert dues(play) == [None]
    assert account_page(play).visit.renewals[0].title == "Mới"


def test_renewals_that_wait_for_a_lost_library_system_are_given_up() -> None:
    play = at_account(account(1, 2))
    play.tell(renew(1, 2), LibrarySystemLost(), RenewalUnknown(V1, item(1)))
    waiting = statuses(play)
    play.pass_time(LIMITS.lost_wait_s)

    assert waiting == [RenewalStatus.UNKNOWN, RenewalStatus.WAITING]
    assert statuses(play) == [RenewalStatus.UNKNOWN, RenewalStatus.NOT_SENT]


def test_renewals_that_wait_are_asked_for_when_the_library_system_is_back_in_time() -> None:
    play = at_account(account(1))
    play.tell(LibrarySystemLost(), renew(1))
    play.pass_time(1)
    effects = play.tell(LibrarySystemBack())

    assert [type(effect) for effect in effects] == [RenewLoan]


def test_long_after_the_library_system_was_lost_a_renewal_is_given_up_at_once() -> None:
    play = at_account(account(1))
    play.tell(LibrarySystemLost())
    play.pass_time(LIMITS.lost_wait_s)
    play.tell(renew(1))

    assert statuses(play) == [RenewalStatus.NOT_SENT]


def test_nobody_is_led_out_while_a_renewal_is_under_way() -> None:
    play = at_account(account(1))
    play.tell(renew(1))
    play.pass_time(300)
    busy = account_page(play).warned_until
    play.tell(renewed(1))
    play.pass_time(LIMITS.idle_s)

    assert busy is None
    assert account_page(play).warned_until is not None


def test_cancel_awaits_the_renewal_under_way_and_drops_the_others() -> None:
    play = at_account(account(1, 2))
    play.tell(renew(1, 2), CancelTouched())
    settling = play.state
    play.answer_all()

    assert isinstance(settling, Settling)
    assert renewals(play) == [item(1)]
    assert play.pending == []


def test_an_answer_is_taken_behind_the_pin_after_another_card() -> None:
    play = at_account(account(1, 2))
    play.tell(renew(1, 2), ANOTHER_CARD, renewed(1))
    visit = pin_page(play).visit

    assert pin_page(play).doubted
    assert [each.status for each in visit.renewals] == [RenewalStatus.RENEWED, RenewalStatus.RENEWING]


def test_an_answer_is_taken_while_items_are_lent() -> None:
    play = at_account(account(1, 2))
    play.tell(renew(1, 2), pad_of(3), renewed(1))
    play.answer_all()

    assert [each.status for each in list_page(play).visit.renewals] == [RenewalStatus.RENEWED] * 2


def test_nobody_is_led_out_of_lending_while_a_renewal_is_under_way() -> None:
    play = at_account(account(1))
    play.tell(renew(1), ServiceTouched(Service.BORROW))
    play.pass_time(300)

    assert list_page(play).warned_until is None


def test_a_hold_is_cancelled_by_a_touch_once() -> None:
    play = at_account(account(holds=[1, 2]))
    effects = play.tell(CancelHoldTouched(item(2)))
    second = play.tell(CancelHoldTouched(item(1)))
    nothing = play.tell(CancelHoldTouched(item(1)), HoldCancelled(V1, item(1)), CancelHoldTouched(item(1)))

    assert effects == (CancelHold(V1, TransactionId("v1-h1"), MINH.patron_id, item(2)),)
    assert second == (CancelHold(V1, TransactionId("v1-h2"), MINH.patron_id, item(1)),)
    assert nothing == ()


def test_the_answer_about_a_hold_is_kept_with_its_words() -> None:
    play = at_account(account(holds=[1, 2]))
    play.tell(CancelHoldTouched(item(1)), CancelHoldTouched(item(2)))
    play.tell(HoldCancelled(V1, item(1)), HoldKept(V1, item(2), "On its way"), HoldKept(V1, item(1)))
    told = [(each.status, each.words) for each in account_page(play).visit.cancelled]

    assert told == [(CancellingStatus.CANCELLED, ""), (CancellingStatus.KEPT, "On its way")]


@pytest.mark.parametrize("answer", [HoldCancelled(VisitId("v0"), item(1)), HoldKept(VisitId("v0"), item(1))])
def test_the_answer_about_a_hold_of_another_visit_is_not_taken(answer: Event) -> None:
    play = at_account(account(holds=[1]))
    play.tell(CancelHoldTouched(item(1)), answer)

    assert [each.status for each in account_page(play).visit.cancelled] == [CancellingStatus.CANCELLING]


def test_what_is_not_on_hold_for_the_patron_is_not_cancelled() -> None:
    play = at_account(account(1))

    assert play.tell(CancelHoldTouched(item(1)), CancelHoldTouched(ItemId("x"))) == ()


def test_without_the_library_system_no_hold_is_cancelled_and_that_is_said() -> None:
    play = at_account(account(holds=[1]))
    effects = play.tell(LibrarySystemLost(), CancelHoldTouched(item(1)))
    said = account_page(play).notice

    assert effects == ()
    assert said is not None
    assert said.kind is NoticeKind.NO_SERVICE


def test_nobody_is_led_out_while_a_hold_is_being_cancelled() -> None:
    play = at_account(account(holds=[1]))
    play.tell(CancelHoldTouched(item(1)))
    play.pass_time(300)
    play.tell(CancelTouched())
    settling = play.state
    play.tell(HoldCancelled(V1, item(1)))

    assert isinstance(settling, Settling)
    assert isinstance(play.state, Idle)


def test_the_receipt_names_what_was_renewed_until_when() -> None:
    play = at_account(account(1, 2))
    play.tell(renew(1, 2), renewed(1), RenewalRefused(V1, item(2), Refusal.OTHER))
    lines = renewal_lines(account_page(play).visit)

    assert [(line.title, line.due, line.kind) for line in lines] == [("Sách 1", LATER, LineKind.RENEWED)]
    assert not lines[0].show_at_desk


def test_the_answer_is_kept_where_the_account_is_not_known() -> None:
    play = at_account(account(1))
    play.tell(renew(1))
    visit = account_answered(replace(account_page(play).visit, account=None), renewed(1), play.state.around)

    assert [each.status for each in visit.renewals] == [RenewalStatus.RENEWED]
    assert visit.account is None
