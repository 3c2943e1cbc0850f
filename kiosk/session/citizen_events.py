"""What happens around a citizen card: it is scanned, and our server says whose it is."""

from dataclasses import dataclass, field

from kiosk.session.values import PatronId, VisitId
from library.identity.citizen_card import CitizenCard
from library.identity.purposes import Purpose


@dataclass(frozen=True, slots=True)
class CitizenCardPresented:
    """Somebody's citizen card was scanned; ``visit_id`` is fresh and becomes that of the visit."""

    visit_id: VisitId
    card: CitizenCard = field(repr=False)
    """Lives no longer than the visit, and nothing of it is written anywhere."""
    minor: bool
    """Too young to become a reader without a parent or guardian."""


@dataclass(frozen=True, slots=True)
class CitizenFound:
    """Our server knows the reader; what that proves is nothing."""

    visit_id: VisitId
    patron_id: PatronId


@dataclass(frozen=True, slots=True)
class CitizenUnknown:
    """No reader of this library has that number."""

    visit_id: VisitId


@dataclass(frozen=True, slots=True)
class CitizenNotAsked:
    """Our server did not say, or there is none."""

    visit_id: VisitId


@dataclass(frozen=True, slots=True)
class JoinTouched:
    """Whoever is no reader yet has read what the card says and wants to become one."""


@dataclass(frozen=True, slots=True)
class PurposeTouched:
    """They agree to this use of their data, or take that back."""

    purpose: Purpose


@dataclass(frozen=True, slots=True)
class HandInTouched:
    """What the screen shows may go to the library."""


@dataclass(frozen=True, slots=True)
class ReaderHandedIn:
    """Our server keeps it for the desk."""

    visit_id: VisitId
    pick_up: str = field(repr=False)
    """By which the desk finds it; it names nobody."""


@dataclass(frozen=True, slots=True)
class ReaderNotTaken:
    """Our server does not take it, and keeps nothing of it."""

    visit_id: VisitId


@dataclass(frozen=True, slots=True)
class ReaderNotHeard:
    """Nobody can say whether our server has it."""

    visit_id: VisitId


CitizenEvent = (
    CitizenCardPresented
    | CitizenFound
    | CitizenUnknown
    | CitizenNotAsked
    | JoinTouched
    | PurposeTouched
    | HandInTouched
    | ReaderHandedIn
    | ReaderNotTaken
    | ReaderNotHeard
)
