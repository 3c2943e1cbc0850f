"""The states of whoever comes with a citizen card; part of the closed union ``state.State``."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from kiosk.session.receipt_rules import ReceiptStage
from kiosk.session.values import Service, VisitId
from library.identity.citizen_card import CitizenCard
from library.identity.purposes import Purpose

if TYPE_CHECKING:  # that module holds the union and so imports this one
    from kiosk.session.state import Around


@dataclass(frozen=True, slots=True)
class AskingCitizen:
    """Our server is asked whose card it is."""

    around: "Around"
    visit_id: VisitId
    started: float
    service: Service
    minor: bool = False
    card: CitizenCard | None = field(default=None, repr=False)
    """Kept until the answer where its owner may become a reader by it; else ``None`` from the first."""


class ReaderStage(StrEnum):
    """How far somebody has come whom the library does not know yet."""

    AT_DESK = "at_desk"
    """The desk links the card to a reader, or makes one."""
    GUARDIAN = "guardian"
    """Too young to begin here: at the desk, with a parent or guardian."""
    NO_LINE = "no_line"
    """The library cannot be told now."""
    OFFERED = "offered"
    """What the card says is shown; whoever reads it may go on, and nothing has been sent."""
    AGREEING = "agreeing"
    """Each use of the data is agreed to by itself, or not."""
    HANDING_IN = "handing_in"
    """On its way: no way home until it is answered."""
    HANDED_IN = "handed_in"
    """The desk finishes it within the week."""
    NOT_TAKEN = "not_taken"
    NOT_HEARD = "not_heard"
    """Nobody can say whether our server has it; what it has, it erases after the week."""


AT_FORM: Final = frozenset({ReaderStage.OFFERED, ReaderStage.AGREEING})
"""Somebody reads and decides; nothing has been sent."""


@dataclass(frozen=True, slots=True)
class NewReader:
    """The citizen card is no reader's."""

    around: "Around"
    visit_id: VisitId
    until: float
    stage: ReaderStage
    card: CitizenCard | None = field(default=None, repr=False)
    """As long as it may still be handed in, and until that is answered."""
    agreed: frozenset[Purpose] = frozenset()
    pick_up: str = field(default="", repr=False)
    """Once it is handed in."""
    warned_until: float | None = None
    """At the form, as of ``Borrowing``."""
    slip: ReceiptStage = ReceiptStage.NONE
    """The number on paper."""


CitizenState = AskingCitizen | NewReader
