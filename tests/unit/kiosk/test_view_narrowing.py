"""What the page says by which results of a search are narrowed."""

from dataclasses import replace

from kiosk.session.search_events import NarrowTouched
from kiosk.session.search_state import SearchPage
from kiosk.session.search_values import Choice, Found, Narrowing, Wanted
from kiosk.session.values import Language
from kiosk.texts import load_texts
from kiosk.ui.view_model import view
from kiosk.ui.view_search_types import ChoicesView, ResultsView
from library.catalogue.asking import Facet
from tests.support.screen_search import HITS, SEARCH_SCENES, searching

TEXTS = load_texts()
LANGUAGE = Language.ENGLISH


def choices(scene: str) -> ChoicesView:
    """Show the page."""
    page = view(SEARCH_SCENES[scene](LANGUAGE), TEXTS).page
    assert isinstance(page, ChoicesView)
    return page


def test_every_choice_says_what_it_leaves_and_whether_it_is_chosen() -> None:
    page = choices("choices")
    said = {each.label: each.chosen for each in page.choices}

    assert said["On the shelf now (71)"] is True
    assert said["Here (44)"] is False
    assert said["Thesis (9)"] is False
    assert said["Hmong (3)"] is False
    assert said["xyz (3)"] is False
    assert (page.show_label, page.widen_label) == ("See 128 books", "Show all")
    assert page.choices[0].event == NarrowTouched(Narrowing(Facet.AVAILABLE, "yes"))


def test_a_count_that_is_reckoned_is_said_to_be_about_so_many() -> None:
    some = searching(LANGUAGE, "x", Found(HITS, 700_000), page=SearchPage.CHOICES)
    page = view(replace(some, choices=(Choice(Narrowing(Facet.KIND, "map"), 71_000, about=True),)), TEXTS).page

    assert isinstance(page, ChoicesView)
    assert [each.label for each in page.choices] == ["Map (about 71000)"]


def test_it_is_said_to_what_the_results_are_narrowed_on_both_pages() -> None:
    results = view(SEARCH_SCENES["results_narrowed"](LANGUAGE), TEXTS).page
    words = "Only: On the shelf now, Thư viện Trường Tiểu học Nguyễn Văn Trỗi, Vietnamese, \u2026"

    assert choices("choices").told == words
    assert isinstance(results, ResultsView)
    assert (results.hits.narrowed, results.hits.widen_label) == (words, "Show all")


def test_before_anything_is_counted_what_is_narrowed_stands_there_by_its_code() -> None:
    page = choices("choices_counting")

    assert [each.chosen for each in page.choices] == [True] * 4
    assert page.choices[1].label == "VN-QN-TH1"
    assert "…" in page.told


def test_where_there_is_nothing_to_choose_by_it_is_said() -> None:
    some = searching(LANGUAGE, "x", Found(HITS, 3), page=SearchPage.CHOICES)
    offered = replace(some, choices=(Choice(Narrowing(Facet.KIND, "unheard-of"), 1),))
    page = view(offered, TEXTS).page

    assert choices("choices_none").told == "There is nothing to choose by."
    assert isinstance(page, ChoicesView)
    assert (page.told, page.choices[0].label) == ("Touch to choose, touch again to undo.", "unheard-of (1)")


def test_a_single_result_and_a_list_to_browse_are_not_narrowed() -> None:
    one = view(searching(LANGUAGE, "x", Found(HITS[:1], 1), page=SearchPage.RESULTS), TEXTS).page
    listed = view(searching(LANGUAGE, "", Found(HITS, 8), page=SearchPage.RESULTS, wanted=Wanted.LOCAL), TEXTS).page

    assert isinstance(one, ResultsView)
    assert isinstance(listed, ResultsView)
    assert (one.narrow_label, listed.narrow_label) == ("", "")
