"""What is told of a query that was read otherwise than typed: words that the first record found really holds."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import tantivy

from library.catalogue.index.plan import Plan, Slot
from library.catalogue.index.queries import Asked
from library.catalogue.index.ranking import kept_words
from library.catalogue.index.words import plain


class Teller:
    """Says which words were looked for, as the record that stands first has them."""

    def __init__(self, searcher: tantivy.Searcher, asked: Asked) -> None:
        self._searcher = searcher
        self._asked = asked

    def words(self, typed: Plan, plan: Plan, first: Any, *, marked: bool) -> str:
        """Return the words of `plan` that the record at the address `first` holds.

        A typed word stays as it was typed; one that was read otherwise is told as the record writes it, with its marks
        where ``marked``.
        """
        doc = self._searcher.doc(first)
        key = self._searcher.fast_field_values("key", [first])[0]
        parts = (*kept_words(doc.get_first("shown_title")), *kept_words(doc.get_first("shown_names")))
        held = [slot for slot in plan.slots if self._holds(key, slot)] or list(plan.slots)
        return " ".join(
            slot.shown if slot in typed.slots else self._written(held, at, parts, key, marked=marked)
            for at, slot in enumerate(held)
        )

    def _holds(self, key: Any, slot: Slot) -> bool:
        there = self._asked.all_of([self._asked.term("key", key), self._asked.slot(slot)])
        return bool(self._searcher.search(there, 1, count=False).hits)

    def _written(
        self, slots: Sequence[Slot], place: int, parts: Sequence[Sequence[str]], key: Any, *, marked: bool
    ) -> str:
        slot = slots[place]
        held = [word for part in parts for word in part]
        if slot.shown in held:
            return slot.shown
        spelled = {plain(word): word if marked else plain(word) for word in reversed(held)}
        ways = [way for way in slot.ways if spelled.keys() >= set(way)]
        if ways:
            return " ".join(spelled[word] for word in min(ways, key=_Neighbours(slots, place, parts).are_strange))
        for beginning in slot.beginnings:
            for word, spelling in spelled.items():
                if word.startswith(beginning):
                    return spelling
        elsewhere = (way for way in slot.ways if self._holds(key, Slot(slot.shown, (way,))))
        return " ".join(next(elsewhere, (slot.shown,)))


class _Neighbours:
    """The words that stand beside each other in a record, and those beside a word in a query."""

    def __init__(self, slots: Sequence[Slot], place: int, parts: Sequence[Sequence[str]]) -> None:
        self._pairs = {(plain(one), plain(two)) for part in parts for one, two in pairwise(part)}
        self._before = _words(slots[place - 1]) if place else set()
        self._after = _words(slots[place + 1]) if place + 1 < len(slots) else set()

    def are_strange(self, way: tuple[str, ...]) -> bool:
        """Return whether the record has a word beside no word that it stands beside in the query."""
        return not any((word, way[0]) in self._pairs for word in self._before) and not any(
            (way[-1], word) in self._pairs for word in self._after
        )


def _words(slot: Slot) -> set[str]:
    return {word for way in slot.ways for word in way}
