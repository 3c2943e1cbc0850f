"""What is said to whoever becomes a reader, in words."""

from dataclasses import replace

import pytest

from kiosk.session.citizen_state import NewReader, ReaderStage
from kiosk.session.receipt_rules import ReceiptStage
from kiosk.session.values import Language, PrinterFault
from kiosk.texts import load_texts
from kiosk.ui.view_citizen_types import ConsentView, NewReaderView
from kiosk.ui.view_model import view
from kiosk.ui.view_types import IdentifyView, StillThereView
from tests.support.screen_citizen import CARD, CITIZEN_SCENES, agreeing, handed_in, offered

TEXTS = load_texts()


def shown(scene: str, language: Language = Language.ENGLISH) -> NewReaderView:
    page = view(CITIZEN_SCENES[scene](language), TEXTS).page
    assert isinstance(page, NewReaderView)
    return page


def consent(scene: str) -> ConsentView:
    page = view(CITIZEN_SCENES[scene](Language.ENGLISH), TEXTS).page
    assert isinstance(page, ConsentView)
    return page


def test_the_fields_that_would_be_sent_are_shown_and_of_the_number_its_last_digits() -> None:
    page = shown("join_offered")

    assert page.facts.split("\n") == [
        f"Name: {CARD.name}",
        "Born: 21/11/1990 · Citizen number: …7124",
        f"Address: {CARD.address}",
    ]
    assert CARD.number not in page.facts
    assert (page.go_label, page.cancel_label, page.done_label) == ("Become a reader", "No, erase", "")


def test_a_card_without_an_address_has_no_line_for_one() -> None:
    state = offered(Language.ENGLISH)
    assert isinstance(state, NewReader)
    page = view(replace(state, card=replace(CARD, address="")), TEXTS).page

    assert isinstance(page, NewReaderView)
    assert "Address" not in page.facts


def test_nothing_is_chosen_for_them_and_what_is_needed_is_said_so() -> None:
    page = consent("join_agreeing")

    assert [each.chosen for each in page.choices] == [False, False, False]
    assert [each.label for each in page.choices if "needed" in each.label] == ["My card and my loans (needed)"]
    assert page.send_label == ""


def test_it_can_be_sent_once_what_is_needed_is_agreed_to() -> None:
    page = consent("join_agreed")

    assert [each.chosen for each in page.choices] == [True, False, True]
    assert page.send_label == "Send to the library"


def test_a_warning_lies_over_a_form_that_nobody_touches() -> None:
    overlay = view(replace(agreeing(Language.ENGLISH), warned_until=118.0), TEXTS).overlay

    assert isinstance(overlay, StillThereView)


def test_the_number_for_the_desk_stands_alone() -> None:
    page = shown("join_handed_in")

    assert (page.code, page.facts, page.picture, page.done_label) == ("W7KM4Q", "", "", "Done")
    assert "within 7 days" in page.hint


@pytest.mark.parametrize(
    ("slip", "label", "hint"),
    [
        (ReceiptStage.NONE, "Print this number", "Please note it"),
        (ReceiptStage.PRINTING, "", "Printing your number"),
        (ReceiptStage.PRINTED, "", "take the slip and your citizen card"),
        (ReceiptStage.FAILED, "Print this number", "could not be printed"),
    ],
)
def test_the_number_can_be_had_on_paper(slip: ReceiptStage, label: str, hint: str) -> None:
    state = replace(handed_in(Language.ENGLISH), slip=slip)
    page = view(replace(state, around=replace(state.around, printer_fault=None)), TEXTS).page

    assert isinstance(page, NewReaderView)
    assert (page.print_label, page.busy, page.done_label) == (label, slip is ReceiptStage.PRINTING, "Done")
    assert hint in page.hint


def test_without_a_printer_nothing_is_to_be_printed() -> None:
    state = handed_in(Language.ENGLISH)
    page = view(replace(state, around=replace(state.around, printer_fault=PrinterFault.PAPER_OUT)), TEXTS).page

    assert isinstance(page, NewReaderView)
    assert page.print_label == ""


def test_while_it_is_on_its_way_there_is_nothing_to_touch() -> None:
    page = view(replace(agreeing(Language.ENGLISH), stage=ReaderStage.HANDING_IN), TEXTS).page

    assert isinstance(page, NewReaderView)
    assert (page.busy, page.go_label, page.cancel_label, page.done_label) == (True, "", "", "")


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("scene", ["join_guardian", "join_no_line", "join_not_taken", "join_not_heard"])
def test_whoever_cannot_go_on_here_is_told_so_and_shown_nothing_of_a_card(scene: str, language: Language) -> None:
    page = shown(scene, language)

    assert page.picture == "desk"
    assert page.title
    assert page.hint
    assert (page.facts, page.code, page.go_label) == ("", "", "")


def test_without_the_service_the_desk_is_named_as_before() -> None:
    state = CITIZEN_SCENES["citizen_unknown"](Language.ENGLISH)
    page = view(state, TEXTS).page

    assert isinstance(state, NewReader)
    assert state.stage is ReaderStage.AT_DESK
    assert isinstance(page, IdentifyView)
