"""When a lamp is on and when the buzzer sounds: blinking, tones, and nothing that flashes; time comes from outside."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from drivers.gpio.base import Lamp, Tone

HALF_BLINK: Final = 0.5
"""Seconds on and seconds off: 1 Hz."""

REST: Final = 0.2
"""Seconds that a lamp stays as it is after a change.

Whatever is asked for, it then flashes 2.5 times a second at most (WCAG 2.3.1 allows three).
"""


@dataclass(frozen=True, slots=True)
class Note:
    """A piece of a tone."""

    seconds: float
    hertz: int = 0
    """0: silence."""


TONES: Final[Mapping[Tone, tuple[Note, ...]]] = MappingProxyType(
    {
        Tone.READ: (Note(0.08, 2000),),
        Tone.DONE: (Note(0.12, 1047), Note(0.06), Note(0.22, 1568)),
        Tone.ATTENTION: (Note(0.7, 440),),
    }
)
"""Told apart by length, number and height, so that one of the three is enough for an ear."""


class LampRhythm:
    """Says which lamps are on; all that blink blink together."""

    def __init__(self, lamps: frozenset[Lamp]) -> None:
        self._lamps = lamps
        self._lit: frozenset[Lamp] = frozenset()
        self._blinking: frozenset[Lamp] = frozenset()
        self._began = 0.0
        self._on: dict[Lamp, bool] = dict.fromkeys(lamps, False)
        self._changed: dict[Lamp, float] = dict.fromkeys(lamps, float("-inf"))

    def show(self, lit: frozenset[Lamp], blinking: frozenset[Lamp], now: float) -> None:
        """Want these; a lamp in both blinks."""
        if not self._blinking:
            self._began = now
        self._lit, self._blinking = (lit - blinking) & self._lamps, blinking & self._lamps

    def changes(self, now: float) -> dict[Lamp, bool]:
        """Give the lamps that must change now."""
        changed = {
            lamp: wanted
            for lamp in self._lamps
            if (wanted := self._wanted(lamp, now)) != self._on[lamp] and now >= self._changed[lamp] + REST
        }
        self._on.update(changed)
        self._changed.update(dict.fromkeys(changed, now))
        return changed

    def due(self, now: float) -> float:
        """Give the seconds until something may change by itself; infinite where nothing will."""
        resting = [
            self._changed[lamp] + REST - now for lamp in self._lamps if self._wanted(lamp, now) != self._on[lamp]
        ]
        blink = [HALF_BLINK - (now - self._began) % HALF_BLINK] if self._blinking else []
        return max(0.0, min([*resting, *blink], default=float("inf")))

    def _wanted(self, lamp: Lamp, now: float) -> bool:
        return lamp in self._lit or (lamp in self._blinking and int((now - self._began) / HALF_BLINK) % 2 == 0)


class ToneRhythm:
    """Says what the buzzer sounds."""

    def __init__(self) -> None:
        self._notes: tuple[Note, ...] = ()
        self._began = 0.0
        self._hertz = 0

    def start(self, tone: Tone, now: float) -> None:
        """Begin a tone; one still sounding is cut off."""
        self._notes, self._began = TONES[tone], now

    def change(self, now: float) -> int | None:
        """Give the frequency to sound from now on, 0 for silence; ``None`` where it stays."""
        wanted, _ = self._at(now)
        if wanted == self._hertz:
            return None
        self._hertz = wanted
        return wanted

    def due(self, now: float) -> float:
        """Give the seconds until the next note; infinite where there is none."""
        return self._at(now)[1]

    def _at(self, now: float) -> tuple[int, float]:
        end = self._began
        for note in self._notes:
            end += note.seconds
            if now < end:
                return note.hertz, end - now
        return 0, float("inf")
