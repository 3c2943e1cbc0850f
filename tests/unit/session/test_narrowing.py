"""The results of a search are narrowed and widened by touches; what they may be narrowed by may follow them."""

import pytest

from kiosk.session.search_effects import AskCatalogue, CountBooks
from kiosk.session.search_events import (
    BackTouched,
    BooksCounted,
    BrowseTouched,
    CatalogueSilent,
    ChoicesTouched,
    LetterTouched,
    NarrowTouched,
    ResultsTouched,
    TurnTouched,
    WidenTouched,
)
from kiosk.session.search_state import SearchPage
from kiosk.session.search_values import Choice, Narrowing, Wanted
from library.catalogue.asking import Facet
from tests.support.search_play import answered, at_search, last_question, page, typing
from tests.support.session_play import Play

HERE, THESES = Narrowing(Facet.PLACE, "VN-QN"), Narrowing(Facet.KIND, "thesis")
CHOICES = (Choice(HERE, 4, "Thư viện xã", is_here=True), Choice(THESES, 2))


def at_choices() -> Play:
    """Type a word, see its results, and open what they can be narrowed by."""
    play = at_search()
    typing(play, "dat")
    answered(play)
    play.tell(ResultsTouched(), ChoicesTouched())
    return play


def last_count(play: Play) -> CountBooks:
    """Give what was asked last about the choices."""
    return [effect for effect in play.of_search if isinstance(effect, CountBooks)][-1]


def test_the_choices_are_counted_and_only_the_last_answer_counts() -> None:
    play = at_choices()
    question = last_count(play)
    play.tell(BooksCounted(question.number - 1, ()))
    before = page(play)
    play.tell(BooksCounted(question.number, CHOICES), BooksCounted(question.number, ()))

    assert (question.text, question.as_typed, question.narrowed) == ("dat", False, ())
    assert (before.page, before.choices) == (SearchPage.CHOICES, None)
    assert (page(play).choices, page(play).awaited_choices) == (CHOICES, None)


def test_a_touch_narrows_and_the_same_touch_undoes_it() -> None:
    play = at_choices()
    play.tell(BooksCounted(last_count(play).number, CHOICES))
    effects = play.tell(NarrowTouched(HERE))
    narrowed = last_question(play).narrowed
    play.tell(NarrowTouched(THESES), NarrowTouched(HERE))

    assert [type(effect) for effect in effects] == [AskCatalogue, CountBooks]
    assert narrowed == (HERE,)
    assert last_question(play).narrowed == last_count(play).narrowed == (THESES,)
    assert page(play).choices == CHOICES


def test_the_results_are_turned_narrowed_and_widened_by_one_touch() -> None:
    play = at_choices()
    play.tell(NarrowTouched(HERE), BackTouched())
    answered(play)
    play.tell(TurnTouched(forward=True))
    turned = last_question(play)
    effects = play.tell(WidenTouched())

    assert page(play).page is SearchPage.RESULTS
    assert (turned.narrowed, turned.offset) == ((HERE,), 10)
    assert (last_question(play).narrowed, last_question(play).offset) == ((), 0)
    assert [type(effect) for effect in effects] == [AskCatalogue]


@pytest.mark.parametrize("event", [LetterTouched("a"), BrowseTouched(Wanted.NEWEST)])
def test_another_search_is_not_narrowed(event: LetterTouched | BrowseTouched) -> None:
    play = at_choices()
    play.tell(NarrowTouched(HERE), event)

    assert last_question(play).narrowed == page(play).narrowed == ()


def test_a_list_that_is_browsed_is_not_narrowed() -> None:
    play = at_search()
    answered(play)
    effects = play.tell(ChoicesTouched()) + play.tell(NarrowTouched(HERE))

    assert effects == ()
    assert page(play).narrowed == ()


def test_without_a_catalogue_there_is_nothing_to_choose_by() -> None:
    play = at_choices()
    play.tell(CatalogueSilent(last_count(play).number))

    assert (page(play).choices, page(play).silent) == ((), False)
