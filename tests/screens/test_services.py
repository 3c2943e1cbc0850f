"""Real touches on the pages of a kiosk for several things: its home, the number pad, the account."""

from collections.abc import Iterator

import pytest

from deploy.demo.touch import Finger
from deploy.demo.xvfb import VirtualScreen
from tests.support.screen import ScreenProcess
from tests.support.sliding import slide
from tests.support.touching import all_events, middle, middle_of, shown

WIDTH, HEIGHT = 1024, 600


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
    with ScreenProcess("7in-1024x600", tmp_path_factory.mktemp("screen"), display=x_display, drawn=False) as process:
        yield process


def _details(screen: ScreenProcess, least: int) -> list[str]:
    """Give the events but for the mere touches, once there are at least so many."""
    found: list[str] = []
    for _ in range(200):
        found += [detail for detail in screen.ask("details") if detail != "ScreenTouched()"]
        if len(found) >= least:
            break
        screen.ask("idle", seconds=0.05)
    return found


def test_a_return_begins_with_a_fresh_visit_and_what_needs_a_card_with_none(
    screen: ScreenProcess, finger: Finger
) -> None:
    visits = []
    for _ in range(2):
        finger.tap(*shown(screen, "vi-services")["return"])
        visits += _details(screen, 1)
        shown(screen, "vi-card")
    finger.tap(*shown(screen, "vi-services")["account"])
    (account,) = _details(screen, 1)

    assert len(set(visits)) == 2
    assert all("visit_id='" in visit and "Service.RETURN" in visit for visit in visits)
    assert "Service.ACCOUNT" in account
    assert "visit_id=None" in account


def test_the_button_to_type_a_cards_number_names_a_new_visit_each_time(screen: ScreenProcess, finger: Finger) -> None:
    wishes = []
    for _ in range(2):
        finger.tap(*shown(screen, "vi-card_offers_typing")["type"])
        wishes += _details(screen, 1)
        shown(screen, "vi-services")

    assert len(set(wishes)) == 2
    assert all(wish.startswith("TypeCardTouched(visit_id='") for wish in wishes)


def test_every_key_of_the_number_pad_means_what_stands_on_it(screen: ScreenProcess, finger: Finger) -> None:
    targets = shown(screen, "vi-pin_typed")
    events = []
    for name in ("key-1", "key-0", "erase", "enter", "cancel"):
        finger.tap(*targets[name])
        events += [event for event in all_events(screen, 2) if event != "ScreenTouched"]

    assert set(targets) == {*(f"key-{digit}" for digit in range(10)), "erase", "enter", "cancel"}
    assert events == ["KeyTouched", "KeyTouched", "EraseTouched", "EnterTouched", "CancelTouched"]


def test_letters_of_card_numbers_have_keys_on_pages_that_lead_round_and_begin_with_the_digits(
    screen: ScreenProcess, finger: Finger
) -> None:
    targets = shown(screen, "vi-card_typed_alphabet")
    pages, events = [_keys_of(targets)], []
    for _ in range(4):
        finger.tap(*targets["turn"])
        screen.ask("idle", seconds=0.4)
        targets = {each["name"]: middle(each) for each in screen.ask("look")["targets"]}
        pages.append(_keys_of(targets))
        if "key-V" in targets:
            screen.ask("events")
            finger.tap(*targets["key-V"])
            finger.tap(*targets["key--"])
            events += [event for event in all_events(screen, 4) if event != "ScreenTouched"]
    finger.tap(*targets["turn"])
    shown(screen, "vi-services")
    again = _keys_of(shown(screen, "vi-card_typed_alphabet"))

    assert pages == ["0123456789", "ABCDEFGHI", "JKLMNOPQRS", "-./TUVWXYZ", "0123456789"]
    assert events == ["KeyTouched", "KeyTouched"]
    assert again == pages[0]


def _keys_of(targets: dict[str, tuple[int, int]]) -> str:
    return "".join(sorted(name.removeprefix("key-") for name in targets if name.startswith("key-")))


def test_the_same_digit_can_be_typed_twice_without_a_pause_that_other_buttons_need(
    screen: ScreenProcess, finger: Finger
) -> None:
    targets = shown(screen, "vi-pin_typed")
    events = []
    for _ in range(3):
        finger.tap(*targets["key-5"])
        screen.ask("idle", seconds=0.4)
        events += all_events(screen, 2)

    assert events.count("KeyTouched") == 3


def test_a_button_on_a_row_renews_that_item_and_drawing_the_list_renews_nothing(
    screen: ScreenProcess, finger: Finger, x_display: str
) -> None:
    button = shown(screen, "vi-account")["item SIM-ITEM-0001 act"]
    finger.tap(*button)
    renewed = _details(screen, 1)
    shown(screen, "vi-account_many")
    slide(x_display, button, (button[0], button[1] - 200), 0)
    drawn = all_events(screen, 1)

    assert renewed == ["RenewTouched(item_ids=(ItemId(),))"]
    assert drawn == ["ScreenTouched"]


def test_a_list_is_turned_to_and_a_hold_is_cancelled_only_after_a_yes(screen: ScreenProcess, finger: Finger) -> None:
    targets = shown(screen, "vi-account")
    finger.tap(*targets["list-holds"])
    screen.ask("idle", seconds=0.8)
    holds = screen.ask("look")
    finger.tap(*middle_of(holds, "hold 0 SIM-ITEM-0041 act"))
    screen.ask("idle", seconds=1.0)
    asked = screen.ask("look")
    finger.tap(*middle_of(asked, "no"))
    screen.ask("idle", seconds=3.2)
    kept = all_events(screen, 3)
    back = screen.ask("look")
    finger.tap(*middle_of(back, "hold 0 SIM-ITEM-0041 act"))
    screen.ask("idle", seconds=1.0)
    finger.tap(*middle_of(screen.ask("look"), "yes"))

    assert "list-loans" in {target["name"] for target in holds["targets"]}
    assert (asked["page"], back["page"]) == ("cancel_hold", "account")
    assert set(kept) == {"ScreenTouched"}
    assert _details(screen, 1) == ["CancelHoldTouched(item_id=ItemId())"]
    assert screen.ask("look")["page"] == "account"


def test_the_question_goes_when_what_it_is_about_is_gone(screen: ScreenProcess, finger: Finger) -> None:
    finger.tap(*shown(screen, "vi-account")["list-holds"])
    screen.ask("idle", seconds=0.8)
    finger.tap(*middle_of(screen.ask("look"), "hold 0 SIM-ITEM-0041 act"))
    screen.ask("idle", seconds=1.0)
    asked = screen.ask("look")["page"]
    warned = screen.ask("show", sample="vi-account_doubted")["page"]
    after = screen.ask("show", sample="vi-account")["page"]

    assert (asked, warned, after) == ("cancel_hold", "still_there", "account")


def test_the_next_patron_begins_with_the_first_list(screen: ScreenProcess, finger: Finger) -> None:
    finger.tap(*shown(screen, "vi-account")["list-card"])
    screen.ask("idle", seconds=0.8)
    card = [words["words"] for words in screen.ask("look")["words"]]
    screen.ask("show", sample="vi-services")
    screen.ask("show", sample="vi-account")
    again = [words["words"] for words in screen.ask("look")["words"]]

    assert "Tổng phí: 15.000 ₫" in card
    assert "Tổng phí: 15.000 ₫" not in again
    assert "Gia hạn cả 5 cuốn" in again


def test_what_staff_touch_is_told_and_what_cannot_be_taken_back_is_asked_first(
    screen: ScreenProcess, finger: Finger
) -> None:
    targets = shown(screen, "vi-staff")
    finger.tap(*targets["leave"])
    left = _details(screen, 1)
    finger.tap(*targets["opening act"])
    screen.ask("idle", seconds=1.0)
    asked = screen.ask("look")
    finger.tap(*middle_of(asked, "yes"))
    closed = _details(screen, 1)
    screen.ask("idle", seconds=3.2)
    finger.tap(*middle_of(screen.ask("look"), "list-devices"))
    screen.ask("idle", seconds=0.8)
    finger.tap(*middle_of(screen.ask("look"), "device pad act"))
    tried = _details(screen, 1)

    assert left == ["DoneTouched()"]
    assert asked["page"] == "close"
    assert "ActKind.CLOSED" in closed[0]
    assert "ActKind.DEVICE_TRIED" in tried[0]
    assert "Device.PAD" in tried[0]
