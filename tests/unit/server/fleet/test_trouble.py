"""What is wrong with a fleet at a moment."""

from dataclasses import replace
from typing import Any

import pytest

from server.fleet.trouble import (
    HOTTEST_C,
    LEAST_DISK,
    MANY_ITEMS,
    MANY_WRONG_PINS,
    WAITED_S,
    WRONG_CLOCK_S,
    Kind,
    KioskFacts,
    Trouble,
    find,
)

WELL = KioskFacts("k-a", "Hub", "ready", disk_free_bytes=LEAST_DISK, clock_ahead_s=1.0, temperature_c=50.0)


def kinds(facts: KioskFacts) -> set[tuple[Kind, str]]:
    return {(trouble.kind, trouble.subject) for trouble in find([facts], broker=True).troubles}


@pytest.mark.parametrize("state", ["ready", "in_use", "closed", "staff", "unknown"])
def test_a_kiosk_that_does_as_it_should_has_no_trouble(state: str) -> None:
    assert kinds(replace(WELL, state=state)) == set()


@pytest.mark.parametrize(
    ("changes", "kind", "subject"),
    [
        ({"state": "kiosk_down"}, Kind.KIOSK_PROGRAM, ""),
        ({"state": "out_of_order"}, Kind.OUT_OF_ORDER, ""),
        ({"reasons": ("library_system",)}, Kind.LIBRARY_SYSTEM, ""),
        ({"reasons": ("catalogue_old",)}, Kind.CATALOGUE_OLD, ""),
        ({"reasons": ("catalogue",)}, Kind.CATALOGUE_OLD, ""),
        ({"devices": (("pad", "lost", "none"),)}, Kind.DEVICE_LOST, "pad"),
        ({"devices": (("printer", "present", "paper_out"),)}, Kind.PAPER_OUT, ""),
        ({"devices": (("printer", "present", "cover_open"),)}, Kind.COVER_OPEN, ""),
        ({"devices": (("board", "present", "door_open"),)}, Kind.DOOR_OPEN, ""),
        ({"devices": (("board", "present", "tamper"),)}, Kind.TAMPER, ""),
        ({"devices": (("board", "present", "on_battery"),)}, Kind.ON_BATTERY, ""),
        ({"plain_lines": ("broker",)}, Kind.PLAIN_LINE, "broker"),
        ({"to_tell_s": WAITED_S}, Kind.WAITING, ""),
        ({"for_staff": 1}, Kind.FOR_STAFF, ""),
        ({"alarms_owed": 1}, Kind.ALARM_OWED, ""),
        ({"disk_free_bytes": LEAST_DISK - 1}, Kind.DISK_LOW, ""),
        ({"outbox_nearly_full": True}, Kind.OUTBOX_FULL, ""),
        ({"clock_ahead_s": WRONG_CLOCK_S + 1}, Kind.CLOCK_WRONG, ""),
        ({"clock_ahead_s": -WRONG_CLOCK_S - 1}, Kind.CLOCK_WRONG, ""),
        ({"under_voltage": True}, Kind.UNDER_VOLTAGE, ""),
        ({"temperature_c": HOTTEST_C}, Kind.HOT, ""),
        ({"wrong_pins": MANY_WRONG_PINS}, Kind.WRONG_PINS, ""),
        ({"largest_loan": MANY_ITEMS}, Kind.LARGE_LOAN, ""),
        ({"silent": True}, Kind.SILENT, ""),
    ],
)
def test_each_thing_that_can_be_wrong_is_found_by_itself(changes: dict[str, Any], kind: Kind, subject: str) -> None:
    assert kinds(replace(WELL, **changes)) == {(kind, subject)}


@pytest.mark.parametrize(
    "changes",
    [
        {"devices": (("printer", "present", "paper_low"),)},
        {"to_tell_s": WAITED_S - 1},
        {"clock_ahead_s": WRONG_CLOCK_S},
        {"temperature_c": HOTTEST_C - 1},
        {"wrong_pins": MANY_WRONG_PINS - 1},
        {"largest_loan": MANY_ITEMS - 1},
        {"disk_free_bytes": None, "clock_ahead_s": None, "temperature_c": None, "under_voltage": None},
    ],
)
def test_what_is_not_yet_wrong_or_not_told_alarms_nobody(changes: dict[str, Any]) -> None:
    assert kinds(replace(WELL, **changes)) == set()


def test_of_a_silent_kiosk_nothing_else_is_known() -> None:
    found = find([replace(WELL, silent=True, alarms_owed=3)], broker=True)

    assert found.troubles == {Trouble(Kind.SILENT, "k-a")}
    assert found.unknown == {"k-a"}


def test_all_kiosks_of_a_place_are_one_trouble_and_one_of_two_is_its_own() -> None:
    fleet = [
        replace(WELL, kiosk_id="k-a", silent=True),
        replace(WELL, kiosk_id="k-b", silent=True),
        replace(WELL, kiosk_id="k-c", place="School", silent=True),
        replace(WELL, kiosk_id="k-d", place="School"),
        replace(WELL, kiosk_id="k-e", place="", silent=True),
    ]

    assert find(fleet, broker=True).troubles == {
        Trouble(Kind.PLACE_SILENT, subject="Hub"),
        Trouble(Kind.SILENT, "k-c"),
        Trouble(Kind.SILENT, "k-e"),
    }


def test_a_fleet_of_which_nobody_is_heard_is_one_trouble() -> None:
    fleet = [replace(WELL, kiosk_id=f"k-{number}", place=f"p{number}", silent=True) for number in range(40)]

    assert find(fleet, broker=True).troubles == {Trouble(Kind.FLEET_SILENT)}


def test_without_the_broker_that_alone_is_known() -> None:
    found = find([replace(WELL, silent=True), replace(WELL, kiosk_id="k-b", alarms_owed=1)], broker=False)

    assert found.troubles == {Trouble(Kind.BROKER_GONE)}
    assert found.unknown == {"k-a", "k-b"}


def test_a_fleet_without_kiosks_has_no_trouble() -> None:
    assert find([], broker=True).troubles == frozenset()
