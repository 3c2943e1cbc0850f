"""What is counted: where the first wanted record stands, and after how many letters it stands in the first five."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tests.quality.asked import Asked
from tests.quality.engines import Engine

SHOWN: Final = 10
SEEN_AT_ONCE: Final = 5


@dataclass(frozen=True, slots=True)
class Found:
    """How well the queries of one class find."""

    group: str
    queries: int
    mrr: float
    """The mean of one over the rank of the first wanted record; what is not among the first ten counts nothing."""
    first: float
    """The share whose first result is wanted."""
    in_ten: float
    letters: float | None
    """The median of the letters typed until a wanted record stands in the first five; one that never does counts as
    more than any, so there is none where half of them never do."""
    missed: tuple[Asked, ...]
    """The queries whose record was not among the first ten."""


def rank(engine: Engine, asked: Asked) -> int | None:
    """Return the place of the first wanted record among those shown, from one."""
    shown = engine.find(asked.text, typing=asked.typing, limit=SHOWN)
    return next((place for place, key in enumerate(shown, start=1) if key in asked.wanted), None)


def letters(engine: Engine, asked: Asked) -> float:
    """Return after how many letters a wanted record stands in the first five, or infinity."""
    for typed in range(1, len(asked.text) + 1):
        if asked.text[typed - 1] == " ":
            continue
        if asked.wanted.intersection(engine.find(asked.text[:typed], typing=True, limit=SEEN_AT_ONCE)):
            return typed
    return float("inf")


def measure(engine: Engine, queries: Sequence[Asked], *, typed: int = 0) -> list[Found]:
    """Measure each class; so many (``typed``) of each, evenly taken, are typed letter by letter too."""
    groups: dict[str, list[Asked]] = {}
    for asked in queries:
        groups.setdefault(asked.group, []).append(asked)
    return [_found(engine, group, asked, typed) for group, asked in groups.items()]


def _found(engine: Engine, group: str, queries: Sequence[Asked], typed: int) -> Found:
    ranks = [rank(engine, asked) for asked in queries]
    step = max(1, len(queries) // max(1, typed))
    some = [letters(engine, asked) for asked in queries[::step][:typed]]
    median = statistics.median(some) if some else None
    return Found(
        group,
        len(queries),
        sum(1 / place for place in ranks if place) / len(ranks),
        ranks.count(1) / len(ranks),
        sum(place is not None for place in ranks) / len(ranks),
        None if median == float("inf") else median,
        tuple(asked for asked, place in zip(queries, ranks, strict=True) if place is None),
    )
