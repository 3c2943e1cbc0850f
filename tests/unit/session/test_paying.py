"""Paying by bank over the account page: asked for once a touch, shown as long as a telephone takes, left any time."""

from dataclasses import replace
from decimal import Decimal

import pytest

from kiosk.blackbox.masking import Mask
from kiosk.blackbox.visit_codec import said
from kiosk.session.answers import AccountRead
from kiosk.session.effects import LendItem, ReadAccount
from kiosk.session.events import Event, ItemScanned, LibrarySystemLost
from kiosk.session.paying import SHOWN_S
from kiosk.session.paying_effects import BeginTransfer
from kiosk.session.paying_events import PayByBankTouched, PayingLeftTouched, TransferBegan, TransferNotBegun
from kiosk.session.paying_values import Paying, PayingStage
from kiosk.session.state import AskingPin, AtAccount, Borrowing, NoticeKind
from kiosk.session.touches import FinishTouched
from kiosk.session.values import Account, Money, VisitId
from tests.support.account_play import ANOTHER_CARD, V1, account_page, at_account
from tests.support.session_play import MINH, TRANSFER, Play, item

OWES = Account(owed=Money(Decimal(50_000), "VND"), by_bank=True)
TOUCH = PayByBankTouched()


def paying_of(play: Play) -> Paying | None:
    return account_page(play).paying


def shown() -> Play:
    play = at_account(OWES)
    play.tell(TOUCH, TransferBegan(V1, TRANSFER))
    return play


def test_a_touch_asks_once_and_the_code_is_shown_when_the_server_gave_it() -> None:
    play = at_account(OWES)
    asked, again = play.tell(TOUCH), play.tell(TOUCH)
    opening = paying_of(play)
    play.tell(TransferBegan(V1, TRANSFER))

    assert (asked, again) == ((BeginTransfer(V1, MINH.patron_id),), ())
    assert opening == Paying(PayingStage.OPENING)
    assert paying_of(play) == Paying(PayingStage.SHOWN, TRANSFER, account_page(play).around.now + SHOWN_S)


@pytest.mark.parametrize(
    "account",
    [
        replace(OWES, by_bank=False),
        replace(OWES, owed=None),
        replace(OWES, owed=Money(Decimal(0), "VND")),
        replace(OWES, owed=Money(Decimal("NaN"), "VND")),
    ],
)
def test_nobody_pays_by_bank_what_is_not_owed_or_not_taken_so(account: Account) -> None:
    play = at_account(account)
    effects = play.tell(TOUCH)
    notice = account_page(play).notice

    assert (effects, paying_of(play)) == ((), None)
    assert notice is not None
    assert notice.kind is NoticeKind.NO_SERVICE


@pytest.mark.parametrize("before", [at_account(), at_account(OWES)])
def test_nothing_is_asked_before_the_account_is_read_or_without_the_line(before: Play) -> None:
    effects = before.tell(LibrarySystemLost(), TOUCH)

    assert (effects, paying_of(before)) == ((), None)


def test_a_server_that_gives_none_is_said_and_the_account_is_there_again_after_a_touch() -> None:
    play = at_account(OWES)
    play.tell(TOUCH, TransferNotBegun(V1))
    failed = paying_of(play)
    effects = play.tell(PayingLeftTouched())

    assert failed == Paying(PayingStage.FAILED)
    assert effects == (ReadAccount(V1, MINH.patron_id),)
    assert paying_of(play) is None


def test_back_from_the_code_the_account_is_read_anew_and_paying_can_begin_again() -> None:
    play = shown()
    effects = play.tell(PayingLeftTouched())
    nothing = play.tell(PayingLeftTouched())
    play.tell(AccountRead(V1, OWES))

    assert (effects, nothing) == ((ReadAccount(V1, MINH.patron_id),), ())
    assert play.tell(TOUCH) == (BeginTransfer(V1, MINH.patron_id),)


@pytest.mark.parametrize(
    "answer",
    [TransferBegan(VisitId("v0"), TRANSFER), TransferNotBegun(VisitId("v0"))],
)
def test_another_visits_answer_changes_nothing(answer: Event) -> None:
    play = at_account(OWES)
    play.tell(TOUCH, answer)

    assert paying_of(play) == Paying(PayingStage.OPENING)


@pytest.mark.parametrize("late", [TransferBegan(V1, TRANSFER), TransferNotBegun(V1)])
def test_an_answer_that_nobody_waits_for_any_more_changes_nothing(late: Event) -> None:
    play = at_account(OWES)
    play.tell(TOUCH, PayingLeftTouched(), late)

    assert paying_of(play) is None


def test_nobody_is_asked_whether_they_are_there_while_a_telephone_reads_the_code() -> None:
    play = shown()
    play.pass_time(SHOWN_S - 1)
    quiet = account_page(play).warned_until
    play.pass_time(2)

    assert quiet is None
    assert account_page(play).warned_until is not None


def test_the_visit_ends_from_the_code_as_from_the_account() -> None:
    play = shown()
    play.tell(FinishTouched())

    assert not isinstance(play.state, AtAccount)


def test_an_item_or_another_card_puts_the_code_away() -> None:
    lending, hidden = shown(), shown()
    effects = lending.tell(ItemScanned(item(1)))
    hidden.tell(ANOTHER_CARD)

    assert any(isinstance(effect, LendItem) for effect in effects)
    assert isinstance(lending.state, Borrowing)
    assert isinstance(hidden.state, AskingPin)


def test_no_reference_is_in_the_black_box_by_which_a_patron_could_be_found() -> None:
    kept = said(Mask().masked(TransferBegan(V1, TRANSFER)))

    assert TRANSFER.reference not in kept
    assert TRANSFER.code not in kept
