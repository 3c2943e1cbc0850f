"""Looking for a book without a card."""

import pytest

from kiosk.session.effects import IdentifyPatron
from kiosk.session.events import CardPresented, ItemScanned, LabelRejected, LibrarySystemLost, NumberRead, PadChanged
from kiosk.session.leaving import way_out
from kiosk.session.search_effects import AskCatalogue
from kiosk.session.search_events import (
    AsTypedTouched,
    BackTouched,
    BookRead,
    BookTouched,
    BrowseTouched,
    CatalogueAnswered,
    CatalogueChanged,
    CatalogueSilent,
    IsbnScanned,
    LetterTouched,
    ResultsTouched,
    SearchTouched,
    TurnTouched,
    TypingTouched,
)
from kiosk.session.search_state import Searching, SearchPage
from kiosk.session.search_values import BookDetails, Found, Wanted
from kiosk.session.searching import LONGEST_TYPED, ROWS
from kiosk.session.staff_events import HoursChanged, ServiceKeyTurned
from kiosk.session.staff_state import AskingStaffPin, Closed
from kiosk.session.state import Identifying, Idle, NoticeKind, OutOfOrder
from kiosk.session.touches import CancelTouched, EraseTouched, ScreenTouched
from kiosk.session.values import Candidate, ItemId, LabelFault, PatronId, VisitId
from tests.support.search_play import (
    FOUND,
    HITS,
    answered,
    at_search,
    last_book,
    last_question,
    page,
    search_play,
    typing,
)
from tests.support.session_moves import strings
from tests.support.session_play import Play, item, pad_of

CARD = CardPresented(VisitId("v9"), PatronId("SIM-READER-0001"))
ISBN = "9786042134354"


def test_without_a_catalogue_nobody_can_search() -> None:
    play = search_play()
    play.tell(CatalogueChanged(there=False), SearchTouched())

    assert isinstance(play.state, Idle)


def test_the_page_opens_with_the_new_books() -> None:
    play = at_search()

    assert last_question(play).wanted is Wanted.NEWEST
    assert answered(play).found == FOUND


def test_the_library_system_is_not_needed() -> None:
    play = search_play()
    play.tell(LibrarySystemLost())
    play.tell(SearchTouched())

    assert isinstance(play.state, Searching)


def test_a_kiosk_that_can_do_nothing_else_still_finds_books() -> None:
    play = Play()
    play.tell(CatalogueChanged(there=True))
    seen = [type(play.state)]
    for touch in (SearchTouched(), CancelTouched()):
        play.tell(touch)
        seen.append(type(play.state))

    assert seen == [OutOfOrder, Searching, OutOfOrder]


def test_outside_the_hours_nobody_searches() -> None:
    play = search_play()
    play.tell(HoursChanged(in_hours=False), SearchTouched())

    assert isinstance(play.state, Closed)


def test_searching_once_more_begins_anew() -> None:
    play = at_search()
    typing(play, "dat")
    play.tell(SearchTouched())

    assert page(play).text == ""
    assert last_question(play).wanted is Wanted.NEWEST


def test_each_key_asks_anew_with_a_number_of_its_own() -> None:
    play = at_search()
    typing(play, "dat")
    asked = [effect for effect in play.of_search if isinstance(effect, AskCatalogue)]

    assert [each.text for each in asked] == ["", "d", "da", "dat"]
    assert len({each.number for each in asked}) == len(asked)


@pytest.mark.parametrize(
    ("touches", "keys", "text"),
    [
        (0, "ddaats ruwngf", "đất rừng"),
        (1, "d9a61t ru7ng2", "đất rừng"),
        (2, "ddaats", "ddaats"),
        (0, "so ddor", "so đỏ"),
    ],
)
def test_the_keys_write_telex_vni_or_what_stands_on_them(touches: int, keys: str, text: str) -> None:
    play = at_search()
    play.tell(*[TypingTouched()] * touches)
    typing(play, keys)

    assert page(play).text == text
    assert last_question(play).text == text


def test_what_was_typed_stays_when_the_keys_change_their_meaning() -> None:
    play = at_search()
    typing(play, "ddat")
    play.tell(TypingTouched())
    typing(play, "1")

    assert page(play).text == "đat1"


def test_erasing_takes_letters_back_until_the_new_books_are_there_again() -> None:
    play = at_search()
    typing(play, "a b")
    play.tell(EraseTouched(), EraseTouched())
    assert page(play).text == "a"

    play.tell(EraseTouched(), EraseTouched())
    assert page(play).text == ""
    assert last_question(play).wanted is Wanted.NEWEST


def test_a_field_that_is_full_takes_no_more() -> None:
    play = at_search()
    typing(play, "x" * (LONGEST_TYPED + 20))

    assert len(page(play).text) == LONGEST_TYPED


def test_a_late_answer_is_none() -> None:
    play = at_search()
    typing(play, "d")
    late = last_question(play).number
    typing(play, "a")
    state = answered(play)
    play.tell(CatalogueAnswered(late, Found()), CatalogueSilent(late))

    assert page(play) == state


def test_an_answer_of_the_search_before_is_none() -> None:
    play = at_search()
    late = last_question(play).number
    play.tell(CancelTouched(), SearchTouched(), CatalogueAnswered(late, FOUND))

    assert page(play).found is None


def test_a_catalogue_that_is_gone_says_so_and_the_next_key_asks_again() -> None:
    play = at_search()
    play.tell(CatalogueSilent(last_question(play).number))
    assert page(play).silent

    typing(play, "a")
    assert answered(play).silent is False


def test_what_was_searched_for_instead_is_undone_by_a_touch_until_another_key() -> None:
    play = at_search()
    typing(play, "dat rug")
    answered(play, Found(HITS, 3, "đất rừng"))
    play.tell(AsTypedTouched())
    assert last_question(play).as_typed

    typing(play, "n")
    assert not last_question(play).as_typed


def test_pages_are_turned_as_far_as_there_are_results() -> None:
    play = at_search()
    typing(play, "d")
    answered(play)
    play.tell(TurnTouched(forward=True))
    assert last_question(play).offset == ROWS
    answered(play)
    play.tell(TurnTouched(forward=True))
    answered(play)
    asked = len(play.of_search)

    assert play.tell(TurnTouched(forward=True)) == ()
    assert len(play.of_search) == asked
    play.tell(TurnTouched(forward=False))
    assert last_question(play).offset == ROWS


def test_a_book_opens_and_back_leads_to_the_page_it_was_opened_from() -> None:
    play = at_search()
    answered(play)
    play.tell(ResultsTouched(), BookTouched(1))
    asked = last_book(play)
    play.tell(BookRead(asked.number, BookDetails(HITS[1])))
    assert asked.key == HITS[1].key
    assert page(play).book == BookDetails(HITS[1])

    play.tell(BackTouched())
    assert (page(play).page, page(play).book, page(play).hit) == (SearchPage.RESULTS, None, None)
    play.tell(BackTouched())
    assert page(play).page is SearchPage.TYPING


def test_a_row_that_is_not_there_opens_nothing() -> None:
    play = at_search()
    answered(play)

    assert play.tell(BookTouched(99), BookTouched(-1)) == ()
    assert page(play).page is SearchPage.TYPING


def test_the_word_about_another_book_comes_too_late() -> None:
    play = at_search()
    answered(play)
    play.tell(BookTouched(0))
    late = last_book(play).number
    play.tell(BackTouched(), BookTouched(1), BookRead(late, BookDetails(HITS[0])))

    assert page(play).book is None


@pytest.mark.parametrize(("label", "text"), [(IsbnScanned(ISBN), ISBN), (ItemScanned(item(1)), item(1).text)])
def test_a_label_is_searched_for_and_the_next_letter_begins_anew(label: IsbnScanned | ItemScanned, text: str) -> None:
    play = at_search()
    typing(play, "abc")
    play.tell(label)
    assert last_question(play).text == text
    assert page(play).page is SearchPage.RESULTS

    play.tell(BackTouched())
    typing(play, "d")
    assert page(play).text == "d"


@pytest.mark.parametrize(
    ("candidates", "text"), [((Candidate(item(1), "VN-QN01"), Candidate(item(2), "VN-QN02")), item(1).text), ((), "")]
)
def test_a_number_that_several_libraries_use_is_searched_for_as_it_stands(
    candidates: tuple[Candidate, ...], text: str
) -> None:
    play = at_search()
    play.tell(NumberRead(candidates))

    assert last_question(play).text == text


def test_a_label_that_is_nothing_says_so_and_leaves_what_was_typed() -> None:
    play = at_search()
    typing(play, "abc")
    play.tell(LabelRejected(LabelFault.UNKNOWN_PATTERN))

    notice = page(play).notice
    assert notice is not None
    assert (notice.kind, page(play).text) == (NoticeKind.LABEL_REJECTED, "abc")


def test_erasing_after_a_label_empties_the_field() -> None:
    play = at_search()
    play.tell(IsbnScanned(ISBN), BackTouched(), EraseTouched())

    assert page(play).text == ""


def test_a_catalogue_that_is_silent_about_a_book_leaves_the_list() -> None:
    play = at_search()
    answered(play)
    play.tell(BookTouched(0), CatalogueSilent(number=-1))
    asked = last_book(play).number
    assert page(play).awaited_book == asked

    play.tell(CatalogueSilent(asked))
    assert (page(play).awaited_book, page(play).found) == (None, FOUND)


def test_elsewhere_an_isbn_is_a_label_of_nothing_here() -> None:
    one, other = search_play(), search_play()
    one.tell(IsbnScanned(ISBN))
    other.tell(LabelRejected(LabelFault.UNKNOWN_PATTERN))

    assert one.state == other.state


def test_the_local_collection_is_browsed_without_typing() -> None:
    play = at_search()
    typing(play, "abc")
    play.tell(BrowseTouched(Wanted.LOCAL))

    assert last_question(play).wanted is Wanted.LOCAL
    assert page(play).text == ""


def test_a_book_on_the_pad_is_lent_to_nobody() -> None:
    play = at_search()
    effects = play.tell(pad_of(1))
    notice = page(play).notice

    assert effects == ()
    assert notice is not None
    assert notice.kind is NoticeKind.CARD_FIRST


def test_a_card_begins_its_visit_and_nothing_of_the_search_is_left() -> None:
    play = at_search()
    typing(play, "bi mat")
    answered(play)
    effects = play.tell(CARD)

    assert isinstance(play.state, Identifying)
    assert [type(effect) for effect in effects] == [IdentifyPatron]
    assert not [text for text in strings(play.state) if "bi mat" in text or "BI-MAT" in text]


def test_the_service_key_wipes_the_page_too() -> None:
    play = at_search()
    play.tell(ServiceKeyTurned())

    assert isinstance(play.state, AskingStaffPin)


def test_who_went_away_is_asked_and_then_forgotten() -> None:
    play = at_search()
    typing(play, "bi mat")
    play.pass_time(play.state.around.limits.idle_s + 1)
    assert page(play).warned_until is not None

    play.tell(ScreenTouched())
    assert page(play).warned_until is None
    play.pass_time(play.state.around.limits.idle_s + play.state.around.limits.warning_s + 2)
    assert isinstance(play.state, Idle)


def test_a_kiosk_that_stops_leads_out_of_the_search() -> None:
    play = at_search()

    assert way_out(play.state) == CancelTouched()


def test_what_is_typed_and_found_is_not_printed_by_accident() -> None:
    play = at_search()
    typing(play, "quay")
    answered(play)
    play.tell(BookTouched(0))
    told = repr((play.state, play.of_search, LetterTouched("q"), IsbnScanned(ISBN)))

    assert "quay" not in told
    assert "BI-MAT" not in told
    assert ISBN not in told


def test_an_item_s_number_is_searched_for_as_it_is() -> None:
    play = at_search()
    play.tell(ItemScanned(ItemId("TVX.000123")))

    assert last_question(play).text == "TVX.000123"


def test_an_empty_pad_is_no_news() -> None:
    play = at_search()
    play.tell(PadChanged(play.state.around.pad))

    assert page(play).notice is None
