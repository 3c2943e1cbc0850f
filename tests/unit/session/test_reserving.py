"""A book that was found is kept for a patron: by card and PIN, once, with a way back, and without a trace."""

from dataclasses import replace
from datetime import date

import pytest

from kiosk.session.answers import (
    HoldCancelled,
    HoldKept,
    HoldPlaced,
    HoldRefused,
    HoldUnknown,
    IdentifyFailed,
    PatronAccepted,
)
from kiosk.session.diagram_hold import hold_walk
from kiosk.session.effects import CancelHold, IdentifyPatron, LendItem, PlaceHold, ReadAccount, VisitEnd
from kiosk.session.events import CardPresented, Event, ItemScanned, LabelRejected, LibrarySystemLost, PadChanged
from kiosk.session.hold_state import HoldStep, Reserving
from kiosk.session.hold_values import PlacedHold
from kiosk.session.leaving import way_out
from kiosk.session.limits import Limits
from kiosk.session.search_events import BookRead, BookTouched, CatalogueAnswered, CatalogueChanged, SearchTouched
from kiosk.session.search_state import Searching
from kiosk.session.search_values import BookDetails, Copies, Found
from kiosk.session.staff_events import StaffCardPresented
from kiosk.session.staff_values import StaffId
from kiosk.session.state import AskingPin, AtAccount, AwaitingCard, Borrowing, Identifying, Idle, NoticeKind
from kiosk.session.touches import (
    CancelTouched,
    DoneTouched,
    EnterTouched,
    HoldFeeTouched,
    HoldTouched,
    KeyTouched,
    ScreenTouched,
    ServiceTouched,
    StartTouched,
    TypeCardTouched,
    UndoHoldTouched,
)
from kiosk.session.values import LabelFault, Pad, PatronId, PinStanding, Service, TransactionId, VisitId
from library.lending.refusals import Refusal
from tests.support.search_play import HITS, LENT, SECRET
from tests.support.session_play import MINH, Play, item, pad_of

V1 = VisitId("v1")
COPY = item(9)
FIRST = PlacedHold(position=1, until=date(2026, 12, 24))
BY_CARD = Limits(pin_for=frozenset())


def found(limits: Limits = BY_CARD, book: BookDetails = LENT) -> Play:
    """Open the page of a book."""
    play = Play(limits).open()
    play.tell(CatalogueChanged(there=True), SearchTouched(), CatalogueAnswered(1, Found((book.hit,), 1)))
    play.tell(BookTouched(0), BookRead(2, book))
    return play


def asked(limits: Limits = BY_CARD) -> Play:
    """Show a card for the book, so that the library system is asked to keep it."""
    play = found(limits)
    play.tell(HoldTouched())
    return play.begin()


def page(play: Play) -> Reserving:
    """Give the page, which must be there."""
    assert isinstance(play.state, Reserving)
    return play.state


def test_whoever_wants_a_book_shows_a_card_and_the_library_system_is_asked_for_it_once() -> None:
    play = found()
    nothing = play.tell(HoldTouched())
    waiting = play.state
    play.begin()
    question = play.pending[-1]
    play.tell(HoldPlaced(V1, FIRST), HoldPlaced(V1, PlacedHold()), HoldUnknown(V1), HoldTouched())

    assert nothing == ()
    assert isinstance(waiting, AwaitingCard)
    assert waiting.service is Service.ACCOUNT
    assert question == PlaceHold(V1, TransactionId("v1-p1"), MINH.patron_id, COPY)
    assert (page(play).step, page(play).hold, play.pending) == (HoldStep.PLACED, FIRST, [])


def test_a_hold_needs_the_pin_where_the_account_needs_it() -> None:
    play = asked(Limits())
    before = play.state
    play.tell(KeyTouched("1"), EnterTouched(), PatronAccepted(V1, replace(MINH, pin=PinStanding.RIGHT)))

    assert isinstance(before, AskingPin)
    assert page(play).step is HoldStep.PLACING
    assert [type(effect) for effect in play.ordered if not hasattr(effect, "number")] == [
        IdentifyPatron,
        IdentifyPatron,
        PlaceHold,
    ]


def test_whoever_types_the_cards_number_proves_it_by_the_pin() -> None:
    play = found(Limits(pin_for=frozenset(), types_card=True))
    play.tell(HoldTouched(), TypeCardTouched(V1), KeyTouched("4"), EnterTouched())
    before = play.state
    play.tell(KeyTouched("1"), EnterTouched(), PatronAccepted(V1, replace(MINH, pin=PinStanding.RIGHT)))

    assert isinstance(before, AskingPin)
    assert isinstance(play.pending[-1], PlaceHold)


def test_after_a_card_that_was_not_identified_the_book_is_still_wanted() -> None:
    play = found()
    play.tell(HoldTouched(), CardPresented(V1, MINH.patron_id), IdentifyFailed(V1))
    play.begin("v2")

    assert page(play).wish.item_id == COPY


@pytest.mark.parametrize(
    "book",
    [
        replace(LENT, copy=None),
        replace(LENT, hit=replace(LENT.hit, here=Copies(2, 1))),
    ],
    ids=["no-number", "on-the-shelf"],
)
def test_what_nobody_can_wait_for_is_not_asked_for(book: BookDetails) -> None:
    play = found(book=book)
    play.tell(HoldTouched())

    assert isinstance(play.state, Searching)


def test_without_the_library_system_or_before_the_book_is_read_nobody_is_asked_for_a_card() -> None:
    play = found()
    play.tell(LibrarySystemLost(), HoldTouched())
    unread = Play(BY_CARD).open()
    unread.tell(CatalogueChanged(there=True), SearchTouched(), CatalogueAnswered(1, Found(HITS, 3)), BookTouched(0))
    unread.tell(HoldTouched())

    assert isinstance(play.state, Searching)
    assert isinstance(unread.state, Searching)


def test_whoever_goes_on_to_borrow_before_showing_a_card_does_not_want_the_book_any_more() -> None:
    play = found()
    play.tell(HoldTouched(), StartTouched(Service.BORROW))
    play.begin()

    assert isinstance(play.state, Borrowing)
    assert play.state.visit.wish is None


def test_whoever_borrows_without_the_pin_does_not_want_the_book_any_more() -> None:
    play = asked(Limits())
    play.tell(ServiceTouched(Service.BORROW))

    assert isinstance(play.state, Borrowing)
    assert play.state.visit.wish is None


def test_a_fee_is_asked_about_and_agreed_to_in_a_transaction_of_its_own() -> None:
    play = asked()
    play.tell(HoldRefused(V1, Refusal.FEE_NOT_ACKNOWLEDGED, "5.000 đồng"))
    fee = page(play)
    play.tell(HoldFeeTouched(agreed=True))
    question = play.pending[-1]
    play.tell(HoldRefused(V1, Refusal.FEE_NOT_ACKNOWLEDGED))

    assert (fee.step, fee.words) == (HoldStep.FEE_ASKED, "5.000 đồng")
    assert question == PlaceHold(V1, TransactionId("v1-p2"), MINH.patron_id, COPY, fee_agreed=True)
    assert page(play).step is HoldStep.REFUSED


def test_a_fee_that_is_not_agreed_to_ends_the_visit() -> None:
    play = asked()
    play.tell(HoldRefused(V1, Refusal.FEE_NOT_ACKNOWLEDGED), HoldFeeTouched(agreed=False))

    assert isinstance(play.state, Idle)
    assert [report.outcome.end for report in play.reports] == [VisitEnd.ABANDONED]


@pytest.mark.parametrize(
    ("answer", "end", "refused"),
    [
        (HoldPlaced(V1, FIRST), VisitEnd.DONE, ()),
        (HoldRefused(V1, Refusal.HOLD_EXISTS), VisitEnd.REFUSED, ((Refusal.HOLD_EXISTS, 1),)),
        (HoldUnknown(V1), VisitEnd.FAULT, ()),
    ],
    ids=["placed", "refused", "unknown"],
)
@pytest.mark.parametrize("touch", [DoneTouched(), CancelTouched()], ids=["done", "cancel"])
def test_the_report_says_what_became_of_it_and_nothing_of_it_is_left(
    answer: Event, end: VisitEnd, refused: tuple[tuple[Refusal, int], ...], touch: Event
) -> None:
    play = asked()
    play.tell(answer, touch)

    assert isinstance(play.state, Idle)
    assert [(report.outcome.end, report.outcome.refused) for report in play.reports] == [(end, refused)]
    assert SECRET not in f"{play.state!r}{play.reports!r}"
    assert COPY.text not in str(play.state)


def test_a_hold_is_undone_by_a_touch() -> None:
    play = asked()
    play.tell(HoldPlaced(V1, FIRST), UndoHoldTouched())
    question = play.pending[-1]
    play.tell(DoneTouched(), HoldCancelled(VisitId("v0"), COPY), HoldCancelled(V1, item(1)))
    waiting = page(play).step
    play.tell(HoldCancelled(V1, COPY), UndoHoldTouched())
    undone = page(play).step
    play.tell(DoneTouched())

    assert question == CancelHold(V1, TransactionId("v1-h1"), MINH.patron_id, COPY)
    assert (waiting, undone) == (HoldStep.UNDOING, HoldStep.UNDONE)
    assert play.reports[0].outcome.end is VisitEnd.ABANDONED


def test_a_hold_that_could_not_be_undone_stands() -> None:
    play = asked()
    play.tell(HoldPlaced(V1, FIRST), UndoHoldTouched(), HoldKept(V1, COPY))
    kept = page(play).step
    play.tell(DoneTouched())

    assert kept is HoldStep.KEPT
    assert play.reports[0].outcome.end is VisitEnd.DONE


def test_without_the_library_system_nothing_is_undone_and_no_account_is_opened() -> None:
    play = asked()
    play.tell(HoldPlaced(V1, FIRST), LibrarySystemLost(), UndoHoldTouched())
    told = page(play).notice
    play.pass_time(BY_CARD.message_s)
    gone = page(play).notice
    play.tell(ServiceTouched(Service.ACCOUNT))

    assert told is not None
    assert told.kind is NoticeKind.NO_SERVICE
    assert gone is None
    assert page(play).notice is not None
    assert play.pending == []


def test_from_there_the_account_is_opened_and_the_book_is_not_asked_for_again() -> None:
    play = asked()
    play.tell(HoldPlaced(V1, FIRST), ServiceTouched(Service.ACCOUNT))

    assert isinstance(play.state, AtAccount)
    assert [type(effect) for effect in play.pending] == [ReadAccount]


def test_while_the_answer_is_awaited_nothing_else_leads_on() -> None:
    play = asked()
    placing = play.state
    play.tell(ScreenTouched(), DoneTouched(), CancelTouched(), ItemScanned(item(1)), UndoHoldTouched())
    play.tell(CardPresented(VisitId("v2"), PatronId("other")))
    play.pass_time(500)

    assert replace(page(play), around=placing.around) == placing
    assert way_out(play.state) is None


@pytest.mark.parametrize("presented", [ItemScanned(item(1)), pad_of(1)], ids=["scanned", "laid"])
def test_a_book_that_is_presented_there_is_lent(presented: Event) -> None:
    play = asked()
    play.tell(HoldPlaced(V1, FIRST), PadChanged(Pad()))
    still = play.state
    play.tell(presented)

    assert isinstance(still, Reserving)
    assert isinstance(play.state, Borrowing)
    assert [type(effect) for effect in play.pending] == [LendItem]


def test_where_borrowing_needs_the_pin_a_book_that_is_presented_asks_for_it() -> None:
    play = asked(Limits(pin_for=frozenset({Service.BORROW})))
    play.tell(HoldPlaced(V1, FIRST), ItemScanned(item(1)))

    assert isinstance(play.state, AskingPin)


def test_where_nothing_is_lent_a_book_that_is_presented_is_told_so() -> None:
    play = asked(Limits(pin_for=frozenset(), services=(Service.ACCOUNT,)))
    play.tell(HoldPlaced(V1, FIRST), ItemScanned(item(1)))
    no_service = page(play).notice
    play.tell(LabelRejected(LabelFault.UNKNOWN_PATTERN))
    no_label = page(play).notice

    assert no_service is not None
    assert no_label is not None
    assert (no_service.kind, no_label.kind) == (NoticeKind.NO_SERVICE, NoticeKind.LABEL_REJECTED)


def test_another_card_ends_the_visit_and_begins_its_own() -> None:
    play = asked()
    play.tell(HoldPlaced(V1, FIRST), CardPresented(VisitId("v2"), PatronId("other")))

    assert isinstance(play.state, Identifying)
    assert play.state.wish is None
    assert [report.outcome.end for report in play.reports] == [VisitEnd.DONE]


def test_the_same_card_and_any_touch_keep_the_page() -> None:
    play = asked()
    play.tell(HoldPlaced(V1, FIRST))
    play.pass_time(BY_CARD.idle_s)
    warned = page(play).warned_until
    play.tell(CardPresented(V1, MINH.patron_id))
    awake = page(play).warned_until
    play.pass_time(BY_CARD.idle_s)
    play.tell(ScreenTouched(), KeyTouched("1"))

    assert warned is not None
    assert awake is None
    assert page(play).warned_until is None


def test_whoever_walks_away_is_asked_first_and_then_nothing_is_left() -> None:
    play = asked()
    play.tell(HoldPlaced(V1, FIRST))
    play.pass_time(BY_CARD.idle_s + BY_CARD.warning_s - 1)
    warned = page(play)
    play.pass_time(2)

    assert warned.warned_until is not None
    assert isinstance(play.state, Idle)
    assert len(play.reports) == 1


def test_when_the_kiosk_is_told_to_stop_whoever_has_the_answer_is_led_out() -> None:
    play = asked()
    play.tell(HoldPlaced(V1, FIRST))

    assert way_out(play.state) == DoneTouched()


def test_the_walk_of_the_diagram_leads_to_a_hold() -> None:
    play = Play(BY_CARD).open()
    seen = set()
    for event in hold_walk(V1, MINH, COPY):
        play.tell(event)
        seen.add(type(play.state))

    assert {Searching, AwaitingCard, Identifying, Reserving, AtAccount} <= seen


def test_staff_who_come_meanwhile_have_to_wait() -> None:
    play = asked()
    play.tell(HoldPlaced(V1, FIRST), StaffCardPresented(StaffId("S1")))
    said = page(play).notice

    assert said is not None
    assert said.kind is NoticeKind.STAFF_CARD
