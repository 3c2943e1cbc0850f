"""An RDM6300 as its cable shows it: it says a card again and again while it lies there, and hears nothing.

Orders: ``present`` (``uid``: five bytes; ``ms``: how long it lies there; ``line_end``: in the form of an ID-12). To
misbehave: ``bad_checksum`` (times: frames that do not add up), ``normal``.
"""

from collections.abc import Iterable
from typing import Final

from drivers.card.rdm6300_codec import CARD_BYTES, Rdm6300Codec
from drivers.emulators.device import Answer, Order, OrderError, bytes_of, flag_of, number_of, text_of

EVERY: Final = 0.065
"""Seconds between two frames."""
_LONGEST_MS: Final = 60_000
_CHECKSUM_AT: Final = 12


class Rdm6300Device:
    """The module with a card, or none."""

    def __init__(self) -> None:
        self._shown = 0
        self._bad = 0

    def received(self, data: bytes) -> Iterable[Answer]:
        """Take what a host sends: the module has no ears."""
        del data
        return ()

    def do(self, order: Order) -> tuple[Order, Iterable[Answer]]:
        """Carry out an order."""
        answers: Iterable[Answer] = ()
        match text_of(order, "do"):
            case "present":
                answers = self._present(order)
            case "misbehave":
                self._misbehave(order)
            case "state":
                pass
            case unknown:
                raise OrderError(f"{unknown}: no such order")
        return {"shown": self._shown}, answers

    def _misbehave(self, order: Order) -> None:
        match text_of(order, "what"):
            case "bad_checksum":
                self._bad = number_of(order, "times", 1)
            case "normal":
                self._bad = 0
            case unknown:
                raise OrderError(f"{unknown}: no such misdeed")

    def _present(self, order: Order) -> Iterable[Answer]:
        card = bytes_of(order, "uid")
        if len(card) != CARD_BYTES:
            raise OrderError("uid: five bytes")
        frame = Rdm6300Codec.send(card, line_end=flag_of(order, "line_end", default=False))
        self._shown += 1
        times = 1 + int(number_of(order, "ms", 200, _LONGEST_MS) / 1000 / EVERY)
        return [Answer(self._spoilt(frame), EVERY if time else 0.0) for time in range(times)]

    def _spoilt(self, frame: bytes) -> bytes:
        if not self._bad:
            return frame
        self._bad -= 1
        wrong = ord("0") if frame[_CHECKSUM_AT] != ord("0") else ord("1")
        return frame[:_CHECKSUM_AT] + bytes((wrong,)) + frame[_CHECKSUM_AT + 1 :]
