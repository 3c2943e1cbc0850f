"""What somebody meant whose finger slipped: words of the index that are one letter away, two for long words.

No dictionary is kept. Every word that one slip could have been made of is asked for in the index (some hundred
questions of a third of a microsecond); for two slips the index's own automaton looks, together with the other words.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import tantivy

from library.catalogue.asking import Question
from library.catalogue.index.counting import count
from library.catalogue.index.fields import LONGEST_BEGINNING
from library.catalogue.index.plan import Plan, Slot, of_slots
from library.catalogue.index.queries import Asked
from library.catalogue.index.ranking import IN_A_ROW, LOOKED_AT, closeness, kept_words
from library.catalogue.index.words import plain

_ALPHABETS: Final = (
    "abcdefghijklmnopqrstuvwxyz",
    "абвгдежзийклмнопрстуфхцчшщъыьэюяіїєґ",
    "αβγδεζηθικλμνξοπρσςτυφχψω",
)
_MOST_MEANT: Final = 25
"""Words that one typed word may stand for at once: the most frequent."""
_MOST_SUSPECTED: Final = 4
"""Words of a query that are thought wrong, one after the other, when each of them exists."""
_MOST_UNKNOWN: Final = 3
"""Words of a query that are nowhere and are mended at once; a query of more is no slip."""
_SHORTEST: Final = 2
_SHORTEST_BEGINNING: Final = 3
_LONG: Final = 8
"""Letters from which a word may have two slips."""
_LONG_ENOUGH: Final = 5
"""Letters from which it may where only one other word is there, and nothing has both."""
_LONGEST: Final = 24
_SHORTEST_TITLE: Final = 6
_MOST_OF_TITLE: Final = 6
"""Letters and words of a whole title that one slip may have made another of."""
_MOST_COMPARED: Final = 10
"""Records of a way to mend a query that are looked at to tell which way is best."""
_MOST_NEAR: Final = 40
_MOST_TOGETHER: Final = 8
_MOST_ROWS: Final = 300
_MOST_TRIED: Final = 30
"""Words that may have been written as one, ways to cut them, and of these how many are looked for."""
_MOST_JOINED: Final = 100_000
"""Records that the words of a query may have together when some of them are enough; it bounds the work."""


class Mender:
    """Finds what words of the index may have been meant."""

    def __init__(self, searcher: tantivy.Searcher, asked: Asked) -> None:
        self._searcher = searcher
        self._asked = asked
        self._found: dict[Plan, tantivy.SearchResult] = {}

    def known(self, plan: Plan) -> Plan | None:
        """Return the plan without the words that are nowhere, and without the most frequent ones if too many have them.

        None when fewer than two are left.
        """
        frequencies = [self._frequency(slot) for slot in plan.slots]
        chosen: set[int] = set()
        together = 0
        for frequency, place in sorted(zip(frequencies, range(len(frequencies)), strict=True)):
            together += frequency
            if frequency and (together <= _MOST_JOINED or len(chosen) < 2):  # noqa: PLR2004 - one word alone says little
                chosen.add(place)
        kept = [slot for place, slot in enumerate(plan.slots) if place in chosen]
        return of_slots(kept) if len(kept) > 1 else None

    def mended(self, plan: Plan) -> Plan | None:
        """Return the plan with what may have been meant and is found, or None."""
        unknown = [place for place, slot in enumerate(plan.slots) if not self._frequency(slot)]
        if len(unknown) > _MOST_UNKNOWN:
            return None
        if unknown:
            return self._all_mended(plan, unknown) or self._spaced(plan) or self._far_from_typed(plan, unknown)
        suspected = self._suspected(plan)
        return self._closest(plan, suspected) or self._spaced(plan) or self._far_from_typed(plan, suspected)

    def whole_title(self, plan: Plan) -> Plan | None:
        """Return the plan with a slip mended that makes a whole title of its words, where there is no such title."""
        words = plan.whole.split()
        if not 1 < len(words) <= _MOST_OF_TITLE or len(words) != len(plan.slots) or plan.slots[-1].beginnings:
            return None
        if len(plan.whole) < _SHORTEST_TITLE or self._searcher.doc_freq("whole", plan.whole):
            return None
        for place, word in enumerate(words):
            if not _SHORTEST_BEGINNING <= len(word) <= _LONGEST or not word.isalpha():
                continue
            others = words[:place], words[place + 1 :]
            titles = {near: " ".join((*others[0], near, *others[1])) for near in one_slip(word)}
            often = {near: self._searcher.doc_freq("whole", title) for near, title in titles.items()}
            meant = max(often, key=lambda near: often[near], default="")
            if often.get(meant):
                return plan.with_slot(place, replace(plan.slots[place], ways=((meant,),), marked="", code=""))
        return None

    def _suspected(self, plan: Plan) -> list[int]:
        """Return the places of the words that may be wrong though each exists, the rarest first."""
        if len(plan.slots) == 1:
            return []
        by_frequency = sorted(range(len(plan.slots)), key=lambda place: self._frequency(plan.slots[place]))
        return [
            place
            for place in by_frequency[:_MOST_SUSPECTED]
            if self._count(of_slots([*plan.slots[:place], *plan.slots[place + 1 :]]))
        ]

    def _closest(self, plan: Plan, suspected: list[int]) -> Plan | None:
        """Return the plan with one word mended whose words stand nearest together in a record, of equals the first."""
        best: Plan | None = None
        nearest = -1.0
        for mended in (self._all_mended(plan, [place]) for place in suspected):
            if mended is not None and (near := self._closeness(mended)) > nearest:
                best, nearest = mended, near
            if nearest >= IN_A_ROW:
                break
        return best

    def first(self, plan: Plan) -> tantivy.SearchResult:
        """Return what a plan finds that nothing narrows, :data:`LOOKED_AT` records; asked for once."""
        if plan not in self._found:
            weighed = self._asked.weighed(plan, Question())
            self._found[plan] = self._searcher.search(weighed, LOOKED_AT, weight_by_field="worth")
        return self._found[plan]

    def _closeness(self, plan: Plan) -> float:
        hits = self.first(plan).hits[:_MOST_COMPARED]
        return max((closeness(plan, self._searcher.doc(address)) for _, address in hits), default=0.0)

    def _far_from_typed(self, plan: Plan, suspected: list[int]) -> Plan | None:
        """Return a plan of two words that are nowhere together with one of them two slips away."""
        if len(plan.slots) != 2 or self._count(plan):  # noqa: PLR2004 - of more words one may be left out instead
            return None
        for place in suspected:
            word = plan.slots[place].ways[0][0]
            if len(word) >= _LONG_ENOUGH and word.isalpha() and (near := self._two_slips(plan, place, word)):
                ways = tuple((each,) for each in near)
                return plan.with_slot(place, replace(plan.slots[place], ways=ways, marked="", beginnings=(), code=""))
        return None

    def _all_mended(self, plan: Plan, places: list[int]) -> Plan | None:
        slots = list(plan.slots)
        for place in places:
            slot = self._meant(plan, place)
            if slot is None:
                return None
            slots[place] = slot
        mended = of_slots(slots)
        return mended if self._count(mended) else None

    def _meant(self, plan: Plan, place: int) -> Slot | None:
        slot = plan.slots[place]
        word = slot.ways[0][0]
        if not _SHORTEST <= len(word) <= _LONGEST or any(map(str.isdigit, word)):
            return None
        around = list(dict.fromkeys(one_slip(word)))
        ways = self._most_frequent("words", around)
        beginnings: list[str] = []
        if slot.beginnings and len(word) >= _SHORTEST_BEGINNING:
            beginnings = [near for near in around if self._begins(near)][:_MOST_MEANT]
        if not ways and not beginnings and len(word) >= _LONG:
            ways = self._two_slips(plan, place, word)
        split = self._split(word)
        if not ways and not beginnings and len(word) >= _LONG:
            split += self._run_together(word)
        if not ways and not beginnings and not split:
            return None
        typed = slot.ways if self._frequency(slot) else ()
        ways_meant = (*typed, *((way,) for way in ways), *split)
        return replace(slot, ways=ways_meant, beginnings=tuple(beginnings), marked="", code="")

    def _most_frequent(self, field: str, words: list[str]) -> list[str]:
        known = [(self._searcher.doc_freq(field, word), word) for word in words]
        return [word for often, word in sorted(known, reverse=True) if often][:_MOST_MEANT]

    def _begins(self, beginning: str) -> bool:
        if not self._searcher.doc_freq("begins", beginning[:LONGEST_BEGINNING]):
            return False
        if len(beginning) <= LONGEST_BEGINNING:
            return True
        return bool(self._searcher.terms_with_prefix("words", beginning, limit=1))

    def _two_slips(self, plan: Plan, place: int, word: str) -> list[str]:
        others = [self._asked.slot(slot) for at, slot in enumerate(plan.slots) if at != place and self._frequency(slot)]
        query = self._asked.all_of([self._asked.near(word, 2), *others])
        found: dict[str, int] = {}
        for _, address in self._searcher.search(query, _MOST_NEAR, weight_by_field="worth").hits:
            doc = self._searcher.doc(address)
            for held in _plain_words(doc):
                if held not in found and abs(len(held) - len(word)) <= 2:  # noqa: PLR2004 - two slips
                    found[held] = slips(word, held)
        least = min(found.values(), default=3)
        return [held for held, many in found.items() if many == least and many <= 2][:_MOST_MEANT]  # noqa: PLR2004 - two slips

    def _split(self, word: str) -> list[tuple[str, ...]]:
        """Two words of the index that the word is when a space was forgotten."""
        pairs = [(word[:at], word[at:]) for at in range(2, len(word) - 1)]
        return [pair for pair in pairs if all(self._searcher.doc_freq("title", part) for part in pair)]

    def _run_together(self, word: str) -> list[tuple[str, ...]]:
        """Return the words of one record that the word is when all spaces were forgotten."""
        tried = 0
        rows: list[tuple[tuple[str, ...], int]] = [((), 0)]
        for _ in range(_MOST_TOGETHER):
            rows = [
                ((*parts, word[at:end]), end)
                for parts, at in rows
                for end in range(at + 2, min(at + 8, len(word) + 1))
                if self._searcher.doc_freq("title", word[at:end])
            ][:_MOST_ROWS]
            for parts in [parts for parts, end in rows if end == len(word) and len(parts) > 2][: _MOST_TRIED - tried]:  # noqa: PLR2004 - two are tried elsewhere
                tried += 1
                held = self._asked.all_of([self._asked.term("words", part) for part in parts])
                if self._searcher.search(held, 1).hits:
                    return [parts]
        return []

    def _spaced(self, plan: Plan) -> Plan | None:
        """Return the plan with two neighbours written as one word, when that is a word and is found."""
        for place in range(len(plan.slots) - 1):
            one, two = plan.slots[place : place + 2]
            joined = one.ways[0][0] + two.ways[0][0]
            if not self._searcher.doc_freq("words", joined):
                continue
            slot = Slot(joined, ((joined,),), beginnings=(joined,) if two.beginnings else ())
            found = of_slots([*plan.slots[:place], slot, *plan.slots[place + 2 :]])
            if self._count(found):
                return found
        return None

    def _frequency(self, slot: Slot) -> int:
        frequency = sum(min(self._searcher.doc_freq("words", word) for word in way) for way in slot.ways)
        frequency += sum(self._begins(beginning) for beginning in slot.beginnings)
        return frequency + (self._searcher.doc_freq("codes", slot.code) if slot.code else 0)

    def _count(self, plan: Plan) -> int:
        return count(self._searcher, self._asked.holding(plan))


def one_slip(word: str) -> Iterator[str]:
    """Yield the words that a letter left out, added or exchanged, or two in the wrong order, make of `word`."""
    alphabet = next((letters for letters in _ALPHABETS if word[0] in letters), "".join(sorted(set(word))))
    for at in range(len(word) - 1):
        if word[at] != word[at + 1]:
            yield word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    for at in range(len(word)):
        if len(word) > 1:
            yield word[:at] + word[at + 1 :]
    for at in range(len(word)):
        for letter in alphabet:
            if letter != word[at]:
                yield word[:at] + letter + word[at + 1 :]
    for at in range(len(word) + 1):
        for letter in alphabet:
            yield word[:at] + letter + word[at:]


def slips(one: str, two: str) -> int:
    """Return how many letters left out, added, exchanged or in the wrong order make `two` of `one`."""
    before: list[int] = []
    row = list(range(len(two) + 1))
    for at, letter in enumerate(one, 1):
        earlier, before = before, row
        row = [at]
        for place, other in enumerate(two, 1):
            cost = min(before[place] + 1, row[place - 1] + 1, before[place - 1] + (letter != other))
            if at > 1 and place > 1 and letter == two[place - 2] and one[at - 2] == other:
                cost = min(cost, earlier[place - 2] + 1)
            row.append(cost)
    return row[-1]


def _plain_words(doc: tantivy.Document) -> set[str]:
    parts = (*kept_words(doc.get_first("shown_title")), *kept_words(doc.get_first("shown_names")))
    return {plain(word) for part in parts for word in part}
