"""The account page: it is read, shown in the order of urgency, and left by a touch, an item or time."""

from dataclasses import replace

import pytest

from kiosk.session.answers import AccountRead, AccountUnread
from kiosk.session.effects import LendItem, ReadAccount
from kiosk.session.events import (
    CardPresented,
    Event,
    ItemScanned,
    LabelRejected,
    LibrarySystemBack,
    LibrarySystemLost,
    NumberRead,
)
from kiosk.session.state import AskingPin, AtAccount, Borrowing, Idle, NoticeKind
from kiosk.session.touches import (
    CancelHoldTouched,
    CancelTouched,
    FinishTouched,
    LanguageTouched,
    LendLyingTouched,
    ReadAgainTouched,
    ScreenTouched,
    ServiceTouched,
    StartTouched,
)
from kiosk.session.values import Account, LabelFault, Language, PinStanding, Service, VisitId
from tests.support.account_play import (
    ANOTHER_CARD,
    LIMITS,
    PIN,
    RIGHT,
    V1,
    account,
    account_page,
    at_account,
    at_pin,
    hold,
    list_page,
    own,
    pin_page,
    typed,
)
from tests.support.session_play import MINH, Play, candidates, found, item, pad_of, uid

FREE = replace(LIMITS, pin_for=frozenset())
"""Those of a site that wants no PIN."""


def reads(play: Play) -> int:
    return sum(isinstance(effect, ReadAccount) for effect in play.ordered)


def test_the_account_is_read_on_entry() -> None:
    play = at_account()
    asked = account_page(play).reading
    play.tell(AccountRead(V1, account(1)))

    assert (asked, reads(play)) == (True, 1)
    assert account_page(play).visit.account == account(1)
    assert not account_page(play).reading


def test_overdue_loans_come_first_then_the_others_by_date_and_last_those_without_one() -> None:
    loans = (own(1, dated=False), own(2, days=3), own(3), own(4, days=-1, overdue=True), own(5, days=-9, overdue=True))
    shown = account_page(at_account(Account(loans=loans))).visit.account

    assert shown is not None
    assert [loan.item_id for loan in shown.loans] == [item(5), item(4), item(3), item(2), item(1)]


def test_an_account_that_was_not_told_is_read_again_by_a_touch() -> None:
    play = at_account()
    play.tell(AccountUnread(V1))
    unread = account_page(play).unread
    effects = play.tell(ReadAgainTouched())

    assert unread
    assert effects == (ReadAccount(V1, MINH.patron_id),)
    assert not account_page(play).unread


def test_an_account_that_is_there_or_is_being_read_is_not_read_again() -> None:
    play = at_account()
    play.tell(ReadAgainTouched(), AccountRead(V1, account()), ReadAgainTouched())

    assert reads(play) == 1


def test_an_unread_account_is_read_once_the_library_system_is_back() -> None:
    play = at_account()
    play.tell(LibrarySystemLost(), AccountUnread(V1))
    nothing = play.tell(ReadAgainTouched())
    said = account_page(play).notice
    effects = play.tell(LibrarySystemBack())

    assert nothing == ()
    assert said is not None
    assert said.kind is NoticeKind.NO_SERVICE
    assert effects == (ReadAccount(V1, MINH.patron_id),)


@pytest.mark.parametrize(
    "answer", [AccountRead(VisitId("v0"), account(9)), AccountUnread(VisitId("v0"))], ids=["read", "unread"]
)
def test_the_account_of_another_visit_is_not_taken(answer: Event) -> None:
    play = at_account()
    play.tell(answer)

    assert account_page(play).reading
    assert account_page(play).visit.account is None


def test_an_account_that_nobody_awaits_is_not_taken() -> None:
    play = at_account(account(1))
    play.tell(AccountRead(V1, account(2)), AccountUnread(V1))

    assert account_page(play).visit.account == account(1)
    assert not account_page(play).unread


def test_the_patron_is_led_out_after_a_warning() -> None:
    play = at_account(account(1))
    play.pass_time(LIMITS.idle_s)
    warned = account_page(play).warned_until
    play.pass_time(LIMITS.warning_s)

    assert warned is not None
    assert isinstance(play.state, Idle)
    assert len(play.reports) == 1


@pytest.mark.parametrize(
    "touch",
    [
        ScreenTouched(),
        LanguageTouched(Language.ENGLISH),
        StartTouched(),
        LendLyingTouched(),
        ReadAgainTouched(),
        CancelHoldTouched(item(9)),
        ServiceTouched(Service.ACCOUNT),
        CardPresented(VisitId("v3"), MINH.patron_id),
        LabelRejected(LabelFault.EMPTY),
    ],
)
def test_a_touch_or_the_own_card_is_a_sign_of_life(touch: Event) -> None:
    play = at_account(account(1))
    play.pass_time(LIMITS.idle_s)
    play.tell(touch)

    assert account_page(play).warned_until is None


def test_nobody_is_led_out_while_the_account_is_being_read() -> None:
    play = at_account()
    play.pass_time(300)

    assert account_page(play).warned_until is None


@pytest.mark.parametrize("touch", [FinishTouched(), CancelTouched()])
def test_a_touch_leads_home_and_nothing_of_the_account_is_left(touch: Event) -> None:
    play = at_account(account(1, holds=[2]))
    play.tell(touch)

    assert isinstance(play.state, Idle)
    assert len(play.reports) == 1


def test_an_account_that_is_told_after_the_visit_is_not_taken() -> None:
    play = at_account()
    play.tell(CancelTouched())
    at_home = play.state
    play.tell(AccountRead(V1, account(1)))

    assert play.state == at_home


@pytest.mark.parametrize("reading", [pad_of(1), ItemScanned(item(1))])
def test_an_item_presented_at_the_account_is_lent_at_once(reading: Event) -> None:
    play = at_account(account())
    effects = play.tell(reading)

    assert [effect.item_id for effect in effects if isinstance(effect, LendItem)] == [item(1)]
    assert [each.item_id for each in list_page(play).visit.entries] == [item(1)]


def test_a_number_read_at_the_account_is_asked_about_on_the_list() -> None:
    play = at_account(account())
    play.tell(NumberRead(candidates(1, 2)))

    assert len(list_page(play).visit.questions) == 1


def test_an_own_item_of_the_account_is_not_asked_for() -> None:
    play = at_account(account(1))
    effects = play.tell(pad_of(1))

    assert effects == ()
    assert isinstance(play.state, Borrowing)


def test_what_lay_there_before_begins_nothing() -> None:
    play = Play(FREE).open()
    play.tell(pad_of(1), StartTouched(Service.ACCOUNT))
    play.begin()
    play.tell(AccountRead(V1, account()), pad_of(), pad_of(1))

    assert isinstance(play.state, AtAccount)
    assert account_page(play).visit.lying == {uid(1)}


def test_lifting_an_item_stays_at_the_account() -> None:
    play = at_account(account())
    play.tell(ServiceTouched(Service.BORROW), pad_of(1))
    play.answer_all()
    play.tell(ServiceTouched(Service.ACCOUNT), pad_of())

    assert isinstance(play.state, AtAccount)


def test_the_answer_about_a_number_shows_the_list_where_it_becomes_an_item() -> None:
    play = at_account(account())
    play.tell(NumberRead(candidates(1, 2)), ServiceTouched(Service.ACCOUNT), found(candidates(3, 4), 3))
    foreign = play.state
    play.tell(found(candidates(1, 2), 1))

    assert isinstance(foreign, AtAccount)
    assert [each.item_id for each in list_page(play).visit.entries] == [item(1)]


def test_done_with_an_open_number_shows_the_list_and_says_so() -> None:
    play = at_account(account())
    play.tell(NumberRead(candidates(1, 2)), ServiceTouched(Service.ACCOUNT), FinishTouched())
    said = list_page(play).notice

    assert said is not None
    assert said.kind is NoticeKind.NUMBER_OPEN


@pytest.mark.parametrize("reading", [pad_of(1), ItemScanned(item(1))])
def test_a_kiosk_that_does_not_lend_lends_nothing_at_the_account(reading: Event) -> None:
    play = at_account(account(), replace(LIMITS, services=(Service.ACCOUNT,)))
    effects = play.tell(reading)

    assert effects == ()
    assert isinstance(play.state, AtAccount)


def test_an_item_asks_for_the_pin_where_lending_alone_wants_one() -> None:
    play = at_account(account(), replace(LIMITS, pin_for=frozenset({Service.BORROW})))
    play.tell(pad_of())
    lifted = play.state
    play.tell(pad_of(1))

    assert isinstance(lifted, AtAccount)
    assert pin_page(play).service is Service.BORROW
    assert pin_page(play).visit.lying == {uid(1)}


def test_a_touch_goes_to_lending_and_back() -> None:
    play = at_account(account())
    play.tell(ServiceTouched(Service.BORROW))
    lending = play.state
    play.tell(ServiceTouched(Service.ACCOUNT))

    assert isinstance(lending, Borrowing)
    assert isinstance(play.state, AtAccount)
    assert reads(play) == 2


@pytest.mark.parametrize("lost", [True, False], ids=["lost", "there"])
def test_a_service_that_cannot_be_had_is_said(lost: bool) -> None:  # noqa: FBT001 - a parameter of the test
    play = at_account(account())
    if lost:
        play.tell(LibrarySystemLost())
    play.tell(ServiceTouched(Service.BORROW if lost else Service.RETURN))
    said = account_page(play).notice

    assert said is not None
    assert said.kind is NoticeKind.NO_SERVICE


def test_items_of_the_visit_can_be_gone_back_to_without_the_library_system() -> None:
    play = at_account(account())
    play.tell(ItemScanned(item(1)))
    play.answer_all()
    play.tell(ServiceTouched(Service.ACCOUNT), LibrarySystemLost(), ServiceTouched(Service.BORROW))

    assert isinstance(play.state, Borrowing)


def test_another_card_hides_the_account_behind_the_pin_and_the_visit_ends_by_itself() -> None:
    play = at_account(account(1))
    play.tell(ANOTHER_CARD)
    hidden = pin_page(play)
    play.tell(ScreenTouched())
    still = play.state
    play.tell(ANOTHER_CARD)
    play.pass_time(LIMITS.warning_s)

    assert hidden.doubted
    assert hidden.visit.patron.pin is PinStanding.NOT_CHECKED
    assert isinstance(still, AskingPin)
    assert isinstance(play.state, Idle)


def test_the_patron_of_a_hidden_account_sees_it_again_by_the_pin() -> None:
    play = at_account(account(1))
    play.tell(ANOTHER_CARD, *typed(PIN), RIGHT)

    assert isinstance(play.state, AtAccount)


def test_without_a_pin_another_card_asks_whether_the_patron_is_there_and_lends_nothing() -> None:
    play = at_account(account(1), FREE)
    effects = play.tell(ANOTHER_CARD, pad_of(1), ItemScanned(item(2)), AccountUnread(V1))
    doubted = account_page(play)
    play.pass_time(LIMITS.warning_s)

    assert effects == ()
    assert doubted.doubted
    assert doubted.visit.entries == ()
    assert isinstance(play.state, Idle)


def test_an_account_of_nobody_cannot_be_opened_by_a_service_touch_at_the_pin() -> None:
    play = at_pin()
    play.tell(ServiceTouched(Service.ACCOUNT), CancelHoldTouched(hold(1).item_id))

    assert isinstance(play.state, AskingPin)
