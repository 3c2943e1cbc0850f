"""The state in which somebody looks for a book, without a card; part of the closed union ``state.State``."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from kiosk.session.search_values import BookDetails, Choice, Found, Hit, Narrowing, Wanted
from library.text.telex import Typed

if TYPE_CHECKING:  # that module holds the union and so imports this one
    from kiosk.session.state import Around, Notice


@dataclass(frozen=True, slots=True)
class SearchStanding:
    """What of searching stays true across visits: nothing that anybody looked for."""

    there: bool = False
    """There is a catalogue to ask."""
    is_missed: bool = False
    """There should be one, and there is none."""
    is_old: bool = False
    asked: int = 0
    """Questions so far: each has a number of its own, so that an answer to an earlier one is known for what it is."""


class Typing(StrEnum):
    """What the keys of the search page mean."""

    TELEX = "telex"
    VNI = "vni"
    PLAIN = "plain"
    """What stands on them."""


class SearchPage(StrEnum):
    """Which of the search pages is open."""

    TYPING = "typing"
    RESULTS = "results"
    BOOK = "book"
    CHOICES = "choices"
    """By what the results can be narrowed."""


@dataclass(frozen=True, slots=True)
class Searching:
    """Somebody looks for a book; all of it is gone with the page."""

    around: "Around"
    idle_since: float
    page: SearchPage = SearchPage.TYPING
    before: SearchPage = SearchPage.TYPING
    """The page from which a book's page was opened."""
    wanted: Wanted = Wanted.NEWEST
    """What the list shows, or will show."""
    typed: str = field(default="", repr=False)
    """The words that are finished, each with its space."""
    word: Typed = field(default_factory=Typed, repr=False)
    """The word that is being typed."""
    scanned: bool = False
    """What stands in the field was read off a label: the next letter begins anew."""
    typing: Typing = Typing.TELEX
    as_typed: bool = False
    """Nothing else is to be searched for instead."""
    narrowed: tuple[Narrowing, ...] = ()
    choices: tuple[Choice, ...] | None = None
    """As last answered; may follow the results."""
    awaited_choices: int | None = None
    first: int = 0
    """How many results go before those that are shown."""
    awaited: int | None = None
    """The number of the question that the list waits for."""
    found: Found | None = None
    """As last answered."""
    silent: bool = False
    """The last answer was that there is no catalogue to ask."""
    hit: Hit | None = field(default=None, repr=False)
    """The book whose page is open."""
    awaited_book: int | None = None
    book: BookDetails | None = None
    notice: "Notice | None" = None
    warned_until: float | None = None
    """As of ``Borrowing``."""

    @property
    def text(self) -> str:
        """Give what stands in the field."""
        return self.typed + self.word.text
