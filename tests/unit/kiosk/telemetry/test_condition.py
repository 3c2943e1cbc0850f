"""The session's state in the fleet's words."""

from dataclasses import replace

import pytest

from drivers.gpio.base import Signal
from drivers.printer.base import PaperStatus, PrinterReading
from kiosk.session.limits import Limits
from kiosk.session.search_state import SearchStanding
from kiosk.session.staff_state import AskingStaffPin, AtStaffDesk, Closed
from kiosk.session.staff_values import StaffId
from kiosk.session.state import Around, AwaitingCard, Idle, OutOfOrder, State
from kiosk.session.values import Device, Language, Pad
from kiosk.telemetry.condition import board_detail, condition_of, paper_detail, reports_of
from mqtt.messages import DeviceCondition, KioskCondition


@pytest.mark.parametrize(
    ("active", "word"),
    [
        (set(), "none"),
        ({Signal.PRESENCE}, "none"),
        ({Signal.ON_BATTERY}, "on_battery"),
        ({Signal.ON_BATTERY, Signal.DOOR_OPEN}, "door_open"),
        ({Signal.TAMPER, Signal.DOOR_OPEN}, "tamper"),
    ],
)
def test_the_gravest_thing_that_switches_say_is_told(active: set[Signal], word: str) -> None:
    assert board_detail(active) == word


def around(*lost: Device, library_system: bool = True) -> Around:
    """Return what stays true across visits."""
    return Around(Limits(), 0.0, Language.VIETNAMESE, library_system, frozenset(lost), Pad())


def _with(**standing: bool) -> Around:
    return replace(around(), catalogue=SearchStanding(**standing))


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (Idle(around()), (KioskCondition.READY, ())),
        (Idle(around(Device.PRINTER)), (KioskCondition.READY, ("printer",))),
        (AwaitingCard(around(), until=1.0), (KioskCondition.IN_USE, ())),
        (OutOfOrder(around(Device.SCANNER, Device.PAD)), (KioskCondition.OUT_OF_ORDER, ("pad", "scanner"))),
        (OutOfOrder(around(library_system=False)), (KioskCondition.OUT_OF_ORDER, ("library_system",))),
        (Idle(_with(is_missed=True)), (KioskCondition.READY, ("catalogue",))),
        (Idle(_with(there=True, is_old=True)), (KioskCondition.READY, ("catalogue_old",))),
        (Idle(_with(there=True)), (KioskCondition.READY, ())),
        (Closed(around(Device.PRINTER)), (KioskCondition.CLOSED, ("printer",))),
        (AskingStaffPin(around(), StaffId("quay-1"), until=1.0), (KioskCondition.STAFF, ())),
        (AtStaffDesk(around(), StaffId("quay-1"), idle_since=0.0), (KioskCondition.STAFF, ())),
    ],
)
def test_a_state_has_its_condition_and_its_reasons(
    state: State, expected: tuple[KioskCondition, tuple[str, ...]]
) -> None:
    assert condition_of(state) == expected


def test_every_device_is_told_with_its_model() -> None:
    models = {Device.SCANNER: "GM65", Device.PAD: "threem 810"}
    devices = reports_of(Idle(around(Device.SCANNER)), models)

    assert [(device.role, device.model, device.state) for device in devices] == [
        ("pad", "threem 810", DeviceCondition.PRESENT),
        ("scanner", "GM65", DeviceCondition.LOST),
    ]


@pytest.mark.parametrize(
    ("paper", "stopped", "word"),
    [
        (PaperStatus.OK, False, "none"),
        (PaperStatus.LOW, False, "paper_low"),
        (PaperStatus.OUT, False, "paper_out"),
        (PaperStatus.OK, True, "cover_open"),
    ],
)
def test_what_a_printer_says_of_itself_is_the_fleets_word(paper: PaperStatus, *, stopped: bool, word: str) -> None:
    assert paper_detail(PrinterReading(paper, 0, stopped=stopped)) == word


def test_a_detail_is_told_of_a_device_that_is_there_and_of_no_lost_one() -> None:
    details = {Device.PRINTER: "paper_out"}
    there = reports_of(Idle(around()), {Device.PRINTER: "escpos"}, details)
    lost = reports_of(Idle(around(Device.PRINTER)), {Device.PRINTER: "escpos"}, details)

    assert [report.detail for report in (*there, *lost)] == ["paper_out", "none"]
