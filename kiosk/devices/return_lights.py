"""What lights and buzzer say of items that are brought back: the lamps of their bins, and the kiosk's own."""

from dataclasses import dataclass
from typing import Final

from drivers.gpio.base import Lamp
from kiosk.session.receipt_rules import ReceiptStage
from kiosk.session.return_list import ReturnAlarm, ReturnEntry, ReturnStatus
from kiosk.session.state import ReturnFinished, Returning, ReturnSettling
from kiosk.session.values import Bin

OfReturn = Returning | ReturnSettling | ReturnFinished

_BINS: Final = (Lamp.BIN_1, Lamp.BIN_2, Lamp.BIN_3, Lamp.BIN_4)
_UNDER_WAY = frozenset({ReturnStatus.WAITING, ReturnStatus.TAKING})
_NOT_BACK = frozenset({ReturnStatus.REFUSED, ReturnStatus.UNKNOWN, ReturnStatus.NOT_TAKEN})
_STILL_SILENT = frozenset({ReturnAlarm.STILL_OFF, ReturnAlarm.TO_STAFF})


@dataclass(frozen=True, slots=True)
class Lights:
    """The lamps that are on; no lamp is in both."""

    lit: frozenset[Lamp] = frozenset()
    blinking: frozenset[Lamp] = frozenset()


def lights_of_return(state: OfReturn) -> Lights:
    """Say which lamps belong to it.

    While items are brought the lamp of one bin is lit: that of the item which was presented last and has its place; on
    the last page those of all that have one.
    """
    entries = state.visit.entries
    places = [entry.bin for entry in entries if entry.bin is not None]
    if isinstance(state, ReturnFinished):
        own = Lights(blinking=frozenset({Lamp.RED})) if return_calls(state) else Lights(lit=frozenset({Lamp.GREEN}))
        return Lights(own.lit | _lamps(places), own.blinking)
    lit = frozenset({Lamp.READER}) | _lamps(places[-1:])
    red = frozenset({Lamp.RED}) if return_calls(state) else frozenset[Lamp]()
    if busy_returning(state) or isinstance(state, ReturnSettling):
        return Lights(lit, red | {Lamp.BLUE})
    if red:
        return Lights(lit, red)
    done = entries and all(entry.alarm is not ReturnAlarm.WANTED for entry in entries)
    return Lights(lit | {Lamp.GREEN if done else Lamp.BLUE})


def return_calls(state: OfReturn) -> bool:
    """Say whether whoever stands there is to look at the screen."""
    if isinstance(state, Returning) and (state.notice is not None or state.warned_until is not None):
        return True
    if isinstance(state, ReturnFinished) and state.stage is ReceiptStage.FAILED:
        return True
    return bool(return_troubles(state))


def return_troubles(state: OfReturn) -> frozenset[tuple[int, ReturnStatus, ReturnAlarm, int]]:
    """Name what is wrong with which item; a second failed attempt is another trouble."""
    return frozenset(
        (place, entry.status, entry.alarm, entry.alarm_tries)
        for place, entry in enumerate(state.visit.entries)
        if _is_trouble(entry)
    )


def busy_returning(state: OfReturn) -> bool:
    """Say whether an item is being taken or armed."""
    return any(entry.status in _UNDER_WAY or entry.alarm is ReturnAlarm.WRITING for entry in state.visit.entries)


def _is_trouble(entry: ReturnEntry) -> bool:
    return entry.status in _NOT_BACK or entry.alarm in _STILL_SILENT


def _lamps(places: list[Bin]) -> frozenset[Lamp]:
    """Give the lamps of bins; one with a higher number has none."""
    return frozenset(_BINS[place.number - 1] for place in places if 1 <= place.number <= len(_BINS))
