"""The words of staff mode: who is of the staff, what they do, whether the kiosk is open, and what its desk shows."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType

from kiosk.session.values import Device, ItemId, Service
from library.lending.overrides import OverrideReason
from library.lending.refusals import Refusal

StaffId = NewType("StaffId", str)
"""What a member of the staff goes by in the records: chosen by the library, and no name."""


ActKey = NewType("ActKey", str)
"""Names one noted act, so that what became of it can be noted as well."""


class ByStaff(StrEnum):
    """What staff said about the kiosk, whatever the hours are."""

    CLOSED = "closed"
    """Until staff open it."""
    OPEN = "open"
    """Outside the hours, until these begin."""


@dataclass(frozen=True, slots=True)
class Opening:
    """Whether the kiosk is for patrons now."""

    in_hours: bool = True
    opens_at: datetime | None = None
    """When the hours begin again; ``None``: within them, or nobody knows."""
    by_staff: ByStaff | None = None

    @property
    def is_open(self) -> bool:
        """Say whether visits of every kind may begin."""
        return self.in_hours if self.by_staff is None else self.by_staff is ByStaff.OPEN


@dataclass(frozen=True, slots=True)
class StaffLock:
    """Wrong PINs that were typed after one staff card or, without one, after the service key."""

    staff_id: StaffId | None = field(repr=False)
    wrong: int
    until: float
    """While ``wrong`` is below the limit: when it is forgotten; else when the card or key may be used again."""


class ActKind(StrEnum):
    """What staff do at the kiosk; each act stands in the records."""

    ENTERED = "entered"
    WRONG_PIN = "wrong_pin"
    LOCKED = "locked"
    """The last of too many wrong PINs."""
    OPENED = "opened"
    CLOSED = "closed"
    DEVICE_TRIED = "device_tried"
    PAPER_CHANGED = "paper_changed"
    ALARM_SETTLED = "alarm_settled"
    """The item was laid on the pad."""
    ALARM_SEEN = "alarm_seen"
    """Staff have seen to an item of the alarm list by other means."""
    RESTARTED = "restarted"
    OVERRODE = "overrode"
    """A refused loan was let through, with a reason."""
    LENT_ALONE = "lent_alone"
    """By staff, while the library system did not answer."""
    TOOK_BACK_ALONE = "took_back_alone"


@dataclass(frozen=True, slots=True)
class StaffAct:
    """One act, and what it is about."""

    kind: ActKind
    device: Device | None = None
    item_id: ItemId | None = None
    reason: OverrideReason | None = None
    refusal: Refusal | None = None
    """What was overridden last."""


class EmergencyDesk(StrEnum):
    """What staff may do at the kiosk for a reader while the library system does not answer."""

    OFF = "off"
    RULES = "rules"
    """Take back, and lend by the rules by which patrons borrow then."""
    BEYOND_RULES = "beyond_rules"
    """Lend to any card that has a card's form, whatever these rules say, and without any."""


class ActResult(StrEnum):
    """What became of an act."""

    DONE = "done"
    NOT_NOTED = "not_noted"
    """The journal could not be written. Opening and closing hold nevertheless, until a restart; no more was done."""
    LOST = "lost"
    """The device is not there."""
    PAPER_OUT = "paper_out"
    FAILED = "failed"
    SILENT = "silent"
    """Nothing was read in time."""
    ARMED = "armed"
    """The item's tags say "secured" now."""
    SWITCHED_OFF = "switched_off"
    """The item is on loan, and its tags say so now."""
    NOT_OWED = "not_owed"
    """Nothing is to be done any more: it stands on the list no longer."""
    NO_ANSWER = "no_answer"
    """The library system does not say what is right now."""
    CHANGED = "changed"
    """What was seen to is done with; meanwhile something else became owed, and stands on the list."""
    REFUSED = "refused"
    """The library system says no all the same."""
    UNKNOWN = "unknown"
    """Nobody can say whether it was done."""


class WaitingKind(StrEnum):
    """What waits to be sent."""

    REPORTS = "reports"
    """Events that the agent has not got yet."""
    KEPT = "kept"
    """Loans and returns made alone, of which the library system is to learn."""
    FOR_STAFF = "for_staff"
    """Of these, what a person must look at."""
    IN_DOUBT = "in_doubt"
    """Loans and returns of which nobody knows yet whether they stand."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much of one kind waits, and since when."""

    kind: WaitingKind
    number: int
    oldest: datetime | None


class ListedReason(StrEnum):
    """Why an item stands on the alarm list."""

    LENT = "lent"
    RETURNED = "returned"
    RETURN_IN_DOUBT = "return_in_doubt"
    """The kiosk asks the library system by itself; nobody has to settle it."""
    WRITING = "writing"
    TAG_GONE = "tag_gone"
    NOT_VERIFIED = "not_verified"
    LOCKED = "locked"
    PAD_LOST = "pad_lost"


@dataclass(frozen=True, slots=True)
class ListedAlarm:
    """An item whose tag may not say what it should."""

    item_id: ItemId
    on_loan: bool
    """It is lent and may still alarm; else it is back and may not alarm."""
    reason: ListedReason
    since: datetime


@dataclass(frozen=True, slots=True)
class PastVisit:
    """One visit of the last ones, without anybody's data."""

    began: datetime
    service: Service
    done: int
    """Items lent, renewed and taken back."""
    refused: int
    to_look_at: int
    """Items of which nobody knows whether the loan stands, or whose alarm is not as it should be."""


@dataclass(frozen=True, slots=True)
class PastAct:
    """One act of staff, as the records have it."""

    staff_id: StaffId | None = field(repr=False)
    """``None``: by the service key, before a PIN said who it is."""
    act: StaffAct
    at: datetime
    result: ActResult | None = None
    """``None``: it was so at once, or nobody noted what became of it."""


class KeptStage(StrEnum):
    """How far the library system has learned of what was done alone."""

    WAITING = "waiting"
    LEARNED = "learned"
    FOR_STAFF = "for_staff"


@dataclass(frozen=True, slots=True)
class DoneAlone:
    """A loan or a return that was made while the library system did not answer; not whose."""

    item_id: ItemId
    lent: bool
    at: datetime
    staff_id: StaffId | None = field(repr=False)
    """``None``: the reader did it."""
    stage: KeptStage


@dataclass(frozen=True, slots=True)
class DeviceNow:
    """How an open device has been doing since it was opened."""

    device: Device
    identity: str
    exchanges: int
    troubles: int
    """Requests without an answer, and pieces that made no sense."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What staff are shown, as it was when it was read."""

    read_at: datetime
    agent: bool
    """The program that reports to the fleet answers."""
    waiting: tuple[Waiting, ...] = ()
    alarms: tuple[ListedAlarm, ...] = ()
    visits: tuple[PastVisit, ...] = ()
    """Newest first."""
    acts: tuple[PastAct, ...] = ()
    """Newest first."""
    devices: tuple[DeviceNow, ...] = ()
    alone: tuple[DoneAlone, ...] = ()
    """Newest first."""
