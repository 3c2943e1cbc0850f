"""What may happen to the session because somebody looks for a book."""

from dataclasses import dataclass, field

from kiosk.session.search_values import BookDetails, Choice, Found, Narrowing, Wanted


@dataclass(frozen=True, slots=True)
class CatalogueChanged:
    """There is a catalogue to search now, or there is none; told only where there should be one."""

    there: bool
    is_old: bool = False
    """Its server has not been heard of for long."""


@dataclass(frozen=True, slots=True)
class SearchTouched:
    """Somebody wants to look for a book; on the search pages: to begin anew, with nothing typed."""


@dataclass(frozen=True, slots=True)
class BrowseTouched:
    """Somebody wants to see a list without typing."""

    wanted: Wanted


@dataclass(frozen=True, slots=True)
class LetterTouched:
    """A key of the keyboard: a letter, a digit or a space."""

    key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class TypingTouched:
    """The keys are to mean the next thing: Telex, VNI, plain letters."""


@dataclass(frozen=True, slots=True)
class ResultsTouched:
    """The results are to be seen alone, without the keyboard."""


@dataclass(frozen=True, slots=True)
class ChoicesTouched:
    """It is to be seen by what the results can be narrowed."""


@dataclass(frozen=True, slots=True)
class NarrowTouched:
    """The results are to be narrowed so, or not any more."""

    narrowing: Narrowing


@dataclass(frozen=True, slots=True)
class WidenTouched:
    """All results are wanted again."""


@dataclass(frozen=True, slots=True)
class AsTypedTouched:
    """Just what was typed is meant, and not what was searched for instead."""


@dataclass(frozen=True, slots=True)
class TurnTouched:
    """The next results are wanted, or the ones before."""

    forward: bool


@dataclass(frozen=True, slots=True)
class BookTouched:
    """One of the books on the list is meant; the number is its place among those shown."""

    row: int


@dataclass(frozen=True, slots=True)
class BackTouched:
    """One page back."""


@dataclass(frozen=True, slots=True)
class IsbnScanned:
    """The label of a book was scanned that names its edition and no copy of ours."""

    isbn: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class CatalogueAnswered:
    """What a list holds."""

    number: int
    found: Found


@dataclass(frozen=True, slots=True)
class BookRead:
    """All about one record."""

    number: int
    book: BookDetails


@dataclass(frozen=True, slots=True)
class BooksCounted:
    """By what the results can be narrowed."""

    number: int
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class CatalogueSilent:
    """There is no catalogue to ask, or the record is not there any more."""

    number: int


SearchEvent = (
    CatalogueChanged
    | SearchTouched
    | BrowseTouched
    | LetterTouched
    | TypingTouched
    | ResultsTouched
    | AsTypedTouched
    | ChoicesTouched
    | NarrowTouched
    | WidenTouched
    | TurnTouched
    | BookTouched
    | BackTouched
    | IsbnScanned
    | CatalogueAnswered
    | BookRead
    | BooksCounted
    | CatalogueSilent
)
