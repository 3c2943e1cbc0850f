"""What the session wants of the catalogue; each is answered by exactly one event."""

from dataclasses import dataclass, field

from kiosk.session.search_values import Narrowing, Wanted


@dataclass(frozen=True, slots=True)
class AskCatalogue:
    """Ask for a part of a list: ``CatalogueAnswered`` or ``CatalogueSilent``."""

    number: int
    """Comes back with the answer."""
    wanted: Wanted
    text: str = field(default="", repr=False)
    as_typed: bool = False
    """Nothing else is searched for instead."""
    offset: int = 0
    limit: int = 10
    narrowed: tuple[Narrowing, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadBook:
    """Ask for all about one record: ``BookRead`` or ``CatalogueSilent``."""

    number: int
    key: int


@dataclass(frozen=True, slots=True)
class CountBooks:
    """Ask by what the results can be narrowed, and to how many: ``BooksCounted`` or ``CatalogueSilent``."""

    number: int
    text: str = field(default="", repr=False)
    as_typed: bool = False
    narrowed: tuple[Narrowing, ...] = ()


SearchEffect = AskCatalogue | ReadBook | CountBooks
