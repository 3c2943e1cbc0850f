"""A scanner or card reader that types, as the kernel's event device shows it, and what the field has seen such do.

Orders: ``scan`` and ``present`` (``text``, ``suffix`` in hexadecimal, Enter unless given; or ``hex``: events as they
are), ``press`` and ``release`` (``key``: the kernel's code). To misbehave, for the next text: ``dropped`` (``at``: the
kernel throws that character's events away and says so), ``caps`` (Caps Lock is struck before and after, for a scanner
that has capital and small letters change places), ``by_number`` (every character as Alt and its number), ``repeat``
(the kernel repeats each key); ``layout`` (``name``: set up for another country, from now on).
"""

import time
from collections.abc import Iterable, Iterator
from typing import Final

from drivers.emulators.device import Answer, Order, OrderError, bytes_of, number_of, text_of
from drivers.errors import ProfileError
from drivers.input_keys.event_codec import (
    EV_KEY,
    EV_MSC,
    EV_SYN,
    MSC_SCAN,
    SYN_DROPPED,
    SYN_REPORT,
    EventCodec,
    InputEvent,
)
from drivers.input_keys.keys_codec import DOWN, UP, KeysCodec, by_number
from drivers.input_keys.layout import DEFAULT_LAYOUT, load_layout

_CAPS_LOCK: Final = 58
_REPEATED: Final = 2
_LAST_KEY: Final = 0x2FF
_MISDEEDS: Final = ("dropped", "caps", "by_number", "repeat")


class EvdevDevice:
    """Types what it is ordered to."""

    def __init__(self) -> None:
        self._keys = KeysCodec(load_layout(DEFAULT_LAYOUT))
        self._wrong: dict[str, int] = {}
        self._typed = 0

    def received(self, data: bytes) -> Iterable[Answer]:
        """Take what a host sends: the lamps of a keyboard, which a scanner has not."""
        del data
        return ()

    def do(self, order: Order) -> tuple[Order, Iterable[Answer]]:
        """Carry out an order."""
        match text_of(order, "do"):
            case "scan" | "present":
                self._typed += 1
                return {"scans": self._typed}, (Answer(self._scan(order)),)
            case "press" | "release" as what:
                code = number_of(order, "key", most=_LAST_KEY)
                return {}, (Answer(_bytes(_moved(code, DOWN if what == "press" else UP))),)
            case "misbehave":
                self._misbehave(order)
                return {}, ()
            case "state":
                return {"scans": self._typed}, ()
            case unknown:
                raise OrderError(f"{unknown}: no such order")

    def _misbehave(self, order: Order) -> None:
        match text_of(order, "what"):
            case what if what in _MISDEEDS:
                self._wrong[what] = number_of(order, "at", 0)
            case "layout":
                try:
                    self._keys = KeysCodec(load_layout(text_of(order, "name")))
                except ProfileError as error:
                    raise OrderError(str(error)) from error
            case "normal":
                self._wrong.clear()
            case unknown:
                raise OrderError(f"{unknown}: no such misdeed")

    def _scan(self, order: Order) -> bytes:
        if "hex" in order:
            return bytes_of(order, "hex")
        text = text_of(order, "text") + bytes_of(order, "suffix", "0d").decode(errors="replace")
        wrong, self._wrong = self._wrong, {}
        events = list(self._events(text, wrong))
        if "caps" in wrong:
            caps = [*_moved(_CAPS_LOCK, DOWN), *_moved(_CAPS_LOCK, UP)]
            swapped = "".join(each.swapcase() if each.isascii() else each for each in text)
            events = caps + list(self._events(swapped, wrong)) + caps
        return _bytes(event for each in events for event in _as_told(each, repeated="repeat" in wrong))

    def _events(self, text: str, wrong: dict[str, int]) -> Iterator[InputEvent]:
        for place, character in enumerate(text):
            if place == wrong.get("dropped"):
                yield InputEvent(EV_SYN, SYN_DROPPED, 0)
                yield InputEvent(EV_SYN, SYN_REPORT, 0)
            elif "by_number" in wrong and character.isprintable():
                yield from by_number(character)
            else:
                yield from self._keys.send(character)


def _as_told(event: InputEvent, *, repeated: bool) -> Iterator[InputEvent]:
    """Give an event with what the kernel tells beside it."""
    if event.type == EV_KEY:
        yield InputEvent(EV_MSC, MSC_SCAN, 0x70000 + event.code)
    yield event
    if event.type == EV_KEY and event.value == DOWN and repeated:
        yield InputEvent(EV_SYN, SYN_REPORT, 0)
        yield InputEvent(EV_KEY, event.code, _REPEATED)


def _moved(code: int, value: int) -> list[InputEvent]:
    return [InputEvent(EV_KEY, code, value), InputEvent(EV_SYN, SYN_REPORT, 0)]


def _bytes(events: Iterable[InputEvent]) -> bytes:
    return EventCodec.send(events, time.time_ns() // 1000)
