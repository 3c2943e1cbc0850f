"""Decides on a stream of pictures when a label is told: seen twice, and then not again until it was away. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from drivers.barcode.symbology import Symbology

TWICE_WITHIN: Final = 0.7
"""Seconds between the two equal reads; of two chance misreads so close the texts differ."""
AWAY_FOR: Final = 1.5
"""Seconds that a label must be out of view before it counts again: a hand that trembles scans nothing twice."""

Key = tuple[Symbology, str]


@dataclass(slots=True)
class Confirmation:
    """The labels in view; times in seconds, from any beginning, never backwards."""

    _once: dict[Key, float] = field(default_factory=dict, repr=False)
    _told: dict[Key, float] = field(default_factory=dict, repr=False)
    _looked: float = 0.0

    def seen(self, reads: Iterable[Key], now: float) -> list[Key]:
        """Take what one picture showed; give what is to be told."""
        self._looked = now
        self._once = {key: at for key, at in self._once.items() if now - at <= TWICE_WITHIN}
        self._told = {key: at for key, at in self._told.items() if now - at < AWAY_FOR}
        confirmed = []
        for key in dict.fromkeys(reads):
            if key in self._told:
                self._told[key] = now
            elif key in self._once:
                del self._once[key]
                self._told[key] = now
                confirmed.append(key)
            else:
                self._once[key] = now
        return confirmed

    def unchanged(self, now: float) -> None:
        """Take a picture that is the same as the last: what was in view when it was looked at stays in view."""
        in_view = self._looked - TWICE_WITHIN
        self._told = {key: now if at >= in_view else at for key, at in self._told.items() if now - at < AWAY_FOR}
