"""How many results have which property."""

from collections.abc import Sequence
from typing import Final

import tantivy
from tantivy import Query

from library.catalogue.asking import Facet, FacetCount, Question
from library.catalogue.index.queries import Asked

MOST_VALUES: Final = 50
"""Values of a facet that are told: the most frequent ones."""
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


def counts(
    searcher: tantivy.Searcher, asked: Asked, query: Query, question: Question, wanted: Sequence[Facet]
) -> dict[Facet, tuple[FacetCount, ...]]:
    """Return the values of each wanted facet among the records of `query`, most frequent first."""
    narrowed = {facet for facet, _ in question.narrowed}
    each = dict.fromkeys(wanted)
    free = [facet for facet in each if facet not in narrowed]
    found = _counted(searcher, asked.all_of([query, *asked.narrowing(question)]), free)
    for facet in each:
        if facet in narrowed:
            found |= _counted(searcher, asked.all_of([query, *asked.narrowing(question, facet)]), [facet])
    return {facet: found[facet] for facet in each}


def _counted(searcher: tantivy.Searcher, query: Query, facets: Sequence[Facet]) -> dict[Facet, tuple[FacetCount, ...]]:
    if not facets:
        return {}
    asked = {facet.value: {"terms": {"field": _FIELDS[facet], "size": MOST_VALUES}} for facet in facets}
    told = searcher.aggregate(query, asked)
    found = {}
    for facet in facets:
        values = [
            FacetCount(value=_written(bucket["key"]), count=int(bucket["doc_count"]))
            for bucket in told[facet.value]["buckets"]
        ]
        if facet is Facet.YEAR:
            values.sort(key=lambda count: -int(count.value))
        found[facet] = tuple(values)
    return found


def _written(key: object) -> str:
    return str(int(key)) if isinstance(key, int | float) else str(key)
