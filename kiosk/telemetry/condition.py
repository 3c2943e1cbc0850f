"""How the kiosk is, in the fleet's words; pure."""

from collections.abc import Mapping
from typing import assert_never

from kiosk.session.state import (
    AwaitingCard,
    Borrowing,
    Finished,
    Identifying,
    Idle,
    OutOfOrder,
    Settling,
    State,
    TurnedAway,
)
from kiosk.session.values import Device
from mqtt.messages import DeviceCondition, DeviceReport, KioskCondition

LIBRARY_SYSTEM = "library_system"


def condition_of(state: State) -> tuple[KioskCondition, tuple[str, ...]]:
    """Return the condition to report, and what is missing: roles of lost devices in a fixed order, ``library_system``.

    ``READY`` with reasons is a kiosk that serves without something (a printer).
    """
    around = state.around
    missing = tuple(sorted(device.value for device in around.lost))
    reasons = missing if around.library_system else (*missing, LIBRARY_SYSTEM)
    match state:
        case OutOfOrder():
            return KioskCondition.OUT_OF_ORDER, reasons
        case Idle():
            return KioskCondition.READY, reasons
        case AwaitingCard() | Identifying() | TurnedAway() | Borrowing() | Settling() | Finished():
            return KioskCondition.IN_USE, reasons
        case _:
            assert_never(state)


def reports_of(state: State, models: Mapping[Device, str]) -> tuple[DeviceReport, ...]:
    """Return every device of ``models`` (role to model name), present or lost."""
    return tuple(
        DeviceReport(
            role=device.value,
            model=models[device],
            state=DeviceCondition.LOST if device in state.around.lost else DeviceCondition.PRESENT,
        )
        for device in sorted(models)
    )
