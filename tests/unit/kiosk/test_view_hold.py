"""What is said of a book that is kept, in words; and when it is offered."""

from dataclasses import replace

import pytest

from kiosk.session.hold_state import HoldStep
from kiosk.session.search_state import SearchPage
from kiosk.session.search_values import BookDetails
from kiosk.session.values import ItemId, Language, Service
from kiosk.texts import load_texts
from kiosk.ui.view_hold_types import HoldView
from kiosk.ui.view_model import view
from kiosk.ui.view_search_types import BookView
from kiosk.ui.view_types import IdentifyView
from tests.support.screen_hold import HOLD_SCENES, reserving
from tests.support.screen_search import BOOK, HITS, searching

TEXTS = load_texts()
COPY = ItemId("SIM-ITEM-0009")


def shown(scene: str) -> HoldView:
    """Show a scene in English."""
    page = view(HOLD_SCENES[scene](Language.ENGLISH), TEXTS).page
    assert isinstance(page, HoldView)
    return page


def book(number: int, *, line: bool = True, services: tuple[Service, ...] = tuple(Service)) -> BookView:
    """Show the page of a sample's book, with a copy to wait for."""
    hit = HITS[number]
    details = replace(BOOK, hit=hit, copy=COPY) if number else BookDetails(hit, copy=COPY)
    state = searching(Language.ENGLISH, "dat", page=SearchPage.BOOK, hit=hit, book=details)
    near = replace(state.around, library_system=line, limits=replace(state.around.limits, services=services))
    page = view(replace(state, around=near), TEXTS).page
    assert isinstance(page, BookView)
    return page


@pytest.mark.parametrize(
    ("scene", "words"),
    [
        ("hold_placed", "You are first in line. Fetch it here when it is ready."),
        (
            "hold_placed_far",
            "11 readers are before you. When it is ready, fetch it at: Thư viện Trường Tiểu học Nguyễn Văn Trỗi.",
        ),
        ("hold_placed_ready", "Ready. Please ask at the desk. Kept until Thursday, 24 December"),
        ("hold_ready_elsewhere", "Ready at: Thư viện huyện"),
        ("hold_placed_somewhere", "Fetch it here when it is ready."),
        ("hold_fee", "Giữ chỗ: 5.000 đồng."),
        ("hold_fee_unsaid", "This costs a fee. It goes on only if you agree."),
        ("hold_refused_other", "The library did not accept this. Please ask at the desk."),
        ("hold_kept", "The hold could not be cancelled. Please ask at the desk."),
    ],
)
def test_what_came_of_it_is_said_below_the_books_title(scene: str, words: str) -> None:
    _, said = shown(scene).hint.split("\n")

    assert said == words


@pytest.mark.parametrize(
    ("scene", "buttons"),
    [
        ("hold_placing", ""),
        ("hold_undoing", ""),
        ("hold_fee", "agree decline"),
        ("hold_placed", "account undo done"),
        ("hold_refused", "account done"),
        ("hold_undone", "account done"),
    ],
)
def test_what_can_be_touched_at_each_step(scene: str, buttons: str) -> None:
    page = shown(scene)
    labels = {
        "agree": page.agree_label,
        "decline": page.decline_label,
        "account": page.account_label,
        "undo": page.undo_label,
        "done": page.done_label,
    }

    assert [name for name, label in labels.items() if label] == buttons.split()


def test_the_page_that_asks_for_a_card_says_for_which_book() -> None:
    page = view(HOLD_SCENES["hold_card"](Language.VIETNAMESE), TEXTS).page

    assert isinstance(page, IdentifyView)
    assert page.hint.startswith("Bạn muốn đặt giữ: ")


def test_a_book_that_is_lent_is_offered_to_be_kept_and_one_elsewhere_to_be_sent() -> None:
    lent, elsewhere, here = book(2), book(3), book(0)

    assert (lent.hold_label, elsewhere.hold_label) == ("Reserve this book", "Have it sent here")
    assert here.hold_label == ""


def test_without_a_line_it_is_said_why_nothing_is_offered_and_nothing_where_it_never_is() -> None:
    without, never = book(2, line=False), book(2, line=False, services=(Service.BORROW,))
    why = "There is no connection to the library now, so books cannot be reserved here."

    assert (without.hold_label, never.hold_label) == ("", "")
    assert why in without.lines
    assert why not in never.lines


def test_words_of_another_systems_refusal_are_shown() -> None:
    state = reserving(Language.ENGLISH, HoldStep.REFUSED, words="Too many reserves")
    page = view(state, TEXTS).page

    assert isinstance(page, HoldView)
    assert page.hint.endswith("\nToo many reserves")
