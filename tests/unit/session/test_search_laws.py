"""Random histories of a search among cards, staff, hours and answers that come late or twice."""

from hypothesis import given
from hypothesis import strategies as st

from kiosk.session.effects import LendItem, LendItemOffline, SwitchAlarmOff, SwitchAlarmOn, TakeBackItem
from kiosk.session.events import CardPresented, Event, ItemScanned, LibrarySystemBack, LibrarySystemLost, Ticked
from kiosk.session.search_effects import AskCatalogue, CountBooks, ReadBook
from kiosk.session.search_events import (
    AsTypedTouched,
    BackTouched,
    BookRead,
    BooksCounted,
    BookTouched,
    BrowseTouched,
    CatalogueAnswered,
    CatalogueChanged,
    CatalogueSilent,
    ChoicesTouched,
    IsbnScanned,
    LetterTouched,
    NarrowTouched,
    ResultsTouched,
    SearchTouched,
    TurnTouched,
    TypingTouched,
    WidenTouched,
)
from kiosk.session.search_state import Searching
from kiosk.session.search_values import BookDetails, Choice, Narrowing, Wanted
from kiosk.session.searching import LONGEST_TYPED, ROWS
from kiosk.session.staff_events import HoursChanged, ServiceKeyTurned
from kiosk.session.touches import CancelTouched, DoneTouched, EraseTouched, ScreenTouched, StartTouched
from kiosk.session.values import PatronId, VisitId
from library.catalogue.asking import Facet
from tests.support.search_play import FOUND, HITS, SECRET, search_play
from tests.support.session_moves import strings
from tests.support.session_play import item, pad_of

HERE = Narrowing(Facet.PLACE, "VN-QN")
_TOUCHES: tuple[Event, ...] = (
    *[SearchTouched()] * 4,
    *map(LetterTouched, ("a", "d", "s", "w", "1", " ", "ẩ")),
    EraseTouched(),
    TypingTouched(),
    ResultsTouched(),
    AsTypedTouched(),
    BackTouched(),
    ChoicesTouched(),
    NarrowTouched(HERE),
    WidenTouched(),
    *map(BookTouched, (0, 2, 7)),
    TurnTouched(forward=True),
    TurnTouched(forward=False),
    *map(BrowseTouched, (Wanted.NEWEST, Wanted.LOCAL)),
    CancelTouched(),
    DoneTouched(),
    ScreenTouched(),
    StartTouched(),
)
_OTHERS: tuple[Event, ...] = (
    CardPresented(VisitId("v1"), PatronId("SIM-READER-0001")),
    ServiceKeyTurned(),
    HoursChanged(in_hours=False),
    HoursChanged(in_hours=True),
    CatalogueChanged(there=False),
    CatalogueChanged(there=True),
    LibrarySystemLost(),
    LibrarySystemBack(),
    IsbnScanned("9786042134354"),
    ItemScanned(item(1)),
    pad_of(1, 2),
    pad_of(),
)
_answers = st.integers(0, 30).flatmap(
    lambda number: st.sampled_from(
        [
            CatalogueAnswered(number, FOUND),
            BookRead(number, BookDetails(HITS[0])),
            BooksCounted(number, (Choice(HERE, 1),)),
            CatalogueSilent(number),
        ]
    )
)
_waits = st.sampled_from([0.25, 10.0, 61.0, 90.0])
_moves = st.one_of(st.sampled_from(_TOUCHES), st.sampled_from(_TOUCHES), _answers, st.sampled_from(_OTHERS), _waits)
_ON_THINGS = LendItem | LendItemOffline | SwitchAlarmOff | SwitchAlarmOn | TakeBackItem


@given(st.lists(_moves, min_size=5, max_size=40))
def test_a_search_touches_no_item_and_leaves_no_word_behind(moves: list[Event | float]) -> None:
    play = search_play()
    play.tell(SearchTouched())
    for move in moves:
        searched = isinstance(play.state, Searching)
        asked = play.state.around.catalogue.asked
        event = Ticked(play.state.around.now + move) if isinstance(move, float) else move
        effects = play.tell(event)
        state = play.state

        assert not (searched and any(isinstance(effect, _ON_THINGS) for effect in effects))
        questions = [effect for effect in effects if isinstance(effect, AskCatalogue | ReadBook | CountBooks)]
        assert [question.number for question in questions] == [asked + 1, asked + 2][: len(questions)]
        if isinstance(state, Searching):
            assert len(state.text) <= LONGEST_TYPED
            assert state.first % ROWS == 0
        else:
            assert not [text for text in strings(state) if SECRET in text]
