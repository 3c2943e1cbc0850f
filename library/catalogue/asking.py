"""What is asked of a catalogue and what it answers; the same on a kiosk, on the server's pages and over HTTP."""

from enum import StrEnum
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from library.catalogue.record import CatalogueEntry

LONGEST_QUERY: Final = 200
"""Characters of a query that are read; the rest is cut."""
MOST_RESULTS: Final = 1_000
"""How far into a list anybody may page."""


class Facet(StrEnum):
    """A property by which results are counted and narrowed."""

    PLACE = "place"
    KIND = "kind"
    LANGUAGE = "language"
    YEAR = "year"
    SUBJECT = "subject"
    AVAILABLE = "available"
    """``yes`` or ``no``; narrowed together with places it means there."""


class Reading(StrEnum):
    """How the words of a query had to be read before something was found."""

    AS_TYPED = "as_typed"
    CORRECTED = "corrected"
    """A slip was mended: say "searched for ..." and offer the typed words."""
    TELEX = "telex"
    """The keys of a Vietnamese keyboard were typed into a plain field."""
    FEWER_WORDS = "fewer_words"
    """No record has all the words; these have most."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Question(_Part):
    """A query as typed, and how the results are narrowed."""

    text: str = ""
    """Anything at all; read up to :data:`LONGEST_QUERY` characters. Empty asks for everything, most used first."""
    limit: Annotated[int, Field(ge=0, le=100)] = 10
    offset: Annotated[int, Field(ge=0, le=MOST_RESULTS)] = 0
    typing: bool = False
    """The last word may not be finished; only then it is read as a beginning too."""
    literal: bool = False
    """Look for the typed words and nothing else: the reader has undone a correction."""
    place: str | None = None
    """Code of the place where the reader stands; what is there comes first among equals."""
    narrowed: tuple[tuple[Facet, str], ...] = ()
    """Values of one facet widen each other, facets narrow each other."""


class Hit(_Part):
    """A record that was found."""

    entry: CatalogueEntry
    score: float


class FacetCount(_Part):
    """How many of the results have a value."""

    value: str
    count: int
    about: bool = False
    """Reckoned from a part of very many results, and rounded; else counted one by one."""


class Answer(_Part):
    """What was found, in rank order."""

    hits: tuple[Hit, ...]
    total: int
    """All results, not only those of this page."""
    reading: Reading = Reading.AS_TYPED
    searched_for: str | None = None
    """The words that were looked for instead, when ``reading`` is not as typed."""
