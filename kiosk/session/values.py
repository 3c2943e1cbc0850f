"""The words that events, effects and states share; whatever belongs to a patron is unprintable by type."""

import math
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import NewType

VisitId = NewType("VisitId", str)
TransactionId = NewType("TransactionId", str)
TagUid = NewType("TagUid", str)
"""Upper-case hexadecimal, most significant byte first (``E00401...``)."""


class Language(StrEnum):
    """A language that the kiosk speaks, by its ISO 639-1 code."""

    VIETNAMESE = "vi"
    ENGLISH = "en"


class Device(StrEnum):
    """A device by its role in the kiosk."""

    PAD = "pad"
    SCANNER = "scanner"
    PRINTER = "printer"
    CARD_READER = "card_reader"
    BOARD = "board"
    """Lights, buzzer, switches and sensors."""


@dataclass(frozen=True, slots=True)
class PatronId:
    """A card number as the library system knows it."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ItemId:
    """An item's number as the library system knows it (SIP2 field AB)."""

    text: str = field(repr=False)


class Service(StrEnum):
    """What a patron comes for."""

    BORROW = "borrow"
    RETURN = "return"
    ACCOUNT = "account"
    """To see what is on loan, to renew, to see and cancel holds, to see fees."""


@dataclass(frozen=True, slots=True)
class CardLock:
    """Wrong PINs that were typed for one card at this kiosk."""

    patron_id: PatronId
    wrong: int
    until: float
    """While ``wrong`` is below the limit: when it is forgotten; else when the card may be used again."""


@dataclass(frozen=True, slots=True)
class Pin:
    """What a patron typed to prove that the card is theirs; in memory for one visit, and nowhere else."""

    text: str = field(repr=False)


class PinStanding(StrEnum):
    """What the library system said about a PIN."""

    NOT_CHECKED = "not_checked"
    RIGHT = "right"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Money:
    """An amount; shown in the reader's language."""

    amount: Decimal
    currency: str
    """ISO 4217; empty where the library system did not say."""


@dataclass(frozen=True, slots=True)
class Patron:
    """A patron whom the library system accepted."""

    patron_id: PatronId
    initials: str = field(repr=False)
    """For the greeting, like ``N.T.M.``; the full name never reaches the session."""
    loans: int
    charged: tuple[ItemId, ...] | None = field(default=None, repr=False)
    """What is on loan to the patron by the library system's own list; ``None``: it could not be learned."""
    own_may_leave: bool = False
    """The alarm of an item in ``charged`` may be switched off: this library system lends nothing that must stay."""
    pin: PinStanding = PinStanding.NOT_CHECKED
    ready_holds: int | None = None
    """Holds that can be picked up; ``None``: not told."""
    overdue: int | None = None
    fees: Money | None = field(default=None, repr=False)
    """What is owed; ``None``: nothing, or not told."""
    offline: bool = False
    """Let in by the kiosk's own rules while the library system does not answer."""
    mailable: bool = False
    """Our server knows where to send letters."""


@dataclass(frozen=True, slots=True)
class OwnLoan:
    """One item that the patron has on loan, as the account page shows it."""

    item_id: ItemId
    title: str = field(repr=False)
    due: datetime | None
    overdue: bool


class HoldStage(StrEnum):
    """How far a hold has come."""

    READY_HERE = "ready_here"
    READY_ELSEWHERE = "ready_elsewhere"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class Hold:
    """One item or title that is kept, or will be kept, for the patron."""

    item_id: ItemId
    title: str = field(repr=False)
    stage: HoldStage
    place: str = ""
    """Where it can be picked up, as the library system calls it: a place or a shelf."""
    until: date | None = None
    """The last day on which it is kept."""


@dataclass(frozen=True, slots=True)
class FeeLine:
    """One thing that is owed, in the library system's own words."""

    words: str = field(repr=False)
    amount: Money | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """What the library system tells its patron; any length, any text."""

    loans: tuple[OwnLoan, ...] = field(default=(), repr=False)
    """Overdue ones first, then by due date."""
    holds: tuple[Hold, ...] = field(default=(), repr=False)
    """Ready here, ready elsewhere, waiting."""
    fees: tuple[FeeLine, ...] = field(default=(), repr=False)
    owed: Money | None = field(default=None, repr=False)
    words: str = field(default="", repr=False)
    """Messages of the library system, shown as they are."""
    expires: date | None = None
    """The last day on which the card is good, where that is told."""
    complete: bool = True
    """``False``: the library system did not tell all of it; the counts it gives are higher."""
    by_bank: bool = False
    """Our server takes what is owed by bank transfer."""


class ReturnKind(StrEnum):
    """What the library system wants done with an item that came back."""

    SHELF = "shelf"
    HOLD_HERE = "hold_here"
    HOLD_ELSEWHERE = "hold_elsewhere"
    TRANSFER = "transfer"
    """It belongs to another place."""
    OTHER = "other"
    """Staff should look at it."""


@dataclass(frozen=True, slots=True)
class Returned:
    """A return that stands in the library system, or in the kiosk's journal; whose loan it was is not told."""

    item_id: ItemId
    title: str = field(repr=False)
    kind: ReturnKind
    arm: bool
    """SIP2 resensitize=Y: the item's alarm is to be switched on."""
    sort: str = ""
    """The library system's sort bin or media type (SIP2 CL, else CK); chooses the bin of an item for the shelf."""
    place: str = ""
    """Where it is to go (SIP2 CT), for a transfer."""
    offline: bool = False
    """Kept in the journal; the library system learns of it later."""


@dataclass(frozen=True, slots=True)
class Bin:
    """Where a returned item is to be put."""

    number: int
    """From 1; its lamp has the same number."""
    name: str = ""
    """What stands on it; empty: it goes by its number."""


class ReturnOutcome(StrEnum):
    """What became of an item that was brought back: the closed list from which the screen and the fleet speak."""

    SHELF = "shelf"
    HOLD = "hold"
    """Somebody waits for it, here or elsewhere; who is never told."""
    OTHER_PLACE = "other_place"
    NOT_ON_LOAN = "not_on_loan"
    UNKNOWN_ITEM = "unknown_item"
    REFUSED = "refused"
    """The library system said no; staff look at it."""
    NOT_ARMED = "not_armed"
    """The return stands, and the alarm could not be switched on."""
    IN_DOUBT = "in_doubt"
    """Nobody can say yet whether the return stands; it is kept in the journal."""
    KEPT = "kept"
    """Taken back while the library system does not answer; it learns of it later."""
    STAFF = "staff"
    """The library system wants staff to look at it."""


@dataclass(frozen=True, slots=True)
class Loan:
    """A loan that stands in the library system."""

    item_id: ItemId
    title: str = field(repr=False)
    """Plain text as the library system gave it: any length, may be empty."""
    due: datetime | None
    """Local time with its offset; ``None`` where the library system did not say."""
    may_leave: bool
    """SIP2 desensitize=Y: the item's alarm is to be switched off."""
    offline: bool = False
    """Kept in the kiosk's journal; the library system learns of it later."""


class AlarmState(StrEnum):
    """What a tag says to the gate."""

    SECURED = "secured"
    ON_LOAN = "on_loan"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class PadItem:
    """A readable tag of ours on the pad."""

    tag_uid: TagUid
    item_id: ItemId
    alarm: AlarmState
    first_seen: float = field(default=math.inf, compare=False)
    """Monotonic seconds, of the same clock as every ``Ticked``; it may have taken a while to be sure of the tag."""
    other_tags: tuple[TagUid, ...] = ()
    """The tags of the item's other parts, all of which lie there: a set is lent whole."""

    @property
    def tags(self) -> tuple[TagUid, ...]:
        """Give every tag of the item."""
        return (self.tag_uid, *self.other_tags)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An item that a printed number may stand for: the one that this library of the network calls so."""

    item_id: ItemId
    isil: str
    """The library's identifier; empty for items that name no library."""
    name: str = ""
    """What the library is called; empty: it goes by its identifier."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What the library system said about one candidate."""

    candidate: Candidate
    known: bool | None
    """``None``: it did not say."""
    title: str = field(default="", repr=False)
    """Plain text as the library system gave it: any length, may be empty."""


@dataclass(frozen=True, slots=True)
class PadNumber:
    """A readable tag of ours that names no library, with a number that several may have."""

    tag_uid: TagUid
    candidates: tuple[Candidate, ...]
    alarm: AlarmState
    first_seen: float = field(default=math.inf, compare=False)
    """As of a ``PadItem``."""
    other_tags: tuple[TagUid, ...] = ()

    def item(self, item_id: ItemId) -> PadItem:
        """Give the item that it is, once that is known."""
        return PadItem(self.tag_uid, item_id, self.alarm, self.first_seen, self.other_tags)


class PadOddity(StrEnum):
    """A tag on the pad that cannot be lent, and why."""

    FOREIGN = "foreign"
    BLANK = "blank"
    UNREADABLE = "unreadable"
    PATRON_CARD = "patron_card"
    INCOMPLETE_SET = "incomplete_set"
    TWO_OWNERS = "two_owners"
    """Items of two libraries lie there that the library system knows by one number."""


@dataclass(frozen=True, slots=True)
class IncompleteSet:
    """An item of several parts that do not all lie there once."""

    tag_uid: TagUid
    """The tag by which it stands among the oddities."""
    missing: tuple[int, ...]
    """The numbers of the parts that are not there; empty where the tags contradict each other."""
    parts: int
    rest: PadNumber | None = None
    """What of it lies there."""


@dataclass(frozen=True, slots=True)
class Pad:
    """All that lies on the pad, once its reading is stable."""

    items: tuple[PadItem, ...] = ()
    oddities: tuple[tuple[TagUid, PadOddity], ...] = ()
    incomplete: tuple[IncompleteSet, ...] = ()
    """More about the oddities of that kind."""
    numbers: tuple[PadNumber, ...] = ()
    """What lies there of a library that is not known, also after the visit's patron said which (then it is an item)."""

    @property
    def tags(self) -> frozenset[TagUid]:
        """Give a tag of each thing that lies there."""
        items = frozenset(item.tag_uid for item in self.items)
        numbers = frozenset(number.tag_uid for number in self.numbers)
        return items | numbers | frozenset(uid for uid, _ in self.oddities)


class LabelFault(StrEnum):
    """Why a scanned label or card is of no use."""

    EMPTY = "empty"
    CONTROL_CHARACTERS = "control_characters"
    UNKNOWN_PATTERN = "unknown_pattern"
    UNKNOWN_CARD = "unknown_card"
    """A card reader read a card that is none of this library."""
    RANDOM_CARD = "random_card"
    """The card makes up a new number each time: it names nobody."""
    CITIZEN_CARD = "citizen_card"
    """A citizen card, here or now of no use."""
    CITIZEN_OFFLINE = "citizen_offline"
    """Nobody can be asked whose citizen card it is."""
    CITIZEN_MISREAD = "citizen_misread"
    """A part of its code is missing or does not fit the rest."""


class PrinterFault(StrEnum):
    """Why a receipt was not printed, or could not be."""

    ABSENT = "absent"
    """No printer was ever heard of: this kiosk prints nothing."""
    PAPER_OUT = "paper_out"
    LOST = "lost"
    OTHER = "other"


class AlarmFault(StrEnum):
    """Why a tag's alarm is still on after an attempt to switch it off."""

    TAG_GONE = "tag_gone"
    NOT_VERIFIED = "not_verified"
    LOCKED = "locked"
    PAD_LOST = "pad_lost"
