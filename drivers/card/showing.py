"""When a card counts as shown: once while it lies there, again only after it was away. Pure."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

GONE_MISSES: Final = 3
GONE_SECONDS: Final = 0.6
"""A card at the edge of the field is missed now and then: it is away after so many misses and so long, both."""

KeyT = TypeVar("KeyT", bound=Hashable)


@dataclass(slots=True)
class _Lying:
    seen_at: float
    misses: int = 0
    told: bool = False


class Showing(Generic[KeyT]):
    """For readers that are asked again and again which cards lie there.

    Of two cards at once no new one counts, for nobody knows whose visit it is; the one that is left alone does. Cards
    beside one another are missed now and then: one counts as left alone only when the other is away.
    """

    def __init__(self) -> None:
        self._lying: dict[KeyT, _Lying] = {}

    def saw(self, cards: Iterable[KeyT], now: float) -> KeyT | None:
        """Take the cards of one look at ``now`` (monotonic seconds); return the one to be told, if there is one."""
        seen = set(cards)
        for card, known in tuple(self._lying.items()):
            if card in seen:
                continue
            known.misses += 1
            if known.misses >= GONE_MISSES and now - known.seen_at >= GONE_SECONDS:
                del self._lying[card]
        for card in seen:
            known = self._lying.setdefault(card, _Lying(now))
            known.seen_at, known.misses = now, 0
        if len(seen) != 1 or len(self._lying) != 1:
            return None
        (card,) = seen
        if self._lying[card].told:
            return None
        self._lying[card].told = True
        return card


class Repeats(Generic[KeyT]):
    """For readers that say a card again and again while it lies there, and nothing when it is taken away."""

    def __init__(self, away_seconds: float) -> None:
        self._away_ns = int(away_seconds * 1e9)
        self._last: KeyT | None = None
        self._last_ns = 0

    def new(self, card: KeyT, now_ns: int) -> bool:
        """Whether a card that is said now is shown anew: another one, or silence was long enough before it."""
        new = card != self._last or now_ns - self._last_ns >= self._away_ns
        self._last, self._last_ns = card, now_ns
        return new
