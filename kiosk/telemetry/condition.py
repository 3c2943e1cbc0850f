"""How the kiosk is, in the fleet's words; pure."""

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import assert_never

from drivers.gpio.base import Signal
from drivers.printer.base import PaperStatus, PrinterReading
from kiosk.session.citizen_state import AskingCitizen, NewReader
from kiosk.session.hold_state import Reserving
from kiosk.session.search_state import Searching
from kiosk.session.staff_state import AskingStaffPin, AtStaffDesk, Closed
from kiosk.session.state import (
    AskingPin,
    AtAccount,
    AwaitingCard,
    Borrowing,
    Finished,
    Identifying,
    Idle,
    OutOfOrder,
    ReturnFinished,
    Returning,
    ReturnSettling,
    Settling,
    State,
    TurnedAway,
)
from kiosk.session.values import Device
from mqtt.messages import DeviceCondition, DeviceReport, KioskCondition

LIBRARY_SYSTEM = "library_system"
CATALOGUE, CATALOGUE_OLD = "catalogue", "catalogue_old"
_GRAVEST_FIRST = (Signal.TAMPER, Signal.DOOR_OPEN, Signal.ON_BATTERY)


def condition_of(state: State) -> tuple[KioskCondition, tuple[str, ...]]:
    """Return the condition to report, and what is missing: roles of lost devices in a fixed order, ``library_system``.

    ``READY`` with reasons is a kiosk that serves without something (a printer). ``catalogue``: there should be a copy
    and is none; ``catalogue_old``: its server was not heard of for a day.
    """
    around = state.around
    missing = tuple(sorted(device.value for device in around.lost))
    reasons = missing if around.library_system else (*missing, LIBRARY_SYSTEM)
    if around.catalogue.is_missed:
        reasons = (*reasons, CATALOGUE)
    elif around.catalogue.is_old:
        reasons = (*reasons, CATALOGUE_OLD)
    match state:
        case OutOfOrder():
            return KioskCondition.OUT_OF_ORDER, reasons
        case Closed():
            return KioskCondition.CLOSED, reasons
        case AskingStaffPin() | AtStaffDesk():
            return KioskCondition.STAFF, reasons
        case Idle():
            return KioskCondition.READY, reasons
        case AwaitingCard() | Identifying() | TurnedAway() | AskingPin() | Borrowing() | AtAccount() | Reserving():
            return KioskCondition.IN_USE, reasons
        case (Settling() | Finished() | Returning() | ReturnSettling() | ReturnFinished()) | (
            Searching() | AskingCitizen() | NewReader()
        ):
            return KioskCondition.IN_USE, reasons
        case _:
            assert_never(state)


def paper_detail(reading: PrinterReading) -> str:
    """Return the fleet's word for what a printer says of itself; unknown paper is no news."""
    if reading.stopped:
        return "cover_open"
    return {PaperStatus.LOW: "paper_low", PaperStatus.OUT: "paper_out"}.get(reading.paper, "none")


def board_detail(active: Collection[Signal]) -> str:
    """Return the fleet's word for the gravest thing that the switches and sensors say."""
    return next((signal.value for signal in _GRAVEST_FIRST if signal in active), "none")


def reports_of(
    state: State, models: Mapping[Device, str], details: Mapping[Device, str] = MappingProxyType({})
) -> tuple[DeviceReport, ...]:
    """Return every device of ``models`` (role to model name), present with its detail, or lost."""
    lost = state.around.lost
    return tuple(
        DeviceReport(
            role=device.value,
            model=models[device],
            state=DeviceCondition.LOST if device in lost else DeviceCondition.PRESENT,
            detail="none" if device in lost else details.get(device, "none"),
        )
        for device in sorted(models)
    )
