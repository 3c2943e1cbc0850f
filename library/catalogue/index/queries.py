"""What the index is asked: a plan, and how it is narrowed, as queries of Tantivy.

A record must hold every word somewhere (that is counted, not weighed); where it holds them is what weighs: title
before names before subjects, the whole title, its beginning, availability here, and far above all the typed marks.
"""

from collections.abc import Iterable, Sequence
from typing import Final

import tantivy
from tantivy import Occur, Query

from library.catalogue.asking import Facet, Question
from library.catalogue.index.fields import AVAILABLE, LONGEST_BEGINNING, STARTS
from library.catalogue.index.plan import Plan, Slot

MARKS: Final = 4_000.0
"""What a record that holds the typed marks stands above one that does not; nothing else adds up to it."""
_IN_TITLE: Final = 1.0
_IN_NAMES: Final = 0.9
_IN_SUBJECTS: Final = 0.45
_ALL_IN_NAMES: Final = 8.0
_LONGEST_NAME: Final = 5
"""What a record weighs that has all words of a query in its names, and the words that a name has."""
_WHOLE_TITLE: Final = 40.0
_BEGINNING: Final = 8.0
_HERE: Final = 2.0
NUMBER: Final = 60.0
"""What a record weighs that has the whole query as a number."""
_SOME: Final = 0.5
_FIELD_OF: Final = {
    Facet.PLACE: "place",
    Facet.KIND: "kind",
    Facet.LANGUAGE: "language",
    Facet.YEAR: "year",
    Facet.SUBJECT: "subject",
    Facet.AVAILABLE: "available",
}


class Asked:
    """Queries over one index's fields."""

    def __init__(self, schema: tantivy.Schema) -> None:
        self._schema = schema

    def everything(self) -> Query:
        """Return the query that every record answers."""
        return self.const(self.term("mark", "record"), _SOME)

    def weighed(self, plan: Plan, question: Question, at_least: int | None = None) -> Query:
        """Return the query whose answers are in a good order; ``at_least`` so many of the words are enough."""
        parts = [(Occur.Must, self.holding(plan, at_least)), *((Occur.Must, q) for q in self.narrowing(question))]
        parts += [(Occur.Should, query) for query in self._weights(plan)]
        if question.place:
            parts.append((Occur.Should, self.const(self.term("available_at", _scalar(question.place)), _HERE)))
        return Query.boolean_query(parts)

    def in_titles(self, plan: Plan, question: Question) -> Query:
        """Return the query of the records that have a plan's one word in a title, or whose title begins with it."""
        slot = plan.slots[0]
        if slot.beginnings:
            parts = [(Occur.Must, self.const(self.term("starts", plan.start), _SOME + _BEGINNING))]
        else:
            parts = [(Occur.Must, Query.term_query(self._schema, "title", slot.ways[0][0], index_option="freq"))]
            parts.append((Occur.Should, self.const(self.term("whole", plan.whole), _WHOLE_TITLE)))
        parts += [(Occur.Should, self.const(self._marked(slot), MARKS)) for slot in plan.marked]
        if question.place:
            parts.append((Occur.Should, self.const(self.term("available_at", _scalar(question.place)), _HERE)))
        return Query.boolean_query(parts)

    def all_records(self, question: Question) -> Query:
        """Return the query of a question without words."""
        parts = [(Occur.Must, self.everything()), *((Occur.Must, q) for q in self.narrowing(question))]
        if question.place:
            parts.append((Occur.Should, self.const(self.term("available_at", _scalar(question.place)), 0.01)))
        return Query.boolean_query(parts)

    def holding(self, plan: Plan, at_least: int | None = None) -> Query:
        """Return the query of the records that hold all words, or at least so many."""
        slots = [self.slot(slot) for slot in plan.slots]
        if at_least is not None and at_least < len(slots):
            words = Query.boolean_query([(Occur.Should, slot) for slot in slots], minimum_number_should_match=at_least)
        else:
            words = self.all_of(slots)
        numbers = [self.const(self.term("codes", number), NUMBER) for number in plan.numbers]
        if plan.number_begins and plan.numbers and len(plan.numbers[0]) >= LONGEST_BEGINNING:
            numbers += [self._beginning("codes", number) for number in plan.numbers]
        return self.any_of([self.const(words, _SOME), *numbers])

    def some_lots(self, number: int) -> Query:
        """Return the query of so many of the heaps that all records are dealt out to."""
        return self.any_of([self.term("lot", lot) for lot in range(number)])

    def slot(self, slot: Slot) -> Query:
        """Return the query of the records that hold one word in any of its ways."""
        ways = [self.all_of([self.term("words", word) for word in way]) for way in slot.ways]
        for beginning in slot.beginnings:
            if len(beginning) <= LONGEST_BEGINNING:
                ways.append(self.term("begins", beginning))
            else:
                ways.append(self._beginning("words", beginning))
        if slot.code:
            ways.append(self.term("codes", slot.code))
        return self.any_of(ways)

    def narrowing(self, question: Question, but: Facet | None = None) -> list[Query]:
        """Return what narrows a question; ``but`` leaves one facet out, whose values are to be counted."""
        chosen: dict[Facet, list[str]] = {}
        for facet, value in question.narrowed:
            chosen.setdefault(facet, []).append(_scalar(value))
        found = []
        for facet, values in chosen.items():
            if facet is but:
                continue
            if facet is Facet.YEAR:
                years = [int(value) for value in values if value.isdecimal() and value.isascii() and len(value) < 9]  # noqa: PLR2004 - a u64 and no year
                found.append(self.any_of([self.term("year", year) for year in years]))
            elif (
                facet is Facet.AVAILABLE and Facet.PLACE in chosen and but is not Facet.PLACE and values == [AVAILABLE]
            ):
                found.append(self.any_of([self.term("available_at", place) for place in chosen[Facet.PLACE]]))
            else:
                found.append(self.any_of([self.term(_FIELD_OF[facet], value) for value in values]))
        return found

    def term(self, field: str, value: str | int) -> Query:
        """Return the query of the records with a term."""
        return Query.term_query(self._schema, field, value, index_option="basic")

    @staticmethod
    def const(query: Query, score: float) -> Query:
        """Return the query with the same score for all of its answers."""
        return Query.const_score_query(query, score)

    @staticmethod
    def all_of(queries: Sequence[Query]) -> Query:
        """Return what all of these hold."""
        return queries[0] if len(queries) == 1 else Query.boolean_query([(Occur.Must, query) for query in queries])

    @staticmethod
    def any_of(queries: Sequence[Query]) -> Query:
        """Return what any of these holds; of none, nothing."""
        if not queries:
            return Query.empty_query()
        return queries[0] if len(queries) == 1 else Query.boolean_query([(Occur.Should, query) for query in queries])

    def near(self, word: str, distance: int) -> Query:
        """Return the records with a word so many slips from this one."""
        return Query.fuzzy_term_query(self._schema, "words", word, distance=distance)

    def _beginning(self, field: str, beginning: str) -> Query:
        return Query.fuzzy_term_query(self._schema, field, beginning, distance=0, prefix=True)

    def _weights(self, plan: Plan) -> Iterable[Query]:
        weighed = () if plan.first_keys else plan.slots
        for words in dict.fromkeys(tuple(word for way in slot.ways for word in way) for slot in weighed):
            for field, boost in (("title", _IN_TITLE), ("names", _IN_NAMES), ("subjects", _IN_SUBJECTS)):
                scored = [Query.term_query(self._schema, field, word, index_option="freq") for word in words]
                if scored:
                    best = scored[0] if len(scored) == 1 else Query.disjunction_max_query(scored)
                    yield Query.boost_query(best, boost)
        if 1 < len(plan.slots) <= _LONGEST_NAME and all(slot.ways for slot in plan.slots):
            in_names = [self.any_of([self.term("names", way[0]) for way in slot.ways]) for slot in plan.slots]
            yield self.const(self.all_of(in_names), _ALL_IN_NAMES)
        yield self.const(self.term("whole", plan.whole[:120]), _WHOLE_TITLE)
        longest = max((length for length in STARTS if length <= len(plan.start)), default=0)
        if longest:
            yield self.const(self.term("starts", plan.start[:longest]), _BEGINNING)
        marked = [self._marked(slot) for slot in plan.marked]
        if marked:
            yield self.const(self.all_of(marked), MARKS)

    def _marked(self, slot: Slot) -> Query:
        whole = self.term("words", slot.marked)
        if not slot.beginnings:
            return whole
        return self.any_of([whole, self.term("begins", slot.marked[:LONGEST_BEGINNING])])


def _scalar(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")
