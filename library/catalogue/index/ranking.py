"""The first hundred that the index finds, ranked again by what it cannot see: order and nearness of the words."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from library.catalogue.index.plan import Plan
from library.catalogue.index.words import plain

LOOKED_AT: Final = 100
"""Records that are ranked again; those after them stay in the index's order."""


@dataclass(frozen=True, slots=True)
class Found:
    """A record that the index found, as far as ranking needs it."""

    weight: float
    """The index's score without the typed marks and without the record's worth."""
    marks: bool
    """It holds the typed marks."""
    worth: float
    titles: tuple[tuple[str, ...], ...]
    """The marked words of each title, the main one first."""
    names: tuple[tuple[str, ...], ...]
    here: bool


def kept_words(text: object) -> tuple[tuple[str, ...], ...]:
    """Return the marked words of each part of a kept field."""
    return tuple(tuple(part.split()) for part in str(text or "").split(" | "))


def ranked(plan: Plan, found: Sequence[Found]) -> list[tuple[float, int]]:
    """Return the score and the place in `found` of each record, best first."""
    wanted = _Wanted(plan)
    highest = max((each.weight for each in found), default=0.0) or 1.0
    scores = [(wanted.score(each, highest), place) for place, each in enumerate(found)]
    return sorted(scores, key=lambda scored: (-scored[0], scored[1]))


class _Wanted:
    def __init__(self, plan: Plan) -> None:
        self._slots = plan.slots
        self._many = len(plan.slots)
        self._marked = any(slot.marked for slot in plan.slots)
        self._use = 60.0 if plan.first_keys else 10.0
        self._by_word: dict[str, list[int]] = {}
        for place, slot in enumerate(plan.slots):
            for way in slot.ways:
                for word in way:
                    self._by_word.setdefault(word, []).append(place)
        self._beginnings = [(place, b) for place, slot in enumerate(plan.slots) for b in slot.beginnings]

    def score(self, found: Found, highest: float) -> float:
        titles = [self._matched(title) for title in found.titles]
        names = [self._matched(name) for name in found.names]
        in_title = max((self._held([title]) for title in titles), default=0)
        in_either = self._held([*titles, *names])
        score = 10 * found.weight / highest + (1_000.0 if found.marks else 0.0)
        score += (8 * in_title + 6 * in_either) / self._many
        score += max((self._order(title) for title in titles), default=0.0)
        score += 0.7 * max((self._order(name) for name in names), default=0.0)
        score += max((self._opening(title) for title in titles[:1]), default=0.0)
        score += (6 if self._marked else 1) * self._exact(found)
        return score + self._use * (math.log2(2 + found.worth) - 1) + (1.0 if found.here else 0.0)

    def _matched(self, words: Sequence[str]) -> list[list[int]]:
        """For each word of a part, the places in the query of the words that it answers."""
        matched = []
        for marked in words:
            word = plain(marked)
            places = self._by_word.get(word, [])
            begun = [place for place, beginning in self._beginnings if word.startswith(beginning)]
            matched.append([*places, *begun] if begun else places)
        return matched

    def _held(self, parts: Sequence[list[list[int]]]) -> int:
        return len({place for part in parts for places in part for place in places})

    def _order(self, part: list[list[int]]) -> float:
        """How much of the query stands in a part one word after the other, in its order: 0 to 8."""
        if self._many == 1:
            return 0.0
        longest = 0
        ending: set[tuple[int, int]] = set()  # (place in the query, length of the run that ends there)
        for places in part:
            now = {(place, 1) for place in places}
            now |= {(place, length + 1) for place in places for before, length in ending if before == place - 1}
            longest = max(longest, *(length for _, length in now)) if now else longest
            ending = now
        return 8 * max(0, longest - 1) / (self._many - 1)

    def _opening(self, part: list[list[int]]) -> float:
        """How much of the query the title begins with, and whether it ends there: 0 to 9."""
        run = 0
        for place, places in enumerate(part):
            if place not in places:
                break
            run += 1
        score = 4 * run / self._many
        if run == self._many:
            score += 2 * run / len(part) + (3 if run == len(part) else 0)
        return score

    def _exact(self, found: Found) -> float:
        """Return the share of the typed words that title or names hold letter by letter."""
        held = {word for part in (*found.titles, *found.names) for word in part}
        exact = 0
        for slot in self._slots:
            word = slot.marked or slot.shown
            exact += word in held or bool(slot.beginnings and any(each.startswith(word) for each in held))
        return exact / self._many
