"""Searching the catalogue over HTTP: what may be asked, and the answer, which ``library-server search`` gives too."""

from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator

from library.catalogue.asking import LONGEST_QUERY, MOST_RESULTS, Answer, Facet, FacetCount, Question, Reading
from library.catalogue.record import Audience, CatalogueEntry, Link, NameRole, RecordKind

RECORDS_PATH: Final = "/api/v1/records"
MOST_NARROWED: Final = 20
LONGEST_VALUE: Final = 200
MOST_HOLDINGS_SHOWN: Final = 50
"""Copies of one record in a list of results; a record asked for by itself has all of them."""


class RecordsQuestion(BaseModel):
    """The parameters of ``GET /api/v1/records``; one that is not here is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    q: str = ""
    """The query, as typed; read up to 200 characters. Empty asks for everything, most used first."""
    limit: Annotated[int, Field(ge=0, le=100)] = 10
    offset: Annotated[int, Field(ge=0, le=MOST_RESULTS)] = 0
    place: Annotated[str, Field(max_length=LONGEST_VALUE)] | None = None
    """Code of the place where the reader stands; what is there comes first among equals."""
    typing: bool = False
    """The last word may not be finished."""
    literal: bool = False
    """No correction: the typed words and nothing else."""
    facet: Annotated[tuple[Facet, ...], Field(max_length=len(Facet))] = ()
    """Properties whose values are counted; may come again."""
    narrow: Annotated[tuple[str, ...], Field(max_length=MOST_NARROWED)] = ()
    """``property:value``; may come again. Values of one property widen each other, properties narrow each other."""

    @field_validator("narrow")
    @classmethod
    def _of_a_facet(cls, narrow: tuple[str, ...]) -> tuple[str, ...]:
        for one in narrow:
            narrowing(one)
        return narrow

    def question(self) -> Question:
        """Give it as the index takes it."""
        return Question(
            text=self.q[:LONGEST_QUERY],
            limit=self.limit,
            offset=self.offset,
            typing=self.typing,
            literal=self.literal,
            place=self.place,
            narrowed=tuple(narrowing(one) for one in self.narrow),
        )


def narrowing(text: str) -> tuple[Facet, str]:
    """Read ``property:value``; raise ``ValueError`` with words where it is none."""
    name, _, value = text.partition(":")
    if name not in set(Facet) or not value or len(value) > LONGEST_VALUE:
        raise ValueError(f"must be property:value with one of {', '.join(Facet)}")
    return Facet(name), value


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class FoundName(_Part):
    """A person or body."""

    text: str
    role: NameRole


class FoundHolding(_Part):
    """A copy, or what a source says of one."""

    item_id: str
    place: str
    """Code of a place of the library, or the source's words."""
    place_name: str
    """The name of the place where the code is known, else the same as ``place``."""
    location: str = ""
    """The room or the shelves there, where the source tells them apart from the place; else empty."""
    call_number: str
    item_type: str
    available: bool
    is_known: bool = True
    """Whether anybody here knows how it stands; else ask at its place."""


class FoundClass(_Part):
    """A class number and its scheme."""

    number: str
    scheme: str


class FoundSource(_Part):
    """One of the records that are shown as one."""

    id: str
    source: str


class FoundRecord(_Part):
    """A record, as readers see it."""

    id: str
    """The id that it had in its source; of several records that are shown as one, the one that is here longest."""
    source: str
    key: int
    """Its number in this library."""
    title: str
    other_titles: tuple[str, ...]
    names: tuple[FoundName, ...]
    publisher: str
    published_at: str
    year: int | None
    edition: str
    isbns: tuple[str, ...]
    issns: tuple[str, ...]
    languages: tuple[str, ...]
    subjects: tuple[str, ...]
    class_numbers: tuple[FoundClass, ...]
    summary: str
    notes: tuple[str, ...]
    series: tuple[str, ...]
    extent: str
    kind: RecordKind
    audience: Audience | None
    cover: str
    links: tuple[Link, ...]
    copies: int
    """All of them, also those that ``holdings`` leaves out."""
    available: int
    """How many of them stand on a shelf now."""
    holdings: tuple[FoundHolding, ...]
    united: tuple[FoundSource, ...] = ()
    """The records of several libraries that are shown as this one, itself among them; empty where it is alone."""

    @classmethod
    def of(cls, entry: CatalogueEntry, places: dict[str, str], at_most: int | None = None) -> Self:
        """Write an entry; ``places`` are names by code."""
        record = entry.record
        return cls(
            id=record.source_id,
            source=record.source,
            key=entry.key,
            title=record.title,
            other_titles=record.other_titles,
            names=tuple(FoundName(text=name.text, role=name.role) for name in record.names),
            publisher=record.publisher,
            published_at=record.published_at,
            year=record.year,
            edition=record.edition,
            isbns=record.isbns,
            issns=record.issns,
            languages=record.languages,
            subjects=record.subjects,
            class_numbers=tuple(FoundClass(number=one.number, scheme=one.scheme) for one in record.class_numbers),
            summary=record.summary,
            notes=record.notes,
            series=record.series,
            extent=record.extent,
            kind=record.kind,
            audience=record.audience,
            cover=record.cover,
            links=record.links,
            copies=len(entry.holdings),
            available=sum(holding.available for holding in entry.holdings),
            holdings=tuple(
                FoundHolding(
                    item_id=holding.item_id,
                    place=holding.place,
                    place_name=places.get(holding.place, holding.place),
                    location=holding.location,
                    call_number=holding.call_number,
                    item_type=holding.item_type,
                    available=holding.available,
                    is_known=holding.is_known,
                )
                for holding in entry.holdings[:at_most]
            ),
            united=tuple(FoundSource(id=each.source_id, source=each.source) for each in entry.united),
        )


class FoundHit(FoundRecord):
    """A record in a list of results."""

    score: float


def _hit(entry: CatalogueEntry, score: float, places: dict[str, str]) -> FoundHit:
    found = FoundRecord.of(entry, places, MOST_HOLDINGS_SHOWN)
    return FoundHit.model_construct(**{name: getattr(found, name) for name in FoundRecord.model_fields}, score=score)


class RecordsAnswer(_Part):
    """What was found, in rank order."""

    schema_version: Literal[1] = 1
    query: str
    total: int
    offset: int
    limit: int
    reading: Reading
    searched_for: str | None
    """The words that were looked for instead, when ``reading`` is not ``as_typed``."""
    hits: tuple[FoundHit, ...]
    facets: dict[Facet, tuple[FacetCount, ...]]
    places: dict[str, str]
    """Names of the library's places among the values of the facet ``place``, by code."""

    @classmethod
    def of(
        cls,
        question: Question,
        answer: Answer,
        facets: dict[Facet, tuple[FacetCount, ...]],
        places: dict[str, str],
    ) -> Self:
        """Write the index's answer."""
        return cls(
            query=question.text,
            total=answer.total,
            offset=question.offset,
            limit=question.limit,
            reading=answer.reading,
            searched_for=answer.searched_for,
            hits=tuple(_hit(hit.entry, hit.score, places) for hit in answer.hits),
            facets=facets,
            places={one.value: places[one.value] for one in facets.get(Facet.PLACE, ()) if one.value in places},
        )
