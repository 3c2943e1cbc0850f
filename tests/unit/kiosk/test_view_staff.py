"""What staff see: words and buttons by what is so, and the same in both languages."""

from dataclasses import replace

import pytest

from kiosk.session.staff_events import StaffTouched
from kiosk.session.staff_values import ActKind, ActResult, Opening, StaffAct
from kiosk.session.state import Idle
from kiosk.session.values import Device, Language, Service
from kiosk.texts import load_texts
from kiosk.ui.view_model import view
from kiosk.ui.view_types import Mark, OutOfOrderView, PinView, QuestionView, RowView, ServicesView, StaffView
from tests.support.screen_staff import LIMITS, OUTSIDE, STAFF_SCENES, asking, closed, desk, said
from tests.support.session_play import item

TEXTS = load_texts()
VI, EN = Language.VIETNAMESE, Language.ENGLISH


def staff_page(name: str, language: Language = EN) -> StaffView:
    page = view(STAFF_SCENES[name](language), TEXTS).page
    assert isinstance(page, StaffView)
    return page


def row(page: StaffView, key: str) -> RowView:
    return next(each for each in page.rows if each.key == key)


def pin_page(name: str) -> PinView:
    page = view(STAFF_SCENES[name](EN), TEXTS).page
    assert isinstance(page, PinView)
    return page


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("name", STAFF_SCENES)
def test_every_scene_has_its_words(name: str, language: Language) -> None:
    screen = view(STAFF_SCENES[name](language), TEXTS)

    assert "{" not in repr(screen.page)
    assert screen.overlay is None


def test_a_closed_kiosk_says_until_when_and_one_that_staff_closed_where_to_go() -> None:
    pages = [view(STAFF_SCENES[name](EN), TEXTS).page for name in ("closed", "closed_unknown", "closed_staff")]
    words = [(page.title, page.hint) for page in pages if isinstance(page, OutOfOrderView)]

    assert words == [
        ("The library is closed", "Open again: 13:30 Monday, 23 November. See you then!"),
        ("The library is closed", "See you soon!"),
        ("This kiosk is resting", "Please go to the desk."),
    ]


def test_outside_the_hours_only_returns_are_offered_and_the_page_says_so() -> None:
    page = view(STAFF_SCENES["home_returns_only"](EN), TEXTS).page

    assert isinstance(page, ServicesView)
    assert [each.service for each in page.services] == [Service.RETURN]
    assert page.hint == "The library is closed. You can still return books."


def test_the_number_of_tries_left_is_told_and_a_locked_card_enters_nothing() -> None:
    wrong, locked, typed = pin_page("staff_pin_wrong"), pin_page("staff_pin_locked"), pin_page("staff_pin")
    failed, checking = pin_page("staff_pin_failed"), pin_page("staff_pin_checking")
    on_lock = view(replace(asking(EN, "1", wrong=3)), TEXTS).page
    cancelled = view(replace(asking(EN, checking=True), cancelled=True), TEXTS).page

    assert "2" in wrong.notice
    assert "15 minutes" in locked.notice
    assert (typed.typed, typed.enter_label, typed.notice) == (4, TEXTS[EN].say("pin.enter"), "")
    assert isinstance(on_lock, PinView)
    assert on_lock.enter_label == ""
    assert failed.notice == TEXTS[EN].say("staff.pin_failed")
    assert (checking.busy, checking.notice) == (True, "")
    assert isinstance(cancelled, PinView)
    assert cancelled.cancel_label == ""


def test_shuffled_keys_are_all_there_and_stay_until_the_next_page() -> None:
    pages = [view(asking(EN, typed), TEXTS, shuffled_keys=True).page for typed in ("", "1")]
    keys = [page.keys for page in pages if isinstance(page, PinView)]

    assert keys[0] == keys[1]
    assert sorted(keys[0]) == sorted("0123456789")
    assert keys[0] != pin_page("staff_pin").keys


@pytest.mark.parametrize(
    ("name", "kind", "mark"),
    [
        ("staff", ActKind.CLOSED, Mark.DONE),
        ("staff_opened", ActKind.CLOSED, Mark.DONE),
        ("staff_outside", ActKind.OPENED, Mark.ATTENTION),
        ("staff_closed", ActKind.OPENED, Mark.ATTENTION),
    ],
)
def test_what_can_be_done_about_the_opening_is_offered(name: str, kind: ActKind, mark: Mark) -> None:
    found = row(staff_page(name), "opening")

    assert found.mark is mark
    assert found.action is not None
    assert found.action.wish == StaffTouched(StaffAct(kind))
    assert (found.action.question is None) is (kind is ActKind.OPENED)


def test_what_waits_is_shown_and_what_does_not_is_not() -> None:
    page, calm = staff_page("staff"), staff_page("staff_calm")

    assert row(page, "waiting reports").title == "12 reports wait to be sent"
    assert row(page, "waiting for_staff").mark is Mark.ATTENTION
    assert "waiting in_doubt" not in {each.key for each in page.rows}
    assert row(calm, "waiting").title == "Nothing waits to be sent"
    assert row(calm, "no alarms").mark is Mark.DONE
    assert row(calm, "no visits").action is None


def test_every_device_that_the_kiosk_has_can_be_tried() -> None:
    state = desk(EN)
    two = replace(state.around, limits=replace(LIMITS, devices=frozenset({Device.PAD, Device.SCANNER})))
    page = view(replace(state, around=two), TEXTS).page
    every = staff_page("staff")

    assert isinstance(page, StaffView)
    assert [each.key for each in page.sections[1].rows] == ["device pad", "device scanner"]
    assert row(every, "device scanner").mark is Mark.REFUSED
    assert row(every, "device pad").detail == "3M 810 v4.2. Since it started: 1234 good, 5 troubled."
    assert row(staff_page("staff_doing"), "device scanner").mark is Mark.BUSY
    assert row(every, "paper").action is not None


def test_of_an_alarm_it_is_said_why_and_one_in_doubt_cannot_be_struck_off() -> None:
    page = staff_page("staff")
    doubt = row(page, "alarm TV.000002")
    lent = row(page, "alarm TV.000000")

    assert doubt.action is None
    assert doubt.mark is Mark.WAITING
    assert lent.action is not None
    assert isinstance(lent.action.question, QuestionView)
    assert lent.action.question.large == "TV.000000"
    assert "Lent" in lent.detail


def test_visits_are_numbers_and_acts_say_who_and_when() -> None:
    page = staff_page("staff")

    assert row(page, "visit 1").title == "Return: 1 item, 1 refused, 1 to look at"
    assert row(page, "act 0").detail == "quay-1, Monday, 23 Nov 2026 08:05"
    assert row(page, "act 1").detail.startswith("the key")


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", ActKind)
@pytest.mark.parametrize("result", ActResult)
def test_every_result_of_every_act_has_its_words(kind: ActKind, result: ActResult, language: Language) -> None:
    page = view(said(language, kind, result, item_id=item(1)), TEXTS).page

    assert isinstance(page, StaffView)
    assert bool(page.prompt) is not bool(page.notice)


def test_what_goes_on_stands_where_the_hint_was() -> None:
    pages = [staff_page(f"staff_{name}") for name in ("doing", "listening", "works", "reading", "unread", "paper_out")]

    assert [(page.prompt, page.notice) for page in pages] == [
        ("One moment, please…", ""),
        ("Hold a barcode to the scanner.", ""),
        ("Pad: works.", ""),
        ("Reading…", ""),
        ("", "The kiosk's records cannot be read now."),
        ("", "The printer has no paper."),
    ]


def test_a_kiosk_that_opens_again_shows_its_first_page() -> None:
    state = closed(VI, OUTSIDE)
    again = Idle(replace(state.around, opening=Opening()))

    assert isinstance(view(again, TEXTS).page, ServicesView)
