"""How many results have which property; of very many results, about how many."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import tantivy
from tantivy import Query

from library.catalogue.asking import Facet, FacetCount, Question
from library.catalogue.index.fields import LOTS
from library.catalogue.index.queries import Asked

MOST_VALUES: Final = 50
"""Values of a facet that are told: the most frequent ones."""
MOST_COUNTED: Final = 120_000
"""Results that are counted one by one. Of more, a part of about so many is, evenly taken: each costs a tenth of a
microsecond, and 700 000 or 710 000 are the same to whoever chooses. A value is told right to some hundredths then, and
one that a hundred results or fewer have may be told wrong by a third, or not at all."""
_FIELDS: Final = {
    Facet.PLACE: "place",
    Facet.KIND: "kind",
    Facet.LANGUAGE: "language",
    Facet.YEAR: "year",
    Facet.SUBJECT: "subject",
    Facet.AVAILABLE: "available",
}
_HOW_MANY: Final = {"many": {"value_count": {"field": "key"}}}


def count(searcher: tantivy.Searcher, query: Query) -> int:
    """Return how many records a query finds; none of them is weighed for it."""
    return int(searcher.aggregate(query, _HOW_MANY)["many"]["value"])


@dataclass(frozen=True, slots=True)
class _Part:
    """What of a query is counted: all of it, or a part and how often it goes into the whole."""

    query: Query
    times: float = 1.0

    def told(self, value: str, found: int) -> FacetCount:
        if self.times == 1:
            return FacetCount(value=value, count=found)
        return FacetCount(value=value, count=_rounded(found * self.times), about=True)


@dataclass(frozen=True, slots=True)
class Counting:
    """Counts in one state of an index."""

    searcher: tantivy.Searcher
    asked: Asked
    most_counted: int = MOST_COUNTED

    def counts(self, query: Query, question: Question, wanted: Sequence[Facet]) -> dict[Facet, tuple[FacetCount, ...]]:
        """Return the values of each wanted facet among the records of `query`, most frequent first."""
        narrowed = {facet for facet, _ in question.narrowed}
        each = dict.fromkeys(wanted)
        free = [facet for facet in each if facet not in narrowed]
        found = self._counted(self._part(query, question), free) if free else {}
        for facet in each:
            if facet in narrowed:
                found |= self._counted(self._part(query, question, facet), [facet])
        return {facet: found[facet] for facet in each}

    def _part(self, query: Query, question: Question, but: Facet | None = None) -> _Part:
        query = self.asked.all_of([query, *self.asked.narrowing(question, but)])
        if self.searcher.num_docs <= self.most_counted:
            return _Part(query)
        number = count(self.searcher, query)
        if number <= self.most_counted:
            return _Part(query)
        lots = max(1, LOTS * self.most_counted // number)
        return _Part(self.asked.all_of([query, self.asked.some_lots(lots)]), LOTS / lots)

    def _counted(self, part: _Part, facets: Sequence[Facet]) -> dict[Facet, tuple[FacetCount, ...]]:
        asked = {facet.value: {"terms": {"field": _FIELDS[facet], "size": MOST_VALUES}} for facet in facets}
        told = self.searcher.aggregate(part.query, asked)
        found = {}
        for facet in facets:
            buckets = told[facet.value]["buckets"]
            values = [part.told(_written(bucket["key"]), int(bucket["doc_count"])) for bucket in buckets]
            if facet is Facet.YEAR:
                values.sort(key=lambda count: -int(count.value))
            found[facet] = tuple(values)
        return found


def _rounded(number: float) -> int:
    """Return a number with two digits that count."""
    return int(float(f"{number:.1e}"))


def _written(key: object) -> str:
    return str(int(key)) if isinstance(key, int | float) else str(key)
