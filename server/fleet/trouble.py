"""What is wrong with a fleet at a moment, by what its kiosks told; pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Kind(StrEnum):
    """What can be wrong; each has an entry in docs/runbook.md."""

    FLEET_SILENT = "fleet_silent"
    BROKER_GONE = "broker_gone"
    PLACE_SILENT = "place_silent"
    SILENT = "silent"
    KIOSK_PROGRAM = "kiosk_program"
    OUT_OF_ORDER = "out_of_order"
    LIBRARY_SYSTEM = "library_system"
    ALARM_OWED = "alarm_owed"
    FOR_STAFF = "for_staff"
    WAITING = "waiting"
    DEVICE_LOST = "device_lost"
    PAPER_OUT = "paper_out"
    COVER_OPEN = "cover_open"
    DOOR_OPEN = "door_open"
    TAMPER = "tamper"
    LARGE_LOAN = "large_loan"
    WRONG_PINS = "wrong_pins"
    ON_BATTERY = "on_battery"
    DISK_LOW = "disk_low"
    OUTBOX_FULL = "outbox_full"
    CLOCK_WRONG = "clock_wrong"
    UNDER_VOLTAGE = "under_voltage"
    HOT = "hot"
    CATALOGUE_OLD = "catalogue_old"
    PLAIN_LINE = "plain_line"


_MINUTE: Final = timedelta(minutes=1)
PATIENCE: Mapping[Kind, timedelta] = MappingProxyType(
    {
        Kind.BROKER_GONE: 2 * _MINUTE,
        Kind.FLEET_SILENT: 2 * _MINUTE,
        Kind.PLACE_SILENT: 2 * _MINUTE,
        Kind.SILENT: 2 * _MINUTE,
        Kind.KIOSK_PROGRAM: _MINUTE,
        Kind.OUT_OF_ORDER: _MINUTE,
        Kind.LIBRARY_SYSTEM: 2 * _MINUTE,
        Kind.ALARM_OWED: 10 * _MINUTE,
        Kind.WAITING: timedelta(0),
        Kind.DEVICE_LOST: _MINUTE,
        Kind.COVER_OPEN: 2 * _MINUTE,
        Kind.DOOR_OPEN: 2 * _MINUTE,
        Kind.ON_BATTERY: _MINUTE,
        Kind.DISK_LOW: 5 * _MINUTE,
        Kind.CLOCK_WRONG: 5 * _MINUTE,
        Kind.UNDER_VOLTAGE: 5 * _MINUTE,
        Kind.HOT: 5 * _MINUTE,
        Kind.CATALOGUE_OLD: timedelta(0),
    }
)
"""How long something must be wrong before anybody is alarmed; at once where nothing stands here."""

WAITED_S: Final = 3_600.0
"""Loans that the library system has not heard of for so long."""
LEAST_DISK: Final = 500_000_000
"""Bytes free on a kiosk's card."""
WRONG_CLOCK_S: Final = 120.0
HOTTEST_C: Final = 80.0
"""Where a Raspberry Pi begins to slow itself down."""
MANY_ITEMS: Final = 20
"""Items lent in one visit, so many that somebody should have a look."""
MANY_WRONG_PINS: Final = 5
"""Within an hour at one kiosk."""
_DETAILS: Final = {
    "paper_out": Kind.PAPER_OUT,
    "cover_open": Kind.COVER_OPEN,
    "door_open": Kind.DOOR_OPEN,
    "tamper": Kind.TAMPER,
    "on_battery": Kind.ON_BATTERY,
}


@dataclass(frozen=True, slots=True, order=True)
class Trouble:
    """One thing that is wrong; what is equal is the same trouble going on."""

    kind: Kind
    kiosk_id: str = ""
    """Empty: it is no single kiosk's."""
    subject: str = ""
    """The role of a device, a place, a line."""


@dataclass(frozen=True, slots=True)
class KioskFacts:
    """What is known of a kiosk; what it does not tell is ``None`` or empty."""

    kiosk_id: str
    place: str = ""
    state: str = "ready"
    silent: bool = False
    """It should speak and does not: nothing else that is known of it holds any more."""
    reasons: tuple[str, ...] = ()
    devices: tuple[tuple[str, str, str], ...] = ()
    """Role, state and detail."""
    to_tell_s: float | None = None
    """How long the oldest loan has waited that the library system has not heard of."""
    for_staff: int = 0
    alarms_owed: int = 0
    disk_free_bytes: int | None = None
    outbox_nearly_full: bool = False
    clock_ahead_s: float | None = None
    under_voltage: bool | None = None
    temperature_c: float | None = None
    plain_lines: tuple[str, ...] = ()
    wrong_pins: int = 0
    """Of the last hour."""
    largest_loan: int = 0
    """Items of one visit of the last twelve hours."""


@dataclass(frozen=True, slots=True)
class Found:
    """What is wrong now, and what nobody can say."""

    troubles: frozenset[Trouble]
    unknown: frozenset[str] = frozenset()
    """Kiosks of which nobody can say whether what was wrong still is."""
    covered: Mapping[str, Trouble] = field(default_factory=dict)
    """Silent kiosks, and the trouble of their place or fleet that stands for each."""
    judges_silence: bool = True
    """``False``: nobody can say now who is silent, and who was, is so still."""


def find(kiosks: Sequence[KioskFacts], *, broker: bool, judges_silence: bool = True) -> Found:
    """Look at all kiosks; without the broker nothing new is known of any.

    Kiosks of one place that are all silent are one trouble, and so is a whole fleet: a router or a line, no kiosks.
    """
    everybody = frozenset(kiosk.kiosk_id for kiosk in kiosks)
    if not broker:
        return Found(frozenset({Trouble(Kind.BROKER_GONE)}), everybody, judges_silence=False)
    silent = frozenset(kiosk.kiosk_id for kiosk in kiosks if kiosk.silent)
    found: set[Trouble] = set()
    covered: dict[str, Trouble] = {}
    if judges_silence:
        covered = _covered(kiosks, silent)
        found |= set(covered.values())
        found |= {Trouble(Kind.SILENT, kiosk_id) for kiosk_id in silent - covered.keys()}
    for kiosk in kiosks:
        if not kiosk.silent:
            found |= {Trouble(kind, kiosk.kiosk_id, subject) for kind, subject in _of(kiosk)}
    return Found(frozenset(found), silent, covered, judges_silence)


def _covered(kiosks: Sequence[KioskFacts], silent: frozenset[str]) -> dict[str, Trouble]:
    if len(kiosks) > 1 and len(silent) == len(kiosks):
        return dict.fromkeys(silent, Trouble(Kind.FLEET_SILENT))
    by_place: dict[str, set[str]] = {}
    for kiosk in kiosks:
        if kiosk.place:
            by_place.setdefault(kiosk.place, set()).add(kiosk.kiosk_id)
    return {
        kiosk_id: Trouble(Kind.PLACE_SILENT, subject=place)
        for place, there in by_place.items()
        if len(there) > 1 and there <= silent
        for kiosk_id in there
    }


def _of(kiosk: KioskFacts) -> Iterator[tuple[Kind, str]]:
    if kiosk.state in {"kiosk_down", "init"}:
        yield Kind.KIOSK_PROGRAM, ""
    elif kiosk.state == "out_of_order":
        yield Kind.OUT_OF_ORDER, ""
    if "library_system" in kiosk.reasons:
        yield Kind.LIBRARY_SYSTEM, ""
    if {"catalogue", "catalogue_old"} & set(kiosk.reasons):
        yield Kind.CATALOGUE_OLD, ""
    for role, state, detail in kiosk.devices:
        if state == "lost":
            yield Kind.DEVICE_LOST, role
        elif detail in _DETAILS:
            yield _DETAILS[detail], ""
    for line in kiosk.plain_lines:
        yield Kind.PLAIN_LINE, line
    held = {
        Kind.WAITING: (kiosk.to_tell_s or 0.0) >= WAITED_S,
        Kind.FOR_STAFF: kiosk.for_staff > 0,
        Kind.ALARM_OWED: kiosk.alarms_owed > 0,
        Kind.DISK_LOW: kiosk.disk_free_bytes is not None and kiosk.disk_free_bytes < LEAST_DISK,
        Kind.OUTBOX_FULL: kiosk.outbox_nearly_full,
        Kind.CLOCK_WRONG: abs(kiosk.clock_ahead_s or 0.0) > WRONG_CLOCK_S,
        Kind.UNDER_VOLTAGE: bool(kiosk.under_voltage),
        Kind.HOT: (kiosk.temperature_c or 0.0) >= HOTTEST_C,
        Kind.WRONG_PINS: kiosk.wrong_pins >= MANY_WRONG_PINS,
        Kind.LARGE_LOAN: kiosk.largest_loan >= MANY_ITEMS,
    }
    yield from ((kind, "") for kind, holds in held.items() if holds)
