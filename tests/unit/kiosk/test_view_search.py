"""What the search pages show, in words."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from kiosk.session.search_events import BrowseTouched
from kiosk.session.search_state import SearchPage, Typing
from kiosk.session.search_values import BookDetails, Copies, Found, Hit, PlaceCopies, Wanted
from kiosk.session.values import Language
from kiosk.texts import load_texts
from kiosk.ui.view_model import view
from kiosk.ui.view_search_types import BookView, ResultsView, SearchView
from kiosk.ui.view_types import OutOfOrderView, ServicesView
from library.catalogue.record import Audience, RecordKind
from tests.support.screen_search import BOOK, HITS, SEARCH_SCENES, searching

TEXTS = load_texts()


def shown(typed: str = "dat", found: Found | None = None, **more: object) -> SearchView | ResultsView | BookView:
    """Show a search page in English."""
    page = view(searching(Language.ENGLISH, typed, found, **more), TEXTS).page
    assert isinstance(page, SearchView | ResultsView | BookView)
    return page


def results(found: Found | None, **more: object) -> ResultsView:
    """Show what was found, without the keys."""
    page = view(searching(Language.ENGLISH, "dat", found, page=SearchPage.RESULTS, **more), TEXTS).page
    assert isinstance(page, ResultsView)
    return page


def book(details: BookDetails) -> BookView:
    """Show a book."""
    page = shown(page=SearchPage.BOOK, hit=details.hit, book=details)
    assert isinstance(page, BookView)
    return page


@pytest.mark.parametrize(
    ("hit", "standing"),
    [
        (Hit(1, "x", here=Copies(3, 1), shelf="V24"), "Here, on shelf V24"),
        (Hit(1, "x", here=Copies(3, 1)), "Here, on the shelf"),
        (Hit(1, "x", here=Copies(3, 0)), "Lent out here."),
        (Hit(1, "x", here=Copies(1, 0), elsewhere=Copies(2, 1)), "Lent out here. Another library has it in."),
        (Hit(1, "x", elsewhere=Copies(2, 1)), "At another library"),
        (Hit(1, "x", elsewhere=Copies(2, 0)), "At another library, lent out"),
        (Hit(1, "x", elsewhere=Copies(2, 0, 1)), "At another library: ask there"),
        (Hit(1, "x", elsewhere=Copies(2, 1, 1)), "At another library"),
        (
            Hit(1, "x", here=Copies(1, 0, 1), elsewhere=Copies(2, 1)),
            "Here: ask the librarian. Another library has it in.",
        ),
        (Hit(1, "x"), "No copy to borrow yet"),
    ],
)
def test_a_row_says_first_whether_one_can_be_fetched(hit: Hit, standing: str) -> None:
    row = results(Found((hit,), 1)).hits.hits[0]

    assert row.standing == standing
    assert row.here is (hit.here.available > 0)


def test_for_whom_a_work_is_meant_is_said_and_nothing_is_hidden() -> None:
    hits = tuple(Hit(number, "x", audience=audience) for number, audience in enumerate(Audience))
    rows = results(Found(hits, len(hits))).hits.hits

    assert [row.about for row in rows] == ["For children", "For teenagers", "For adults", ""]


@pytest.mark.parametrize("language", list(Language))
def test_every_kind_of_work_has_its_words(language: Language) -> None:
    hits = tuple(Hit(number, "x", kind=kind) for number, kind in enumerate(RecordKind))
    page = view(searching(language, "d", Found(hits, 10), page=SearchPage.RESULTS), TEXTS).page

    assert isinstance(page, ResultsView)
    assert sum(not row.about for row in page.hits.hits) == 2  # a book needs no word, and "other" has none


def test_nothing_found_says_what_to_try() -> None:
    told = results(Found()).hits.told

    assert "fewer letters" in told
    assert "desk" in told


def test_old_word_of_copies_says_from_when_it_is() -> None:
    moment = datetime(2026, 11, 22, 16, 40, tzinfo=UTC)

    assert "as of 16:40 Sunday, 22 November" in results(Found(HITS, 8, as_of=moment)).hits.told
    assert "as of" in book(BookDetails(HITS[0], as_of=moment)).told
    assert "as of" not in results(Found(HITS, 8)).hits.told


def test_what_was_searched_for_instead_can_be_undone() -> None:
    hits = results(Found(HITS, 8, "đất rừng")).hits

    assert hits.instead == "Searched for “đất rừng”."
    assert hits.as_typed_label == "Search for just “dat”"
    assert results(Found(HITS, 8)).hits.as_typed_label == ""


def test_more_results_are_offered_only_where_there_are_more() -> None:
    assert results(Found(HITS, 128)).hits.more_label == "More"
    assert results(Found(HITS, 128)).hits.less_label == ""
    assert results(Found(HITS, 18), first=10).hits.more_label == ""
    assert results(Found(HITS, 18), first=10).hits.less_label == "Previous"


def test_a_list_leads_to_the_other_list() -> None:
    page = results(Found(HITS, 8), wanted=Wanted.NEWEST)

    assert page.browse == BrowseTouched(Wanted.LOCAL)
    assert page.browse_label == "Local books"


def test_no_catalogue_says_that_the_desk_can_help() -> None:
    page = shown(silent=True)

    assert isinstance(page, SearchView)
    assert "desk" in page.hits.told
    assert page.results_label == ""


def test_digits_are_at_hand_where_they_write_tones() -> None:
    one, other = shown(typing=Typing.VNI), shown()

    assert isinstance(one, SearchView)
    assert isinstance(other, SearchView)
    assert (one.digits, other.digits) == (True, False)


def test_where_nobody_here_knows_whether_a_copy_is_in_one_asks_there() -> None:
    elsewhere = PlaceCopies("Thư viện tỉnh", is_here=False, copies=Copies(2, 0, 1), shelf="")

    assert book(replace(BOOK, places=(elsewhere,))).places == ("Thư viện tỉnh: ask there",)


def test_a_book_names_each_place_this_one_first() -> None:
    assert book(BOOK).places == (
        "Here: 2 of 3 in, shelf V24 Đ123R",
        "Thư viện Trường Tiểu học Nguyễn Văn Trỗi: 1 of 4 in, shelf V24",
    )


def test_what_a_catalogue_holds_becomes_harmless_lines() -> None:
    wild = "a\x1b\r\n\u202eb" + "\ud800" * 3 + "X" * 9000
    hit = Hit(1, wild, wild, shelf=wild, here=Copies(1, 1))
    details = BookDetails(
        hit,
        published=wild,
        series=wild,
        isbn=wild,
        subjects=(wild,) * 90,
        summary=wild,
        places=(PlaceCopies(wild, is_here=False, copies=Copies(1, 1), shelf=wild),) * 90,
        link="https://x/" + "y" * 5000,
    )
    page = book(details)
    words = (page.title, page.about, page.standing, *page.lines, *page.places)

    assert all(each.isprintable() and len(each) < 900 for each in words)
    assert len(page.places) <= 12
    assert page.code == ""


@pytest.mark.parametrize("language", list(Language))
def test_first_pages_offer_a_search_only_with_a_catalogue(language: Language) -> None:
    home = view(SEARCH_SCENES["search_services"](language), TEXTS).page
    out = view(SEARCH_SCENES["search_out_of_order"](language), TEXTS).page

    assert isinstance(home, ServicesView)
    assert home.search_label
    assert isinstance(out, OutOfOrderView)
    assert out.search_label
