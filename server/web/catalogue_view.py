"""What the search page is asked, and the addresses and words that it is written from; pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from babel.core import Locale, get_global
from pydantic import BaseModel, ConfigDict, Field, field_validator

from library.api.records import MOST_NARROWED, FoundHolding, FoundRecord, RecordsAnswer, narrowing
from library.catalogue.asking import LONGEST_QUERY, MOST_RESULTS, Facet, Question

AT_A_TIME: Final = 20
_LONGEST_OFFSET: Final = 9
"""Digits of an offset that are read: those of a longer one mean further than anybody may page all the same."""
SHOWN_FACETS: Final = (Facet.AVAILABLE, Facet.PLACE, Facet.KIND, Facet.LANGUAGE, Facet.SUBJECT, Facet.YEAR)
VALUES_SHOWN: Final = 8
"""Of each facet, the most frequent ones (the newest years); the others are there behind a word."""

KIND: Final[Mapping[str, str]] = MappingProxyType(
    {
        "book": "Book",
        "thesis": "Thesis",
        "serial": "Newspaper or journal",
        "score": "Sheet music",
        "sound": "Sound recording",
        "film": "Film",
        "map": "Map",
        "picture": "Picture",
        "digital": "Digital item",
        "other": "Something else",
    }
)
ROLE_OF_NAME: Final[Mapping[str, str]] = MappingProxyType(
    {
        "author": "author",
        "editor": "editor",
        "compiler": "compiler",
        "translator": "translator",
        "illustrator": "illustrator",
        "supervisor": "supervisor",
        "composer": "composer",
        "performer": "performer",
        "other": "contributor",
    }
)
AUDIENCE: Final[Mapping[str, str]] = MappingProxyType(
    {"children": "Children", "youth": "Young people", "adult": "Adults", "general": "Everybody"}
)
FACET: Final[Mapping[str, str]] = MappingProxyType(
    {
        "available": "On the shelf now",
        "place": "Place",
        "kind": "Kind",
        "language": "Written in",
        "subject": "Subject",
        "year": "Year",
    }
)


class Asked(BaseModel):
    """The address of the search page; what makes no sense in it is left out, for people edit addresses."""

    model_config = ConfigDict(frozen=True)

    q: Annotated[str, Field(max_length=20_000)] = ""
    offset: int = 0
    literal: bool = False
    narrow: tuple[str, ...] = ()
    lang: Annotated[str | None, Field(max_length=20)] = None

    @field_validator("offset", mode="before")
    @classmethod
    def _within(cls, offset: Any) -> int:
        text = str(offset).lstrip("0")[:_LONGEST_OFFSET]
        return min(int(text), MOST_RESULTS) if text.isascii() and text.isdigit() else 0

    @field_validator("literal", mode="before")
    @classmethod
    def _or_not(cls, literal: Any) -> bool:
        return literal in {True, "true"}

    @property
    def query(self) -> str:
        """What is read of the query."""
        return self.q[:LONGEST_QUERY]

    @property
    def narrowed(self) -> tuple[tuple[Facet, str], ...]:
        """How the results are narrowed."""
        return tuple(dict.fromkeys(_narrowings(self.narrow[:MOST_NARROWED])))

    def question(self, *, typing: bool) -> Question:
        """Give it as the index takes it."""
        return Question(
            text=self.query,
            limit=AT_A_TIME,
            offset=self.offset,
            typing=typing,
            literal=self.literal,
            narrowed=self.narrowed,
        )

    def address(self, *, offset: int = 0, literal: bool | None = None) -> str:
        """Write the address of another page of the same question."""
        return _address(self.query, self.narrowed, offset, literal=self.literal if literal is None else literal)

    def toggled(self, facet: Facet, value: str) -> str:
        """Write the address with a value taken in, or left out where it is in."""
        one = (facet, value)
        rest = tuple(other for other in self.narrowed if other != one)
        return _address(self.query, rest if one in self.narrowed else (*rest, one), 0, literal=self.literal)

    @property
    def kept(self) -> str:
        """What stays in the address when the language is changed."""
        rest = self.address(offset=self.offset).partition("?")[2]
        return f"{rest}&" if rest else ""


@dataclass(frozen=True, slots=True)
class Choice:
    """A value by which results may be narrowed."""

    words: str
    count: int | None
    """``None`` where the results have none of it, but it is chosen."""
    chosen: bool
    address: str
    about: bool = False
    """The count is reckoned, not counted."""


@dataclass(frozen=True, slots=True)
class Group:
    """A facet's values."""

    name: str
    choices: Sequence[Choice]
    more: Sequence[Choice] = ()
    """Those that are shown when they are asked for."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """A record's copies at one place."""

    place: str
    available: int
    copies: Sequence[FoundHolding]
    asks: bool = False
    """Of none is it known that it stands there, and of some nobody here knows: readers ask there."""


def groups(asked: Asked, answer: RecordsAnswer, language: str) -> list[Group]:
    """Give the facets that have something to choose, in the order of the page; values without translation as codes."""
    found = []
    for facet in SHOWN_FACETS:
        counts = {count.value: count for count in answer.facets.get(facet, ()) if count.count}
        chosen = [value for other, value in asked.narrowed if other is facet]
        if facet is Facet.AVAILABLE:
            counts = {value: counts[AVAILABLE_NOW] for value in (AVAILABLE_NOW,) if value in counts}
        values = [*chosen, *(value for value in counts if value not in chosen)]
        choices = [
            Choice(
                _words(facet, value, answer.places, language),
                counts[value].count if value in counts else None,
                value in chosen,
                asked.toggled(facet, value),
                about=value in counts and counts[value].about,
            )
            for value in values
        ]
        if choices:
            shown = max(VALUES_SHOWN, len(chosen))
            found.append(Group(facet.value, choices[:shown], choices[shown:]))
    return found


AVAILABLE_NOW: Final = "yes"
"""The value of the facet ``available`` of a record of which a copy stands on a shelf."""


def shelves(record: FoundRecord) -> list[Shelf]:
    """Give a record's copies by place; places with a free copy first, then those where one asks."""
    by_place: dict[str, list[FoundHolding]] = {}
    for holding in record.holdings:
        by_place.setdefault(holding.place_name, []).append(holding)
    found = [_shelf(place, copies) for place, copies in by_place.items()]
    return sorted(found, key=lambda shelf: (shelf.available == 0, not shelf.asks, shelf.place))


def _shelf(place: str, copies: Sequence[FoundHolding]) -> Shelf:
    available = sum(copy.available for copy in copies)
    return Shelf(place, available, copies, asks=not available and not all(copy.is_known for copy in copies))


def language_name(code: str, language: str) -> str:
    """Name a language in another; an unknown code is its own name."""
    code = str(get_global("language_aliases").get(code, code))
    name = Locale(language).languages.get(code, code)
    return str(name)


def searched(**parts: str) -> str:
    """Write the address of a search for one thing: ``query`` or a facet's value."""
    narrowed = tuple((Facet(name), value) for name, value in parts.items() if name != "query")
    return _address(parts.get("query", ""), narrowed, 0, literal=False)


def _words(facet: Facet, value: str, places: Mapping[str, str], language: str) -> str:
    match facet:
        case Facet.PLACE:
            return places.get(value, value)
        case Facet.LANGUAGE:
            return language_name(value, language)
        case _:
            return value


def _narrowings(texts: Sequence[str]) -> Iterator[tuple[Facet, str]]:
    for text in texts:
        try:
            yield narrowing(text)
        except ValueError:
            continue


def _address(query: str, narrowed: Sequence[tuple[Facet, str]], offset: int, *, literal: bool) -> str:
    parts = [("q", query)] if query else []
    parts += [("narrow", f"{facet}:{value}") for facet, value in narrowed]
    parts += [("literal", "true")] if literal else []
    parts += [("offset", str(offset))] if offset else []
    return f"/catalogue?{urlencode(parts)}" if parts else "/catalogue"
