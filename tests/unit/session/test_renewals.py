"""Renewals: one by one, each with its answer, and none twice."""

from dataclasses import replace

import pytest

from kiosk.session.account_list import account_answered, renewal_lines
from kiosk.session.answers import (
    LoanRenewed,
    RenewalRefused,
    RenewalUnknown,
)
from kiosk.session.effects import LineKind, RenewLoan, SwitchAlarmOff
from kiosk.session.events import Event, LibrarySystemBack, LibrarySystemLost
from kiosk.session.renewals import RenewalStatus
from kiosk.session.state import Settling
from kiosk.session.touches import CancelHoldTouched, CancelTouched, ServiceTouched
from kiosk.session.values import Account, Loan, Service, TransactionId, VisitId
from library.lending.refusals import Refusal
from tests.support.account_play import (
    ANOTHER_CARD,
    LATER,
    LIMITS,
    V1,
    account,
    account_page,
    at_account,
    dues,
    list_page,
    own,
    pin_page,
    renew,
    renewals,
    renewed,
    statuses,
)
from tests.support.session_play import MINH, item, pad_of


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
