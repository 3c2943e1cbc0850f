"""What the journal gives and takes: open loans, open returns, alarms owed, what was done alone, unsent events."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from kiosk.session.staff_values import StaffId
from kiosk.session.values import ItemId, PatronId, TagUid, TransactionId


class LoanState(StrEnum):
    """How far a journalled loan or return has come; a settled one is no longer in the journal."""

    SENDING = "sending"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class OpenLoan:
    """A loan of which the journal does not know whether it stands."""

    transaction_id: TransactionId
    patron_id: PatronId
    item_id: ItemId
    state: LoanState


@dataclass(frozen=True, slots=True)
class OpenReturn:
    """A return of which the journal does not know whether it stands; whose loan it was is written nowhere."""

    transaction_id: TransactionId
    item_id: ItemId
    tags: tuple[TagUid, ...]
    state: LoanState
    at: float
    """Seconds since 1970, by the machine's clock."""


class AlarmWanted(StrEnum):
    """What a tag is to say to the gate."""

    OFF = "off"
    """After a loan."""
    ON = "on"
    """After a return."""


class AlarmReason(StrEnum):
    """Why an alarm is still owed."""

    LENT = "lent"
    """It has not come to a write, or the kiosk ended before it."""
    RETURNED = "returned"
    RETURN_IN_DOUBT = "return_in_doubt"
    """It is owed if the return stands, which nobody knows yet: until then no tag is written."""
    WRITING = "writing"
    """The kiosk ended in the middle of the write: the tag may say the one or the other."""
    TAG_GONE = "tag_gone"
    NOT_VERIFIED = "not_verified"
    LOCKED = "locked"
    PAD_LOST = "pad_lost"


@dataclass(frozen=True, slots=True)
class OpenAlarm:
    """An alarm that was not yet seen to be what a loan or a return wants it to be."""

    item_id: ItemId
    tags: tuple[TagUid, ...]
    """The tags that are to be written; empty where none was seen."""
    wanted: AlarmWanted
    reason: AlarmReason
    at: float = field(compare=False)
    """Since when, in seconds since 1970 by the machine's clock."""


class KeptKind(StrEnum):
    """What the kiosk did on its own."""

    LEND = "lend"
    RETURN = "return"


class KeptState(StrEnum):
    """How far the library system has learned of it."""

    KEPT = "kept"
    SENDING = "sending"
    """It may have been told: it is asked about before it is told again."""
    APPLIED = "applied"
    RENEWED = "renewed"
    SUPERSEDED = "superseded"
    """Something newer stands there."""
    NEEDS_STAFF = "needs_staff"


@dataclass(frozen=True, slots=True)
class KeptEntry:
    """A loan or a return that was made while the library system did not answer."""

    transaction_id: TransactionId
    kind: KeptKind
    patron_id: PatronId | None
    """``None`` for a return, and once the library system has learned of a loan."""
    item_id: ItemId
    tags: tuple[TagUid, ...]
    """The item's tags, whose alarm is owed from now on."""
    at: datetime
    """Local time with its offset, by a clock that may be wrong (``clock_is_set``)."""
    boot_id: str
    """Of the machine's start, within which ``monotonic`` counts."""
    monotonic: float
    due: datetime | None = None
    """What the patron was promised; ``None``: no date was."""
    clock_is_set: bool = True
    """The machine's clock had been set when ``at`` was read."""
    owes_alarm: bool = True
    """``False`` at a kiosk without a pad, and for what must stay as it is."""
    staff_id: StaffId | None = None
    """Who of the staff did it, where it was not the patron."""


@dataclass(frozen=True, slots=True)
class Kept:
    """An entry and how far it has come."""

    entry: KeptEntry
    state: KeptState
    number: int = field(default=0, compare=False)
    """Its place in the journal; grows, and none is used twice."""


@dataclass(frozen=True, slots=True)
class UnsentEvent:
    """Something the agent was not yet told."""

    event_id: str
    body: str = field(repr=False)
