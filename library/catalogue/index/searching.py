"""One question to one state of the index: how its words are to be read, what is found, in which order."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import tantivy
from tantivy import Query

from library.catalogue.asking import Answer, Facet, FacetCount, Hit, Question, Reading
from library.catalogue.index.counting import Counting, count
from library.catalogue.index.mending import Mender
from library.catalogue.index.plan import Plan, plan_of, read_as_keys
from library.catalogue.index.queries import MARKS, NUMBER, Asked
from library.catalogue.index.ranking import IN_A_ROW, LOOKED_AT, Found, closeness, kept_words, ranked
from library.catalogue.index.telling import Teller
from library.catalogue.index.words import plain
from library.catalogue.record import CatalogueEntry

_LITTLE: Final = 2
"""So few records, none of which has the words in title and names, and a slip is thought of."""
_VERY_MANY: Final = 20_000
"""Titles with a word, from which on records that have it elsewhere need not be weighed."""
_FEWEST: Final = 3
"""Words of a query of which one may be left out."""


@dataclass(frozen=True, slots=True)
class Understood:
    """How a query is read."""

    plan: Plan
    reading: Reading = Reading.AS_TYPED
    at_least: int | None = None


class Memory:
    """How the last query was read, so that counting its results does not find it out again; for one state of an index.

    Any number of threads may use it.
    """

    def __init__(self) -> None:
        self._last: tuple[Plan, Understood] | None = None

    def understood(self, plan: Plan, find_out: Callable[[], Understood]) -> Understood:
        """Return how a plan is read."""
        last = self._last
        if last is None or last[0] != plan:
            last = self._last = (plan, find_out())
        return last[1]


@dataclass(frozen=True, slots=True)
class _Listed:
    answer: Answer
    first: Any = None
    """The address of the record that stands first of all, on whatever page; None where nothing is found."""


class Search:
    """A question's way through the index; made for one question, so that all of it sees one state."""

    def __init__(self, index: tantivy.Index, memory: Memory) -> None:
        self._searcher = index.searcher()
        self._memory = memory
        self._asked = Asked(index.schema)
        self._mender = Mender(self._searcher, self._asked)

    def answer(self, question: Question) -> Answer:
        """Return what is found, in rank order."""
        plan = plan_of(question.text, typing=question.typing)
        if plan is None:
            if question.text.strip():
                return Answer(hits=(), total=0)
            return self._all(question)
        if not question.narrowed and self._has_very_many(plan) and (quick := self._among_titles(plan, question)):
            return quick
        listed = self._page(self._asked.weighed(plan, question), plan, question)
        if question.literal:
            return listed.answer
        plain = not question.narrowed and question.place is None
        understood = self._memory.understood(plan, lambda: self._understood(plan, listed if plain else None))
        if understood.plan is plan:
            return listed.answer
        query = self._asked.weighed(understood.plan, question, understood.at_least)
        listed = self._page(query, understood.plan, question, is_plain=plain and understood.at_least is None)
        told = self._told(plan, understood, listed.first)
        return listed.answer.model_copy(update={"reading": understood.reading, "searched_for": told})

    def facets(self, question: Question, wanted: Sequence[Facet]) -> dict[Facet, tuple[FacetCount, ...]]:
        """Return how many of the results have which values."""
        plan = plan_of(question.text, typing=question.typing)
        if plan is None:
            query = Query.empty_query() if question.text.strip() else self._asked.everything()
        else:
            understood = Understood(plan)
            if not question.literal and not self._has_very_many(plan):
                understood = self._memory.understood(plan, lambda: self._understood(plan))
            query = self._asked.holding(understood.plan, understood.at_least)
        return Counting(self._searcher, self._asked).counts(query, question, wanted)

    def _told(self, typed: Plan, understood: Understood, first: Any) -> str:
        """Return the words that were looked for, as what is found has them."""
        if first is None:  # narrowed to nothing
            return understood.plan.words
        marked = understood.reading is Reading.TELEX or any(slot.marked for slot in typed.slots)
        return Teller(self._searcher, self._asked).words(typed, understood.plan, first, marked=marked)

    def _understood(self, plan: Plan, listed: _Listed | None = None) -> Understood:
        """How the words have to be read before something is found; narrowing does not change it."""
        typed = self._count(plan) if listed is None else listed.answer.total
        if typed > _LITTLE:
            meant = None if self._is_near(plan, listed) else self._mender.whole_title(plan)
            return Understood(plan) if meant is None else Understood(meant, Reading.CORRECTED)
        if typed and self._good(plan):
            return Understood(plan)
        keyed = read_as_keys(plan)
        if keyed is not None and self._count(keyed) > typed:
            return Understood(keyed, Reading.TELEX)
        mended = self._mender.mended(plan) or (self._mender.mended(keyed) if keyed else None)
        if mended is not None and (not typed or self._good(mended)):
            return Understood(mended, Reading.CORRECTED)
        if not typed and len(plan.slots) >= _FEWEST:
            return self._with_fewer(plan)
        return Understood(plan)

    def _is_near(self, plan: Plan, listed: _Listed | None) -> bool:
        """Whether the words stand together in the record that is first, so that nothing else can have been meant."""
        if len(plan.slots) == 1 or plan.numbers:
            return True
        if listed is None:
            listed = self._page(self._asked.weighed(plan, Question()), plan, Question(limit=0))
        return closeness(plan, self._searcher.doc(listed.first)) >= IN_A_ROW

    def _with_fewer(self, plan: Plan) -> Understood:
        known = self._mender.known(plan)
        if known is None:
            return Understood(plan)
        many = len(known.slots)
        for enough in dict.fromkeys((many, many - 1, max(2, (many + 1) // 2))):
            if enough > 1 and self._count(known, enough):
                return Understood(known, Reading.FEWER_WORDS, enough)
        return Understood(plan)

    def _count(self, plan: Plan, at_least: int | None = None) -> int:
        return count(self._searcher, self._asked.holding(plan, at_least))

    def _good(self, plan: Plan) -> bool:
        """Whether a record holds all the words, or the number, where one would look for them."""
        hits = self._mender.first(plan).hits
        if plan.numbers and any(score >= NUMBER for score, _ in hits):
            return True
        for _, address in hits:
            doc = self._searcher.doc(address)
            parts = (*kept_words(doc.get_first("shown_title")), *kept_words(doc.get_first("shown_names")))
            held = {plain(word) for part in parts for word in part}
            if all(
                any(held.issuperset(way) for way in slot.ways)
                or any(word.startswith(beginning) for beginning in slot.beginnings for word in held)
                for slot in plan.slots
            ):
                return True
        return False

    def _all(self, question: Question) -> Answer:
        if question.narrowed or question.place is not None:
            return self._page(self._asked.all_records(question), None, question).answer
        wanted = max(question.offset + question.limit, 1)
        records = self._asked.term("mark", "record")
        total = count(self._searcher, records)
        return self._answer(self._by_worth(records, wanted), total, None, question).answer

    def _has_very_many(self, plan: Plan) -> bool:
        """Return whether a plan is one word, or its beginning, that so many titles have that no other comes first."""
        slot = plan.slots[0]
        if plan.first_keys:
            return True
        if len(plan.slots) > 1 or plan.numbers or slot.marked:
            return False
        field, term = ("starts", plan.start) if slot.beginnings else ("title", slot.ways[0][0])
        return self._searcher.doc_freq(field, term) >= _VERY_MANY

    def _among_titles(self, plan: Plan, question: Question) -> Answer | None:
        """Return what has a frequent word in its title, if there is enough; the rest is not weighed, only counted."""
        wanted = max(question.offset + question.limit, LOOKED_AT)
        if plan.slots[0].beginnings and not plan.marked and question.place is None:
            hits = self._by_worth(self._asked.term("starts", plan.start), wanted)
        else:
            query = self._asked.in_titles(plan, question)
            hits = list(self._searcher.search(query, wanted, weight_by_field="worth").hits)
        if len(hits) < wanted:
            return None
        return self._answer(hits, self._count(plan), plan, question).answer

    def _by_worth(self, query: Query, limit: int) -> list[tuple[float, Any]]:
        """Return the first of a query's records by their worth alone, scored as if each weighed one."""
        hits = self._searcher.search(query, limit, count=False, order_by_field="worth").hits
        return [(math.log2(2 + worth), address) for worth, address in hits]

    def _page(self, query: Query, plan: Plan | None, question: Question, *, is_plain: bool = False) -> _Listed:
        """Return the page of a question; where nothing narrows it, what was found while it was understood will do."""
        wanted = max(question.offset + question.limit, LOOKED_AT)
        if plan is not None and is_plain and wanted == LOOKED_AT:
            result = self._mender.first(plan)
        else:
            result = self._searcher.search(query, wanted, weight_by_field="worth")
        return self._answer(list(result.hits), _count_of(result), plan, question)

    def _answer(self, hits: list[tuple[float, Any]], total: int, plan: Plan | None, question: Question) -> _Listed:
        if plan is not None:
            first = hits[:LOOKED_AT]
            order = ranked(plan, self._looked_at(first, question))
            hits[:LOOKED_AT] = [(score, first[place][1]) for score, place in order]
        page = hits[question.offset : question.offset + question.limit]
        entries = [str(self._searcher.doc(address).get_first("entry")) for _, address in page]
        found = tuple(
            Hit(entry=CatalogueEntry.model_validate_json(entry), score=score)
            for entry, (score, _) in zip(entries, page, strict=True)
        )
        return _Listed(Answer(hits=found, total=total), hits[0][1] if hits else None)

    def _looked_at(self, hits: list[tuple[float, Any]], question: Question) -> list[Found]:
        worths = self._searcher.fast_field_values("worth", [address for _, address in hits])
        return [
            _found(score, float(worth or 0.0), self._searcher.doc(address), question.place)
            for (score, address), worth in zip(hits, worths, strict=True)
        ]


def _found(score: float, worth: float, doc: tantivy.Document, place: str | None) -> Found:
    weight = score / math.log2(2 + worth)
    marks = weight >= MARKS
    return Found(
        weight=weight - MARKS if marks else weight,
        marks=marks,
        worth=worth,
        titles=kept_words(doc.get_first("shown_title")),
        names=kept_words(doc.get_first("shown_names")),
        here=place is not None and place in doc.get_all("available_at"),
    )


def _count_of(result: tantivy.SearchResult) -> int:
    return int(result.count)  # type: ignore[attr-defined] # it is there; the stubs do not tell
