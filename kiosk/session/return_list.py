"""The list of items that are brought back in one visit, of whoever stands there."""

from dataclasses import dataclass, field
from enum import StrEnum

from kiosk.session.question_list import Question
from kiosk.session.values import AlarmFault, Bin, ItemId, ReturnOutcome, TagUid, VisitId
from library.lending.refusals import Refusal


class ReturnStatus(StrEnum):
    """How far the return of one item has come."""

    WAITING = "waiting"
    TAKING = "taking"
    BACK = "back"
    """The return stands, in the library system or in the journal."""
    REFUSED = "refused"
    UNKNOWN = "unknown"
    """Nobody can say whether the return stands; the journal has it."""
    NOT_TAKEN = "not_taken"
    """Nobody could be asked: surely not returned, and whoever brought it keeps it; presenting it again asks."""


class ReturnAlarm(StrEnum):
    """How far the alarm of a returned item has come."""

    UNTOUCHED = "untouched"
    """Nothing is to be done (yet): not returned, or the library system does not want it armed."""
    WANTED = "wanted"
    """The tag is to be written: when its turn comes or, if it is not there, when the item is laid on the pad."""
    WRITING = "writing"
    ON = "on"
    NOT_OURS = "not_ours"
    """Returned at a kiosk without a pad."""
    STILL_OFF = "still_off"
    """An attempt failed: the item is asked back onto the pad."""
    TO_STAFF = "to_staff"
    """Tried often enough: it goes into the exception bin."""


@dataclass(frozen=True, slots=True)
class ReturnEntry:
    """One item that was brought back."""

    item_id: ItemId
    status: ReturnStatus
    alarm: ReturnAlarm = ReturnAlarm.UNTOUCHED
    tags: tuple[TagUid, ...] = ()
    """All of the item's tags; empty where it was scanned and lies on no pad."""
    title: str = field(default="", repr=False)
    outcome: ReturnOutcome | None = None
    """``None`` until its return is answered, and for what was not taken."""
    bin: Bin | None = None
    """Where it is to be put; chosen when its outcome is final."""
    sort: str = ""
    """The library system's sort bin or media type, by which its bin is chosen."""
    incomplete: bool = False
    """A set that does not lie there whole: staff look at it."""
    place: str = ""
    refusal: Refusal | None = None
    words: str = field(default="", repr=False)
    offline: bool = False
    alarm_tries: int = 0
    alarm_fault: AlarmFault | None = None
    laid_again: bool = False


@dataclass(frozen=True, slots=True)
class ReturnVisit:
    """A visit without a card: nothing of it belongs to anybody."""

    visit_id: VisitId
    started: float
    entries: tuple[ReturnEntry, ...] = ()
    questions: tuple[Question, ...] = ()
    """Whose they are is not known yet; the first is the one that is asked about now."""
    named: tuple[tuple[TagUid, ItemId], ...] = ()
    """Tags without a library of which it was found out what they belong to."""
    passed: int = 0
    """How often something went through the return slot."""
