"""Home, the card, and why it may be turned away."""

from dataclasses import replace

import pytest

from kiosk.session.answers import IdentifyFailed, PatronAccepted, PatronRefused
from kiosk.session.effects import IdentifyPatron, ReceiptEnd, VisitEnd
from kiosk.session.events import (
    CardPresented,
    DeviceBack,
    DeviceLost,
    Event,
    ItemScanned,
    LabelRejected,
    LibrarySystemBack,
    LibrarySystemLost,
    Ticked,
)
from kiosk.session.state import (
    AwaitingCard,
    Borrowing,
    Identifying,
    Idle,
    NoticeKind,
    OutOfOrder,
    State,
    TurnedAway,
)
from kiosk.session.touches import CancelTouched, DoneTouched, LanguageTouched, ScreenTouched, StartTouched
from kiosk.session.values import Device, LabelFault, Language, PadOddity, Service, VisitId
from library.lending.refusals import Refusal
from tests.support.session_play import LIMITS, MINH, Play, item, pad_of

CARD = CardPresented(VisitId("v1"), MINH.patron_id)
REFUSED = PatronRefused(VisitId("v1"), Refusal.PATRON_BLOCKED, "Hãy gặp thủ thư")


def notice_kind(state: State) -> NoticeKind | None:
    assert isinstance(state, Idle | AwaitingCard)
    return state.notice.kind if state.notice else None


def test_a_kiosk_that_has_heard_of_nothing_is_out_of_order() -> None:
    play = Play()

    assert isinstance(play.state, OutOfOrder)


def test_the_kiosk_opens_when_the_library_system_and_the_essential_devices_are_there() -> None:
    play = Play()
    play.tell(LibrarySystemBack(), DeviceBack(Device.PAD))
    before = play.state
    play.tell(DeviceBack(Device.SCANNER))

    assert isinstance(before, OutOfOrder)
    assert isinstance(play.state, Idle)


@pytest.mark.parametrize("loss", [LibrarySystemLost(), DeviceLost(Device.PAD), DeviceLost(Device.SCANNER)])
@pytest.mark.parametrize("events", [(), (StartTouched(),), (CARD, REFUSED)])
def test_what_is_essential_and_lost_closes_the_kiosk_and_its_return_opens_it(
    events: tuple[Event, ...], loss: Event
) -> None:
    play = Play().open()
    play.tell(*events, loss)
    closed = play.state
    play.tell(LibrarySystemBack(), DeviceBack(Device.PAD), DeviceBack(Device.SCANNER))

    assert isinstance(closed, OutOfOrder)
    assert isinstance(play.state, Idle)


def test_a_lost_printer_closes_nothing() -> None:
    play = Play().open()
    play.tell(DeviceLost(Device.PRINTER))

    assert isinstance(play.state, Idle)


def test_a_closed_kiosk_does_not_look_at_cards() -> None:
    play = Play()

    assert play.tell(CARD) == ()
    assert isinstance(play.state, OutOfOrder)


def test_the_library_system_is_lost_once_however_often_that_is_told() -> None:
    play = Play().open()
    play.tell(LibrarySystemLost())
    since = play.state.around.can_lend_since
    play.pass_time(2)
    play.tell(LibrarySystemLost())

    assert play.state.around.can_lend_since == since


@pytest.mark.parametrize("events", [(), (StartTouched(),), (CARD, REFUSED)])
def test_a_card_is_looked_up_at_once(events: tuple[Event, ...]) -> None:
    play = Play().open()
    play.tell(*events)
    effects = play.tell(replace(CARD, visit_id=VisitId("v2")))

    assert effects == (IdentifyPatron(VisitId("v2"), MINH.patron_id),)
    assert isinstance(play.state, Identifying)


def test_a_second_card_during_the_lookup_is_not_looked_up() -> None:
    play = Play().open()
    play.tell(CARD)

    assert play.tell(replace(CARD, visit_id=VisitId("v2"))) == ()


def test_a_touch_on_start_asks_for_a_card_and_time_brings_it_back() -> None:
    play = Play().open()
    play.tell(StartTouched())
    asked = play.state
    play.pass_time(44)
    still = play.state
    play.pass_time(1)

    assert isinstance(asked, AwaitingCard)
    assert isinstance(still, AwaitingCard)
    assert isinstance(play.state, Idle)


def test_a_touch_while_a_card_is_awaited_gives_more_time() -> None:
    play = Play().open()
    play.tell(StartTouched())
    play.pass_time(40)
    play.tell(ScreenTouched())
    play.pass_time(40)

    assert isinstance(play.state, AwaitingCard)


def test_cancel_while_a_card_is_awaited_leads_home() -> None:
    play = Play().open()
    play.tell(StartTouched(), CancelTouched())

    assert isinstance(play.state, Idle)


def test_another_service_touched_while_a_card_is_awaited_is_the_one_that_the_card_opens() -> None:
    play = Play(replace(LIMITS, services=(Service.BORROW, Service.ACCOUNT))).open()
    play.tell(StartTouched())
    play.pass_time(40)
    play.tell(StartTouched(Service.ACCOUNT))
    play.pass_time(40)

    assert isinstance(play.state, AwaitingCard)
    assert play.state.service is Service.ACCOUNT


def test_a_touch_on_return_that_brings_no_number_for_the_visit_begins_none() -> None:
    play = Play(replace(LIMITS, services=(Service.RETURN,))).open()
    effects = play.tell(StartTouched(Service.RETURN))

    assert (type(play.state), effects) == (Idle, ())


@pytest.mark.parametrize("events", [(), (StartTouched(),)])
@pytest.mark.parametrize(
    ("event", "kind"),
    [
        (ItemScanned(item(1)), NoticeKind.CARD_FIRST),
        (pad_of(1, 2), NoticeKind.CARD_FIRST),
        (pad_of(odd=[(9, PadOddity.FOREIGN)]), NoticeKind.ODD_TAG),
        (LabelRejected(LabelFault.EMPTY), NoticeKind.LABEL_REJECTED),
    ],
)
def test_without_a_card_an_item_brings_a_word_and_no_loan(
    events: tuple[Event, ...], event: Event, kind: NoticeKind
) -> None:
    play = Play().open()
    play.tell(*events)
    effects = play.tell(event)
    said = notice_kind(play.state)
    play.pass_time(8)

    assert effects == ()
    assert said is kind
    assert notice_kind(play.state) is None


@pytest.mark.parametrize("events", [(), (StartTouched(),)])
def test_items_that_only_leave_the_pad_bring_no_word(events: tuple[Event, ...]) -> None:
    play = Play()
    play.tell(pad_of(1, 2))
    play.open()
    play.tell(*events, pad_of(1))

    assert notice_kind(play.state) is None


def test_the_notice_goes_along_when_start_is_touched() -> None:
    play = Play().open()
    play.tell(ItemScanned(item(1)), StartTouched())

    assert notice_kind(play.state) is NoticeKind.CARD_FIRST


@pytest.mark.parametrize("events", [(), (StartTouched(),)])
def test_a_language_chosen_before_the_card_holds_for_the_visit_and_no_longer(events: tuple[Event, ...]) -> None:
    play = Play().open()
    play.tell(*events, LanguageTouched(Language.ENGLISH))
    play.begin()
    during = play.state.around.language
    play.tell(CancelTouched())

    assert during is Language.ENGLISH
    assert play.state.around.language is Language.VIETNAMESE


def test_a_language_chosen_at_home_goes_back_to_the_default_when_nobody_begins() -> None:
    play = Play().open()
    play.tell(LanguageTouched(Language.ENGLISH))
    play.pass_time(40)
    play.tell(ScreenTouched())
    play.pass_time(40)
    kept = play.state.around.language
    play.pass_time(6)

    assert kept is Language.ENGLISH
    assert play.state.around.language is Language.VIETNAMESE
    assert play.state == Idle(play.state.around)


def test_a_touch_at_home_alone_changes_nothing() -> None:
    play = Play().open()
    before = play.state
    play.tell(ScreenTouched())

    assert play.state == before


def test_an_accepted_patron_borrows() -> None:
    play = Play().open().begin()

    assert isinstance(play.state, Borrowing)
    assert play.state.visit.patron == MINH
    assert play.reports == []


def test_an_answer_about_another_visit_is_ignored() -> None:
    play = Play().open()
    play.tell(CARD, PatronAccepted(VisitId("v0"), MINH))

    assert isinstance(play.state, Identifying)


@pytest.mark.parametrize(
    "answer",
    [PatronAccepted(VisitId("v1"), MINH), REFUSED, IdentifyFailed(VisitId("v1"))],
    ids=lambda a: type(a).__name__,
)
def test_cancel_during_the_lookup_awaits_the_answer_and_leads_home(answer: Event) -> None:
    play = Play().open()
    play.tell(CARD, CancelTouched())
    play.pass_time(300)
    waiting = play.state
    play.tell(answer)

    assert isinstance(waiting, Identifying)
    assert isinstance(play.state, Idle)
    assert [report.outcome.end for report in play.reports] == [VisitEnd.ABANDONED]


def test_a_refused_card_is_reported_with_its_reason() -> None:
    play = Play().open()
    play.tell(CARD)
    play.pass_time(2)
    play.tell(REFUSED)
    (report,) = play.reports

    assert isinstance(play.state, TurnedAway)
    assert (play.state.refusal, play.state.words) == (Refusal.PATRON_BLOCKED, "Hãy gặp thủ thư")
    assert report.outcome.end is VisitEnd.REFUSED
    assert report.outcome.refused == ((Refusal.PATRON_BLOCKED, 1),)
    assert report.outcome.seconds == pytest.approx(2.0)
    assert report.outcome.receipt is ReceiptEnd.NOT_ASKED


@pytest.mark.parametrize("touch", [CancelTouched(), DoneTouched()])
def test_a_refusal_is_left_by_a_touch(touch: Event) -> None:
    play = Play().open()
    play.tell(CARD, REFUSED, touch)

    assert isinstance(play.state, Idle)
    assert len(play.reports) == 1


def test_a_refusal_goes_by_itself_and_a_touch_keeps_it_longer() -> None:
    play = Play().open()
    play.tell(CARD, REFUSED)
    play.pass_time(6)
    play.tell(ScreenTouched())
    play.pass_time(6)
    kept = play.state
    play.pass_time(2)

    assert isinstance(kept, TurnedAway)
    assert isinstance(play.state, Idle)


def test_no_answer_about_a_card_asks_for_it_again_and_is_reported_as_a_fault() -> None:
    play = Play().open()
    play.tell(CARD, IdentifyFailed(VisitId("v1")))

    assert notice_kind(play.state) is NoticeKind.NOT_IDENTIFIED
    assert [report.outcome.end for report in play.reports] == [VisitEnd.FAULT]


def test_no_answer_because_the_library_system_is_lost_closes_the_kiosk() -> None:
    play = Play().open()
    play.tell(CARD, LibrarySystemLost(), IdentifyFailed(VisitId("v1")))

    assert isinstance(play.state, OutOfOrder)
    assert len(play.reports) == 1


def test_time_never_goes_back() -> None:
    play = Play().open()
    play.tell(Ticked(200.0), Ticked(150.0))

    assert play.state.around.now == 200.0


def test_a_kiosk_without_a_pad_is_open_without_one() -> None:
    play = Play(replace(LIMITS, needs=(frozenset({Device.SCANNER}),)))
    play.tell(LibrarySystemBack(), DeviceBack(Device.SCANNER))

    assert isinstance(play.state, Idle)
