"""Somebody else's card in the middle of a visit: its own patron is asked, and nobody else's books go onto it."""

from kiosk.session.answers import LoanMade
from kiosk.session.effects import LendItem
from kiosk.session.events import CardPresented, Event, ItemScanned
from kiosk.session.state import Borrowing, Idle
from kiosk.session.touches import LendLyingTouched, ScreenTouched
from kiosk.session.values import PatronId, VisitId
from tests.support.session_play import MINH, Play, item, loan, pad_of, uid

OTHER: Event = CardPresented(VisitId("v2"), PatronId("SIM-READER-0002"))
V1 = VisitId("v1")


def asked_for(play: Play) -> list[str]:
    return [effect.item_id.text for effect in play.ordered if isinstance(effect, LendItem)]


def borrowing(play: Play) -> Borrowing:
    assert isinstance(play.state, Borrowing)
    return play.state


def test_the_patron_is_asked_at_once_and_the_visit_ends_by_itself() -> None:
    play = Play().open().begin()
    play.tell(OTHER)
    warned = borrowing(play).warned_until
    play.pass_time(21)

    assert warned is not None
    assert isinstance(play.state, Idle)
    assert len(play.reports) == 1


def test_what_is_laid_down_after_it_is_not_lent_without_a_touch() -> None:
    play = Play().open().begin()
    play.tell(OTHER, pad_of(1))
    before = asked_for(play)
    lying = borrowing(play).visit.lying
    play.tell(ScreenTouched(), LendLyingTouched())

    assert before == []
    assert lying == {uid(1)}
    assert asked_for(play) == [item(1).text]


def test_a_label_scanned_after_it_is_not_lent() -> None:
    play = Play().open().begin()
    play.tell(OTHER, ItemScanned(item(1)))

    assert asked_for(play) == []


def test_neither_books_nor_an_answer_keep_the_visit_alive_after_it() -> None:
    play = Play().open().begin()
    play.tell(pad_of(1), OTHER, pad_of(1, 2), LoanMade(V1, loan(1)))

    assert borrowing(play).doubted
    assert borrowing(play).warned_until is not None


def test_a_touch_goes_on_as_before() -> None:
    play = Play().open().begin()
    play.tell(OTHER, ScreenTouched(), pad_of(1))

    assert borrowing(play).warned_until is None
    assert asked_for(play) == [item(1).text]


def test_the_patrons_own_card_goes_on_as_before() -> None:
    play = Play().open().begin()
    play.tell(OTHER, CardPresented(VisitId("v3"), MINH.patron_id), pad_of(1))

    assert asked_for(play) == [item(1).text]
