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


def counts(
    searcher: tantivy.Searcher, asked: Asked, query: Query, question: Question, wanted: Sequence[Facet]
) -> dict[Facet, tuple[FacetCount, ...]]:
    """Return the values of each wanted facet among the records of `query`, most frequent first."""
    narrowed = {facet for facet, _ in question.narrowed}
    together = [facet for facet in dict.fromkeys(wanted) if facet not in narrowed]
    apart = [facet for facet in dict.fromkeys(wanted) if facet in narrowed]
    found = _counted(searcher, asked, query, question, together, None) if together else {}
    for facet in apart:
        found |= _counted(searcher, asked, query, question, [facet], facet)
    return {facet: found[facet] for facet in dict.fromkeys(wanted)}


def _counted(
    searcher: tantivy.Searcher,
    asked: Asked,
    query: Query,
    question: Question,
    facets: Sequence[Facet],
    but: Facet | None,
) -> dict[Facet, tuple[FacetCount, ...]]:
    narrowed = asked.all_of([query, *asked.narrowing(question, but)])
    told = searcher.aggregate(
        narrowed,
        {facet.value: {"terms": {"field": _FIELDS[facet], "size": MOST_VALUES}} for facet in facets},
    )
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
