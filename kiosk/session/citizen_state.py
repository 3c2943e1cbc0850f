"""The states of whoever comes with a citizen card; part of the closed union ``state.State``."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from kiosk.session.values import Service, VisitId

if TYPE_CHECKING:  # that module holds the union and so imports this one
    from kiosk.session.state import Around


@dataclass(frozen=True, slots=True)
class AskingCitizen:
    """Our server is asked whose card it is."""

    around: "Around"
    visit_id: VisitId
    started: float
    service: Service


class ReaderStage(StrEnum):
    """How far somebody has come whom the library does not know yet."""

    AT_DESK = "at_desk"
    """The desk links the card to a reader, or makes one."""


@dataclass(frozen=True, slots=True)
class NewReader:
    """The citizen card is no reader's."""

    around: "Around"
    visit_id: VisitId
    until: float
    stage: ReaderStage


CitizenState = AskingCitizen | NewReader
