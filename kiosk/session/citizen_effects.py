"""What is to be done about a citizen card."""

from dataclasses import dataclass, field

from kiosk.session.values import Language, VisitId
from library.identity.citizen_card import CitizenCard
from library.identity.purposes import Purpose


@dataclass(frozen=True, slots=True)
class FindCitizen:
    """Ask our server, once, who has this number: ``CitizenFound``, ``CitizenUnknown`` or ``CitizenNotAsked``."""

    visit_id: VisitId
    number: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class HandInReader:
    """Tell our server who wants to become a reader: ``ReaderHandedIn``, ``ReaderNotTaken`` or ``ReaderNotHeard``."""

    visit_id: VisitId
    card: CitizenCard = field(repr=False)
    agreed: frozenset[Purpose]


@dataclass(frozen=True, slots=True)
class PrintPickUp:
    """Print the number for the desk: ``ReceiptPrinted`` or ``ReceiptFailed``."""

    visit_id: VisitId
    language: Language
    pick_up: str = field(repr=False)


CitizenEffect = FindCitizen | HandInReader | PrintPickUp
