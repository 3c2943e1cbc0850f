"""The first hundred that the index finds, ranked again by what it cannot see: order and nearness of the words."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import tantivy

from library.catalogue.index.plan import Plan
from library.catalogue.index.words import plain

LOOKED_AT: Final = 100
"""Records that are ranked again; those after them stay in the index's order."""
IN_A_ROW: Final = 8.0
"""What a query weighs that stands in a part of a record one word after the other."""


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


def closeness(plan: Plan, doc: tantivy.Document) -> float:
    """Return how near together a record has a query's words: 8 where they stand in a row, or all in one name."""
    wanted = _Wanted(plan)
    titles = [wanted.matched(title) for title in kept_words(doc.get_first("shown_title"))]
    names = [wanted.matched(name) for name in kept_words(doc.get_first("shown_names"))]
    if any(wanted.held([name]) == len(plan.slots) for name in names):
        return IN_A_ROW
    return max((wanted.order(part) for part in (*titles, *names)), default=0.0)


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
        titles = [self.matched(title) for title in found.titles]
        names = [self.matched(name) for name in found.names]
        in_title = max((self.held([title]) for title in titles), default=0)
        in_either = self.held([*titles, *names])
        score = 10 * found.weight / highest + (1_000.0 if found.marks else 0.0)
        score += (8 * in_title + 6 * in_either) / self._many
        score += max((self.order(title) for title in titles), default=0.0)
        score += 0.7 * max((self.order(name) for name in names), default=0.0)
        score += self._by_title_and_name(titles[:1], names)
        score += max((self._opening(title) for title in titles[:1]), default=0.0)
        score += (6 if self._marked else 1) * self._exact(found)
        return score + self._use * (math.log2(2 + found.worth) - 1) + (1.0 if found.here else 0.0)

    def matched(self, words: Sequence[str]) -> list[Sequence[int]]:
        """For each word of a part, the places in the query of the words that it answers."""
        by_word = self._by_word
        if not self._beginnings:
            return [by_word.get(plain(marked), ()) for marked in words]
        matched: list[Sequence[int]] = []
        for marked in words:
            word = plain(marked)
            begun = [place for place, beginning in self._beginnings if word.startswith(beginning)]
            matched.append([*by_word.get(word, ()), *begun])
        return matched

    def held(self, parts: Sequence[Sequence[Sequence[int]]]) -> int:
        """Return how many of the query's words these parts hold."""
        return len({place for part in parts for places in part for place in places})

    def _by_title_and_name(
        self, titles: Sequence[Sequence[Sequence[int]]], names: Sequence[Sequence[Sequence[int]]]
    ) -> float:
        """How well the query says a name and, one word after the other, words of a title: 0 to 21.

        A name with its words turned round is one name; words scattered over several names, or over a title, are none.
        """
        if self._many == 1:
            return 0.0
        best = 0.0
        for name in names:
            said = {place for places in name for place in places}
            if not said:
                continue
            if len(said) == self._many:
                return 12.0
            best = max(best, 3 * len(said) / self._many)
            for title in titles:
                row = self._row([[place for place in places if place not in said] for places in title])
                if row and row + len(said) == self._many:
                    best = max(best, 3 + 4 * len(said) / self._many + 14 * row / len(title))
        return best

    def order(self, part: Sequence[Sequence[int]]) -> float:
        """How much of the query stands in a part one word after the other, in its order: 0 to 8."""
        return 0.0 if self._many == 1 else IN_A_ROW * max(0, self._row(part) - 1) / (self._many - 1)

    @staticmethod
    def _row(part: Sequence[Sequence[int]]) -> int:
        """Return how many words of the query stand in a part one after the other, in its order."""
        longest = 0
        ending: dict[int, int] = {}  # place in the query: length of the run that ends there
        for places in part:
            ending = {place: ending.get(place - 1, 0) + 1 for place in places} if places else {}
            for length in ending.values():
                longest = max(longest, length)
        return longest

    def _opening(self, part: Sequence[Sequence[int]]) -> float:
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
