"""What the kiosk's lights and buzzer say of the session: one table from its state to lamps, one from a step to a tone.

Red blinks and never stands, green stands and never blinks, blue blinks while the kiosk works and stands while it waits
for the patron: whoever cannot tell the colours can tell these apart. Nothing is said by light or sound alone: each tone
comes with its lamp (a card or label read: blue; done: green; attention: red), and the screen says all of it in words.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import assert_never

from drivers.errors import DeviceError, DeviceLostError, LossReason
from drivers.gpio.base import Board, Lamp, Signal, SignalReading, Tone
from kiosk.devices.return_lights import (
    Lights,
    OfReturn,
    busy_returning,
    lights_of_return,
    return_calls,
    return_troubles,
)
from kiosk.session.citizen_state import AT_FORM, AskingCitizen, NewReader, ReaderStage
from kiosk.session.hold_state import HoldStep, Reserving
from kiosk.session.receipt_rules import ReceiptStage
from kiosk.session.reserving import UNDER_WAY
from kiosk.session.return_list import ReturnStatus
from kiosk.session.search_state import Searching
from kiosk.session.staff_state import AskingStaffPin, AtStaffDesk, Closed
from kiosk.session.state import (
    AskingPin,
    AtAccount,
    AwaitingCard,
    Borrowing,
    Entry,
    EntryAlarm,
    EntryStatus,
    Finished,
    Identifying,
    Idle,
    Notice,
    OutOfOrder,
    ReturnFinished,
    Returning,
    ReturnSettling,
    Settling,
    State,
    TurnedAway,
)
from mqtt.cancellation import honour_cancellation

_log = logging.getLogger(__name__)

WATCHED = frozenset({Signal.DOOR_OPEN, Signal.TAMPER, Signal.ON_BATTERY})
"""What staff must hear of; it is logged once when it begins and once when it ends."""

_UNDER_WAY = frozenset({EntryStatus.WAITING, EntryStatus.LENDING})
_NOT_LENT = frozenset({EntryStatus.REFUSED, EntryStatus.UNKNOWN, EntryStatus.NOT_SENT})
_STILL_ALARMS = frozenset({EntryAlarm.STILL_ON, EntryAlarm.AT_DESK})


_DARK = Lights()
_READY = Lights(lit=frozenset({Lamp.GREEN}))
_WAITING_FOR_CARD = Lights(lit=frozenset({Lamp.GREEN, Lamp.READER}))
_WAITING_FOR_BOOKS = Lights(lit=frozenset({Lamp.BLUE, Lamp.READER}))
_WORKING = Lights(lit=frozenset({Lamp.READER}), blinking=frozenset({Lamp.BLUE}))
_ATTENTION = Lights(blinking=frozenset({Lamp.RED}))
_HOLD_CALLS = frozenset({HoldStep.FEE_ASKED, HoldStep.REFUSED, HoldStep.UNKNOWN, HoldStep.KEPT})
_ATTENTION_AND_READY = Lights(lit=frozenset({Lamp.READER}), blinking=frozenset({Lamp.RED}))


def lights_of(state: State) -> Lights:  # noqa: C901, PLR0912 - one flat table of all states
    """Say which lamps belong to a state."""
    match state:
        case OutOfOrder() | TurnedAway():
            lights = _ATTENTION
        case NewReader():
            lights = _joining(state)
        case Idle():
            lights = _READY if state.notice is None else _ATTENTION
        case AwaitingCard():
            lights = _WAITING_FOR_CARD if state.notice is None else _ATTENTION_AND_READY
        case AskingPin() | AtAccount():
            lights = _at_a_page(state)
        case Identifying() | Settling() | AskingCitizen():
            lights = _WORKING
        case Closed():
            lights = _DARK
        case Reserving():
            lights = _reserving(state)
        case AskingStaffPin() | AtStaffDesk() | Searching():
            lights = _READY
        case Returning() | ReturnSettling() | ReturnFinished():
            lights = lights_of_return(state)
        case Borrowing():
            lights = _borrowing(state)
        case Finished():
            lights = _ATTENTION if _in_trouble(state) else _READY
        case _:
            assert_never(state)
    return lights


def tone_of(before: State, after: State) -> Tone | None:
    """Say what is to be heard when one state follows another; at most one tone, the gravest."""
    if _calls(before, after):
        return Tone.ATTENTION
    if _is_done(before, after):
        return Tone.DONE
    return Tone.READ if _was_read(before, after) else None


class Indicators:
    """Follows the session and drives the board while there is one.

    ``follow`` takes each state as it comes; ``work`` is given to the board's slot and runs while the board is open.
    """

    def __init__(self, on_signal: Callable[[SignalReading], None]) -> None:
        """Make it; every reading of the board goes to ``on_signal``, on the loop, when ``active`` holds it."""
        self._on_signal = on_signal
        self._state: State | None = None
        self._tone: Tone | None = None
        self._changed = asyncio.Event()
        self._active: frozenset[Signal] = frozenset()
        self._again = False

    @property
    def active(self) -> frozenset[Signal]:
        """The signals that are on, as last read; none while the board is lost."""
        return self._active

    def follow(self, state: State) -> None:
        """Take the session's new state; on the loop."""
        if self._state is not None:
            self._tone = _graver(self._tone, tone_of(self._state, state))
        self._state = state
        self._changed.set()

    def show_again(self) -> None:
        """Light what belongs to the state once more: something else was lit meanwhile."""
        self._again = True
        self._changed.set()

    async def work(self, board: Board) -> None:
        """Drive an open board until it is lost (`DeviceLostError`) or this is cancelled.

        A tone that was due while there was no board is not made up for.
        """
        self._tone = None
        self._changed.set()
        lost: DeviceError = DeviceLostError("board", LossReason.SILENT)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._drive(board))
                await self._listen(board)
                raise lost
        except* DeviceError as errors:
            lost = _first(errors)
        finally:
            self._active = frozenset()
        honour_cancellation()
        raise lost

    async def _drive(self, board: Board) -> None:
        shown: Lights | None = None
        while True:
            self._changed.clear()
            again, self._again = self._again, False
            if self._state is not None and ((wanted := lights_of(self._state)) != shown or again):
                shown = wanted
                await board.light(wanted.lit, wanted.blinking)
            tone, self._tone = self._tone, None
            if tone is not None:
                await board.sound(tone)
            await self._changed.wait()

    async def _listen(self, board: Board) -> None:
        async for reading in board.readings():
            was_active = reading.signal in self._active
            self._active = self._active | {reading.signal} if reading.active else self._active - {reading.signal}
            if reading.signal in WATCHED and reading.active != was_active:
                _log.warning("%s: %s", reading.signal, "begins" if reading.active else "is over")
            self._on_signal(reading)


def _borrowing(state: Borrowing) -> Lights:
    entries = state.visit.entries
    calls = state.notice is not None or state.warned_until is not None or state.doubted or _troubled(entries)
    blinking = {Lamp.RED} if calls else set[Lamp]()
    if _busy(entries):
        return Lights(frozenset({Lamp.READER}), frozenset(blinking | {Lamp.BLUE}))
    if blinking:
        return Lights(frozenset({Lamp.READER}), frozenset(blinking))
    safe_to_take = entries and all(entry.alarm is not EntryAlarm.WANTED for entry in entries)
    return _WAITING_FOR_CARD if safe_to_take else _WAITING_FOR_BOOKS


def _reserving(state: Reserving) -> Lights:
    if state.step in UNDER_WAY:
        return _WORKING
    return _ATTENTION if _hold_calls(state) else _READY


def _joining(state: NewReader) -> Lights:
    if state.stage is ReaderStage.HANDING_IN:
        return _WORKING
    return _ATTENTION if _joining_calls(state) else _READY


def _joining_calls(state: NewReader) -> bool:
    """Say whether it cannot go on here, or somebody may have left."""
    goes_on = AT_FORM | {ReaderStage.HANDING_IN, ReaderStage.HANDED_IN}
    return state.stage not in goes_on or state.warned_until is not None


def _hold_calls(state: Reserving) -> bool:
    return state.step in _HOLD_CALLS or state.notice is not None or state.warned_until is not None


def _at_a_page(state: AskingPin | AtAccount) -> Lights:
    """Blink while an answer is awaited; a wrong PIN, a notice or the question who is there calls."""
    working = state.checking if isinstance(state, AskingPin) else state.reading
    blinking = ({Lamp.RED} if _page_calls(state) else set[Lamp]()) | ({Lamp.BLUE} if working else set[Lamp]())
    return Lights(blinking=frozenset(blinking)) if blinking else _READY


def _page_calls(state: AskingPin | AtAccount) -> bool:
    if state.notice is not None or state.warned_until is not None or state.doubted:
        return True
    return state.wrong if isinstance(state, AskingPin) else state.unread


def _calls(before: State, after: State) -> bool:  # noqa: PLR0911 - one return for each kind of state
    """Say whether the patron must look at the screen now and did not have to before."""
    match after:
        case OutOfOrder():
            return not isinstance(before, OutOfOrder | Idle | Closed)  # nobody stands before an idle kiosk
        case TurnedAway():
            return not isinstance(before, TurnedAway)
        case NewReader():
            return _joining_calls(after) and not (isinstance(before, NewReader) and _joining_calls(before))
        case Finished():
            return _in_trouble(after) and not (isinstance(before, Finished) and _in_trouble(before))
        case Borrowing(warned_until=warned_until):
            is_warned = isinstance(before, Borrowing) and before.warned_until is not None
            return (
                _noticed(before, after) or (warned_until is not None and not is_warned) or _new_trouble(before, after)
            )
        case AskingPin() | AtAccount():
            return _page_calls(after) and not (isinstance(before, type(after)) and _page_calls(before))
        case Reserving():
            return _hold_calls(after) and not (isinstance(before, Reserving) and _hold_calls(before))
        case Returning() | ReturnSettling() | ReturnFinished():
            return _return_calls_now(before, after)
        case _:
            return _noticed(before, after)


def _return_calls_now(before: State, after: OfReturn) -> bool:
    if not isinstance(before, Returning | ReturnSettling | ReturnFinished):
        return return_calls(after)
    if _noticed(before, after) or return_troubles(after) - return_troubles(before):
        return True
    return isinstance(after, type(before)) and return_calls(after) and not return_calls(before)


def _is_done(before: State, after: State) -> bool:  # noqa: PLR0911 - one return for each kind of state
    """Say whether a pile, or the visit, has just come to a good end."""
    match before, after:
        case (Finished(), _) | (ReturnFinished(), _):
            return False
        case _, ReturnFinished():
            back = any(entry.status is ReturnStatus.BACK for entry in after.visit.entries)
            return back and not return_calls(after)
        case Returning(), Returning():
            return busy_returning(before) and Lamp.GREEN in lights_of(after).lit
        case _, Finished():
            lent = any(entry.status is EntryStatus.LENT for entry in after.visit.entries)
            return lent and not _in_trouble(after)
        case Reserving(step=HoldStep.PLACING), Reserving(step=HoldStep.PLACED):
            return True
        case NewReader(stage=ReaderStage.HANDING_IN), NewReader(stage=ReaderStage.HANDED_IN):
            return True
        case Borrowing(), Borrowing():
            return _busy(before.visit.entries) and Lamp.GREEN in lights_of(after).lit
        case _:
            return False


def _was_read(before: State, after: State) -> bool:
    """Say whether a card, or an item that was not listed, has just been read."""
    match before, after:
        case _, Identifying() | AskingCitizen():
            return not isinstance(before, type(after))
        case Borrowing(), Borrowing():
            more = len(after.visit.entries) > len(before.visit.entries)
            return more and Lamp.BLUE in lights_of(after).blinking
        case _, Returning():
            known = len(before.visit.entries) if isinstance(before, Returning) else 0
            return len(after.visit.entries) > known and Lamp.BLUE in lights_of(after).blinking
        case _:
            return False


def _noticed(before: State, after: State) -> bool:
    notice = _notice(after)
    return notice is not None and notice != _notice(before)


def _notice(state: State) -> Notice | None:
    return state.notice if isinstance(state, Idle | AwaitingCard | Borrowing | Returning) else None


def _busy(entries: tuple[Entry, ...]) -> bool:
    return any(entry.status in _UNDER_WAY or entry.alarm is EntryAlarm.WRITING for entry in entries)


def _troubled(entries: tuple[Entry, ...]) -> bool:
    return any(_is_trouble(entry) for entry in entries)


def _is_trouble(entry: Entry) -> bool:
    return entry.status in _NOT_LENT or entry.alarm in _STILL_ALARMS


def _in_trouble(state: Finished) -> bool:
    return state.stage is ReceiptStage.FAILED or _troubled(state.visit.entries)


def _new_trouble(before: State, after: Borrowing) -> bool:
    known = _troubles(before) if isinstance(before, Borrowing) else frozenset()
    return bool(_troubles(after) - known)


def _troubles(state: Borrowing) -> frozenset[tuple[int, EntryStatus, EntryAlarm, int]]:
    """Name what is wrong with which entry; a second failed attempt is another trouble."""
    return frozenset(
        (place, entry.status, entry.alarm, entry.alarm_tries)
        for place, entry in enumerate(state.visit.entries)
        if _is_trouble(entry)
    )


def _graver(one: Tone | None, other: Tone | None) -> Tone | None:
    """Of two tones that are due in one turn of the loop only one can be heard."""
    return next((tone for tone in (Tone.ATTENTION, Tone.DONE, Tone.READ) if tone in {one, other}), None)


def _first(errors: BaseExceptionGroup[DeviceError]) -> DeviceError:
    first = errors.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first
