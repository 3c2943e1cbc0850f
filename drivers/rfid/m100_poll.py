"""What one poll of a UHF module has found, and when it has found enough. Pure."""

from collections import Counter
from collections.abc import Set as AbstractSet
from typing import Final

from drivers.rfid.m100_codec import Frame
from drivers.rfid.m100_messages import (
    Command,
    ErrorCode,
    MessageError,
    ModuleRefusedError,
    Sighting,
    done,
    sighting_told,
)

ROUNDS: Final = 4
MOST_ROUNDS: Final = 40
"""Rounds of a poll, with half a round more for each tag that lay there: of ten tags in sixteen slots one round finds
six, of twenty tags six too. It ends sooner when all that lay there were found twice."""

_TWICE: Final = 2


class Finds:
    """Takes the frames of one poll; ``known`` are the EPCs that lay there before."""

    def __init__(self, known: AbstractSet[str]) -> None:
        self._known = known
        self._times: Counter[str] = Counter()
        self._empty = 0
        self.tags: dict[str, Sighting] = {}
        """Each tag at its strongest."""
        self.refusal: ModuleRefusedError | None = None
        """What kept the module from polling."""
        self.stopped = False

    @property
    def rounds(self) -> int:
        """How many rounds to ask for."""
        return min(MOST_ROUNDS, ROUNDS + len(self._known) // 2)

    @property
    def enough(self) -> bool:
        """Whether the poll may be stopped: all that lay there were found twice, or round after round found nothing."""
        again = bool(self._known) and all(self._times[epc] >= _TWICE for epc in self._known)
        return again or self._empty >= ROUNDS or self.stopped

    def take(self, frame: Frame) -> None:
        """Take one frame; what belongs to no poll is passed over."""
        try:
            tag = sighting_told(frame)
        except MessageError:
            self._take_answer(frame)
            return
        if tag.sound and tag.epc:
            self.tags[tag.epc] = max(tag, self.tags.get(tag.epc, tag), key=lambda each: each.rssi)
            self._times[tag.epc] += 1

    def _take_answer(self, frame: Frame) -> None:
        try:
            done(frame, Command.STOP_POLL)
        except MessageError:
            return
        except ModuleRefusedError as error:
            if error.code == ErrorCode.NO_TAG:
                self._empty += 1
            else:
                self.refusal = error
        else:
            self.stopped = True
