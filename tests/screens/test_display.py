"""The window on the kiosk's loop: real touches, Kivy's surroundings, and a life without interruption."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from deploy.demo.touch import Finger
from deploy.demo.xvfb import VirtualScreen
from kiosk.ui.kivy_setup import FRAMES_PER_SECOND
from tests.support.screen import ScreenProcess
from tests.support.sliding import slide
from tests.support.touching import all_events, shown

WIDTH, HEIGHT = 1024, 600
DOUBLE_TAP_NS = 300_000_000
"""Touches that the kiosk sees so soon one after the other are a double tap; on a busy machine it sees them later."""
A_FRAME_S = 1 / FRAMES_PER_SECOND


@pytest.fixture(scope="module")
def x_display() -> Iterator[str]:
    with VirtualScreen(WIDTH, HEIGHT) as virtual:
        yield virtual.display


@pytest.fixture
def finger(x_display: str) -> Iterator[Finger]:
    with Finger(x_display) as finger:
        yield finger


@pytest.fixture(scope="module")
def screen(x_display: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ScreenProcess]:
    """Give one window to all tests that leave it as it was."""
    with ScreenProcess(
        "7in-1024x600", tmp_path_factory.mktemp("screen"), display=x_display, measured=False, drawn=False
    ) as process:
        yield process


@pytest.fixture
def own_screen(x_display: str, tmp_path: Path) -> Iterator[ScreenProcess]:
    with ScreenProcess("7in-1024x600", tmp_path, display=x_display, measured=False) as process:
        yield process


def test_a_touch_on_start_arrives_once(screen: ScreenProcess, finger: Finger) -> None:
    targets = shown(screen, "vi-home")
    finger.tap(*targets["start"])

    assert all_events(screen, 2) == ["ScreenTouched", "StartTouched"]


def test_a_touch_on_a_dark_screen_wakes_it_and_means_nothing_else(screen: ScreenProcess, finger: Finger) -> None:
    targets = shown(screen, "vi-home")
    screen.ask("darken", dark=True)
    finger.tap(*targets["start"])
    woken = all_events(screen, 1)
    screen.ask("darken", dark=False)
    finger.tap(*targets["start"])

    assert woken == ["ScreenTouched"]
    assert all_events(screen, 2) == ["ScreenTouched", "StartTouched"]


def test_a_double_tap_is_one_wish(screen: ScreenProcess, finger: Finger) -> None:
    targets = shown(screen, "vi-home")
    finger.tap(*targets["start"])
    finger.tap(*targets["start"])

    assert all_events(screen, 3) == ["ScreenTouched", "StartTouched", "ScreenTouched"]


def _touches(screen: ScreenProcess, number: int) -> list[int]:
    """Give the moments of so many touches once the kiosk has seen them all."""
    seen: list[int] = []
    while len(seen) < number:
        seen += screen.ask("touched")
    return seen


def test_the_second_half_of_a_double_tap_does_not_touch_the_next_page(screen: ScreenProcess, finger: Finger) -> None:
    cancel = shown(screen, "vi-card")["cancel"]
    seen = ready = 0
    while seen > ready - DOUBLE_TAP_NS // 3:
        shown(screen, "vi-home")
        screen.ask("touched")
        ready = screen.ask("show", sample="vi-card")["touchable_ns"]
        finger.tap(*cancel)
        (seen,) = _touches(screen, 1)
        events = all_events(screen, 1)

    assert events == ["ScreenTouched"]


def test_every_target_of_every_page_means_what_its_name_says(screen: ScreenProcess, finger: Finger) -> None:
    expected = {
        "vi-home": {"lang-vi": "LanguageTouched", "lang-en": "LanguageTouched", "start": "StartTouched"},
        "vi-card": {"cancel": "CancelTouched"},
        "vi-finished-ask-both": {"print": "ReceiptTouched", "share": "ReceiptTouched", "no-receipt": "ReceiptTouched"},
        "vi-services": {
            "borrow": "StartTouched",
            "return": "StartTouched",
            "account": "StartTouched",
            "lang-vi": "LanguageTouched",
            "lang-en": "LanguageTouched",
        },
        "vi-borrow_fee": {"yes": "FeeTouched", "no": "FeeTouched"},
        "vi-borrow_count": {"yes": "CountTouched", "no": "CountTouched"},
        "vi-returning_pile": {"finish": "FinishTouched"},
        "vi-returning_empty": {"cancel": "CancelTouched"},
        "vi-lying": {"lend-lying": "LendLyingTouched", "finish": "FinishTouched", "cancel": "CancelTouched"},
        "vi-which-two": {
            "option-1": "CandidateTouched",
            "option-2": "CandidateTouched",
            "none": "NoCandidateTouched",
        },
        "vi-finished-ask-usual": {"print": "ReceiptTouched", "no-receipt": "ReceiptTouched"},
        "vi-finished.paper_out": {"done": "DoneTouched"},
        "vi-paying": {"leave": "FinishTouched", "back": "PayingLeftTouched"},
        "vi-join_offered": {"go": "JoinTouched", "cancel": "CancelTouched"},
        "vi-join_agreed": {
            "choice-0": "PurposeTouched",
            "choice-1": "PurposeTouched",
            "choice-2": "PurposeTouched",
            "send": "HandInTouched",
            "cancel": "CancelTouched",
        },
    }
    found: dict[str, dict[str, str]] = {}
    for sample in expected:
        found[sample] = {}
        for name, middle in shown(screen, sample).items():
            finger.tap(*middle)
            found[sample][name] = all_events(screen, 2)[-1]

    assert found == expected


def test_under_the_warning_every_touch_is_a_sign_of_life_and_nothing_else(
    screen: ScreenProcess, finger: Finger
) -> None:
    below = shown(screen, "vi-usual")["finish"]
    targets = shown(screen, "vi-still")
    finger.tap(*below)
    finger.tap(*targets["stay"])
    finger.tap(3, 3)

    assert list(targets) == ["stay"]
    assert all_events(screen, 3) == ["ScreenTouched"] * 3


def test_options_that_do_not_fit_at_once_are_turned_to_and_a_double_tap_turns_once(
    screen: ScreenProcess, finger: Finger
) -> None:
    apart = DOUBLE_TAP_NS
    while apart >= DOUBLE_TAP_NS:
        targets = shown(screen, "vi-which-many")
        screen.ask("touched")
        pages = [_options(screen)]
        apart = 0
        for _ in range(3):
            finger.tap(*targets["more"])
            finger.tap(*targets["more"])
            first, second = _touches(screen, 2)
            apart = max(apart, second - first)
            screen.ask("idle", seconds=0.5)
            pages.append(_options(screen))

    assert [len(page) for page in pages] == [4, 4, 1, 4]
    assert pages[0] == pages[3]
    assert set(all_events(screen, 6)) == {"ScreenTouched"}


def _options(screen: ScreenProcess) -> list[str]:
    return [words["words"] for words in screen.ask("look")["words"] if " Trỗi" in words["words"]]


def test_a_finger_that_slides_off_a_button_wants_nothing(screen: ScreenProcess, x_display: str) -> None:
    start = shown(screen, "vi-home")["start"]
    slide(x_display, start, (start[0], 20))

    assert all_events(screen, 1) == ["ScreenTouched"]


@pytest.mark.parametrize("hesitate_ms", [0, 700])
def test_a_list_of_thirty_can_be_drawn_up(hesitate_ms: int, screen: ScreenProcess, x_display: str) -> None:
    screen.ask("show", sample="vi-home")
    before = screen.ask("show", sample="vi-thirty")["words"]
    slide(x_display, (300, 520), (300, 220), hesitate_ms)
    screen.ask("idle", seconds=1.0)
    after = screen.ask("look")["words"]
    rows = [(one["bottom"], other["bottom"]) for one, other in zip(before, after, strict=True) if one["scrolls"]]

    assert len(rows) == 60
    assert all(later > earlier + 100 for earlier, later in rows)


def test_touches_land_right_on_a_turned_panel(x_display: str, finger: Finger, tmp_path: Path) -> None:
    with ScreenProcess("7in-1024x600-portrait", tmp_path, display=x_display, measured=False) as screen:
        for sample, name, event in (("vi-home", "lang-en", "LanguageTouched"), ("vi-usual", "cancel", "CancelTouched")):
            finger.tap(*shown(screen, sample)[name])

            assert all_events(screen, 2) == ["ScreenTouched", event]


def test_a_screen_is_recorded_as_it_wasshown(x_display: str, tmp_path: Path) -> None:
    record = tmp_path / "record"
    with ScreenProcess("7in-1024x600", tmp_path, display=x_display, record_to=record, measured=False) as screen:
        screen.ask("show", sample="vi-home")
        screen.ask("show", sample="vi-usual")
    facts = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(record.glob("*.json"))]

    assert [(fact["number"], fact["page"], fact["language"]) for fact in facts] == [
        (1, "home", "vi"),
        (2, "borrow", "vi"),
    ]
    assert {target["name"] for target in facts[0]["targets"]} == {"start", "lang-vi", "lang-en"}
    assert "Bắt đầu" in facts[0]["texts"]
    assert facts[1]["rows"][0] == {"key": "a", "mark": "attention", "where": ""}
    assert facts[0]["shown_monotonic_ns"] < facts[1]["shown_monotonic_ns"]
    with Image.open(record / "0001-home.png") as picture:
        assert picture.size == (WIDTH, HEIGHT)
        assert len(picture.getcolors(1 << 20) or ()) > 50


def test_a_posted_reading_is_seen_before_the_next_frame(screen: ScreenProcess) -> None:
    screen.ask("show", sample="vi-home")
    passed = sorted(screen.ask("wake", times=60))

    assert passed[len(passed) // 4] < A_FRAME_S / 2, "Kivy's default clock sees nothing before a frame has passed"


def test_the_window_outlives_five_seconds_in_which_nothing_happens(screen: ScreenProcess) -> None:
    screen.ask("show", sample="vi-home")
    idle = screen.ask("idle", seconds=5.0)

    assert idle["alive"]
    assert screen.ask("show", sample="vi-card")["page"] == "identify"


def test_cancelling_ends_the_window(own_screen: ScreenProcess) -> None:
    own_screen.ask("show", sample="vi-home")

    assert own_screen.ask("cancel") == "cancelled"


def test_a_fault_in_a_page_is_logged_once_without_its_words_and_the_kiosk_goes_on(
    own_screen: ScreenProcess, finger: Finger
) -> None:
    start = shown(own_screen, "vi-home")["start"]
    own_screen.ask("fail")
    finger.tap(*start)
    all_events(own_screen, 2)
    finger.tap(*shown(own_screen, "en-home")["start"])
    all_events(own_screen, 2)

    assert own_screen.ask("show", sample="vi-card")["page"] == "identify"
    assert own_screen.log().count("ValueError at") == 1
    assert "words that no log may hold" not in own_screen.log()


def test_visits_leave_no_widget_behind(screen: ScreenProcess) -> None:
    widgets = screen.ask("memory", rounds=3)

    assert widgets["last"] <= widgets["first"]


def test_kivy_takes_nothing_from_its_surroundings(x_display: str, tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / ".kivy").mkdir(parents=True)
    settings = home / ".kivy" / "config.ini"
    settings.write_text("[graphics]\nwidth = 300\nheight = 200\n[input]\nfinger = mouse\n", encoding="utf-8")
    with ScreenProcess(
        "7in-1024x600", tmp_path, display=x_display, home=home, arguments=["--size=300x200", "-m", "inspector", "-h"]
    ) as screen:
        screen.ask("show", sample="vi-home")
        found = screen.ask("surroundings")

    assert found == {
        "size": [WIDTH, HEIGHT],
        "providers": ["MouseMotionEventProvider"],
        "stderr": "TextIOWrapper",
        "root_logger": "RootLogger",
        "root_handlers": 1,
    }
    assert [path.name for path in (home / ".kivy").iterdir()] == ["config.ini"]
    assert list((screen.state_folder / "kivy").iterdir()) == []
    assert screen.log() == ""
