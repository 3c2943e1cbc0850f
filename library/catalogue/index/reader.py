"""Who asks an index: the records for a question, and how many of them have which property."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, Self

import tantivy
from tantivy import Query

from library.catalogue.asking import Answer, Facet, FacetCount, Hit, Question, Reading
from library.catalogue.index.counting import counts
from library.catalogue.index.errors import NoIndexError
from library.catalogue.index.generations import Held, current, held_for_reading, told
from library.catalogue.index.mending import Mender
from library.catalogue.index.plan import Plan, plan_of, read_as_keys
from library.catalogue.index.queries import MARKS, NUMBER, Asked
from library.catalogue.index.ranking import LOOKED_AT, Found, kept_words, ranked
from library.catalogue.index.writing import cursor_of, opened
from library.catalogue.record import CatalogueEntry

_LITTLE: Final = 2
"""So few records, none of which has the words in title and names, and a slip is thought of."""
_FEWEST: Final = 3
"""Words of a query of which one may be left out."""


class CatalogueIndex:
    """An index open for questions; it sees what a writer committed after :meth:`refresh`.

    Any number of threads may ask at once; :meth:`refresh` and :meth:`close` are for one of them at a time.
    """

    def __init__(self, folder: Path, generation: Path, held: Held) -> None:
        self._folder = folder
        self._generation = generation
        self._held = held
        self._index = opened(generation)
        self._cursor = cursor_of(self._index)

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open the generation that counts; raises :class:`NoIndexError` where there is none that can be read."""
        generation, held = held_for_reading(folder)
        try:
            with told(folder):
                return cls(folder, generation, held)
        except Exception as error:
            held.close()
            raise NoIndexError(folder, str(error)) from error

    def __enter__(self) -> Self:
        """Return the index; leaving closes it."""
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the generation, so that a writer may take it away when another counts."""
        self._held.close()

    @property
    def cursor(self) -> str:
        """Up to which change this sees."""
        return self._cursor

    def refresh(self) -> None:
        """See what was committed since; raises :class:`NoIndexError` and then goes on with what it saw before."""
        if current(self._folder) == self._generation:
            with told(self._folder):
                self._cursor = cursor_of(self._index)
            return
        fresh = self.open(self._folder)
        self._held.close()
        self._generation, self._held, self._index = fresh._generation, fresh._held, fresh._index  # noqa: SLF001 - its own kind
        self._cursor = fresh.cursor

    def search(self, question: Question) -> Answer:
        """Return what is found, in rank order; any text is allowed. Raises :class:`IndexBrokenError`."""
        with told(self._folder):
            return _Search(self._index).answer(question)

    def facets(self, question: Question, wanted: Sequence[Facet]) -> dict[Facet, tuple[FacetCount, ...]]:
        """Return for each wanted facet its values among the results, most frequent first (years: newest first).

        A facet's own narrowing does not count for it, so that one sees what widening would bring.
        """
        with told(self._folder):
            search = _Search(self._index)
            query, _ = search.read(question)
            return counts(search.searcher, search.asked, query, question, wanted)


class _Search:
    """One question to one state of the index."""

    def __init__(self, index: tantivy.Index) -> None:
        self.searcher = index.searcher()
        self.asked = Asked(index.schema)
        self._mender = Mender(self.searcher, self.asked)

    def answer(self, question: Question) -> Answer:
        plan = plan_of(question.text, typing=question.typing)
        if plan is None:
            if question.text.strip():
                return Answer(hits=(), total=0)
            return self._page(self.asked.all_records(question), None, question)
        plan, at_least, reading = self._understood(plan, question)
        answer = self._page(self.asked.weighed(plan, question, at_least), plan, question)
        if reading is Reading.AS_TYPED:
            return answer
        return answer.model_copy(update={"reading": reading, "searched_for": plan.words})

    def read(self, question: Question) -> tuple[Query, Reading]:
        """Return the records of a question without its narrowing, for counting."""
        plan = plan_of(question.text, typing=question.typing)
        if plan is None:
            return (Query.empty_query() if question.text.strip() else self.asked.everything()), Reading.AS_TYPED
        plan, at_least, reading = self._understood(plan, question)
        return self.asked.holding(plan, at_least), reading

    def _understood(self, plan: Plan, question: Question) -> tuple[Plan, int | None, Reading]:
        """How the words have to be read before something is found; narrowing does not change it."""
        typed = self._count(plan)
        if question.literal or typed > _LITTLE or (typed and self._good(plan)):
            return plan, None, Reading.AS_TYPED
        keyed = read_as_keys(plan)
        if keyed is not None and self._count(keyed) > typed:
            return keyed, None, Reading.TELEX
        mended = self._mender.mended(keyed or plan) or (self._mender.mended(plan) if keyed else None)
        if mended is not None and (not typed or self._good(mended)):
            return mended, None, Reading.CORRECTED
        if not typed and len(plan.slots) >= _FEWEST:
            fewer = self._fewer(plan)
            if fewer is not None:
                return (*fewer, Reading.FEWER_WORDS)
        return plan, None, Reading.AS_TYPED

    def _fewer(self, plan: Plan) -> tuple[Plan, int] | None:
        known = self._mender.known(plan)
        least = max(2, (len(plan.slots) + 1) // 2)
        for many in range(len(known.slots), least - 1, -1):
            if self._count(known, many):
                return known, many
        return None

    def _count(self, plan: Plan, at_least: int | None = None) -> int:
        return _count_of(self.searcher.search(self.asked.holding(plan, at_least), 1))

    def _good(self, plan: Plan) -> bool:
        """Whether a record holds all the words, or the number, where one would look for them."""
        result = self.searcher.search(self.asked.weighed(plan, Question()), LOOKED_AT)
        if plan.numbers and any(score >= NUMBER for score, _ in result.hits):
            return True
        for _, address in result.hits:
            doc = self.searcher.doc(address)
            held = set(f"{doc.get_first('title') or ''} {doc.get_first('names') or ''}".split())
            if all(
                any(held.issuperset(way) for way in slot.ways)
                or any(word.startswith(beginning) for beginning in slot.beginnings for word in held)
                for slot in plan.slots
            ):
                return True
        return False

    def _page(self, query: Query, plan: Plan | None, question: Question) -> Answer:
        wanted = question.offset + question.limit
        result = self.searcher.search(query, max(wanted, LOOKED_AT), weight_by_field="worth")
        hits: list[tuple[float, Any]] = list(result.hits)
        if plan is not None:
            first = hits[:LOOKED_AT]
            order = ranked(plan, self._looked_at(first, question))
            hits[:LOOKED_AT] = [(score, first[place][1]) for score, place in order]
        page = [(score, self.searcher.doc(address)) for score, address in hits[question.offset : wanted]]
        return Answer(
            hits=tuple(
                Hit(entry=CatalogueEntry.model_validate_json(str(doc.get_first("entry"))), score=score)
                for score, doc in page
            ),
            total=_count_of(result),
        )

    def _looked_at(self, hits: list[tuple[float, Any]], question: Question) -> list[Found]:
        worths = self.searcher.fast_field_values("worth", [address for _, address in hits])
        found = []
        for (score, address), worth in zip(hits, worths, strict=True):
            doc = self.searcher.doc(address)
            found.append(_found(score, float(worth or 0.0), doc, question.place))
        return found


def _found(score: float, worth: float, doc: tantivy.Document, place: str | None) -> Found:
    weight = score / math.log2(2 + worth)
    marks = weight >= MARKS
    return Found(
        weight=weight - MARKS if marks else weight,
        marks=marks,
        worth=worth,
        titles=kept_words(str(doc.get_first("title") or "")),
        names=kept_words(str(doc.get_first("names") or "")),
        here=place is not None and place in doc.get_all("available_at"),
    )


def _count_of(result: tantivy.SearchResult) -> int:
    return int(result.count)  # type: ignore[attr-defined] # it is there; the stubs do not tell
