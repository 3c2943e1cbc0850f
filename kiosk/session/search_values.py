"""The words of the search pages: a line of results, an answer, a book's page; titles and names are unprintable by type.

What a catalogue answers comes from outside: any length, any text.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from kiosk.session.values import ItemId
from library.catalogue.asking import Facet
from library.catalogue.record import Audience, RecordKind

LONGEST_QUERY: Final = 200
"""Characters of a question; what is typed beyond them is not taken."""


class Wanted(StrEnum):
    """What a list of books is made of."""

    TEXT = "text"
    """What was typed or scanned."""
    NEWEST = "newest"
    """The records that were added last."""
    LOCAL = "local"
    """What the library holds about its own region."""


class CatalogueStanding(StrEnum):
    """How the kiosk's copy of the catalogue stands."""

    MISSING = "missing"
    OLD = "old"
    """It can be searched, and its server has not been heard of for a day."""
    CURRENT = "current"


@dataclass(frozen=True, slots=True)
class Copies:
    """How many copies there are, and how many of them a reader who walks in finds on the shelf."""

    total: int = 0
    available: int = 0
    unknown: int = 0
    """Of how many nobody here knows whether they are in: one asks where they are."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One line of results."""

    key: int
    """The record's number in the library's store (``CatalogueEntry.key``)."""
    title: str = field(repr=False)
    names: str = field(default="", repr=False)
    """Who made it, in one line; empty where that is unknown."""
    year: int | None = None
    kind: RecordKind = RecordKind.BOOK
    audience: Audience | None = None
    here: Copies = field(default_factory=Copies)
    """At this kiosk's place."""
    elsewhere: Copies = field(default_factory=Copies)
    """At all other places."""
    shelf: str = ""
    """Call number, and location, of the copy that one would fetch here; empty where there is none here."""
    cover: bytes = field(default=b"", repr=False)
    """JPEG of at most 4 kB; empty where there is none."""


@dataclass(frozen=True, slots=True)
class Found:
    """An answer to a question, or a list to browse."""

    hits: tuple[Hit, ...] = field(default=(), repr=False)
    """Those that were asked for, best first."""
    total: int = 0
    """How many there are in all."""
    searched_for: str = field(default="", repr=False)
    """What was searched for instead of what was typed; empty: just that."""
    as_of: datetime | None = None
    """The moment of the server's last word about copies; ``None``: they are as they stand now."""


@dataclass(frozen=True, slots=True)
class Narrowing:
    """One thing to which the results are narrowed; values of one facet widen each other."""

    facet: Facet
    value: str
    """Code of a place, a kind or a language, or ``yes``: nothing of what was typed."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A narrowing that is offered."""

    narrowing: Narrowing
    count: int
    """Results that it would leave, beside what else is narrowed."""
    place: str = ""
    """The place's name."""
    is_here: bool = False
    about: bool = False
    """The count is reckoned from a part of very many results."""


@dataclass(frozen=True, slots=True)
class PlaceCopies:
    """The copies at one place."""

    place: str
    """Its name as the server told it."""
    is_here: bool
    copies: Copies
    shelf: str = ""


@dataclass(frozen=True, slots=True)
class BookDetails:
    """A record's page."""

    hit: Hit
    published: str = field(default="", repr=False)
    """Town, publisher, year and edition in one line."""
    series: str = field(default="", repr=False)
    isbn: str = field(default="", repr=False)
    language: str = ""
    """ISO 639-2/B."""
    subjects: tuple[str, ...] = field(default=(), repr=False)
    summary: str = field(default="", repr=False)
    places: tuple[PlaceCopies, ...] = ()
    """This kiosk's place first."""
    cover: bytes = field(default=b"", repr=False)
    """PNG or JPEG as it is kept, of at most 200 kB; empty where there is none."""
    copy: ItemId | None = None
    """One by whose number the library system finds the record, to place a hold; ``None``: no copy is to be had."""
    link: str = field(default="", repr=False)
    """An address for a QR code by which a reader takes the record along; empty where there is none."""
    as_of: datetime | None = None
    """As of ``Found``."""
