"""What the session knows; the union ``State`` is closed and every state is immutable."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from kiosk.session.citizen_state import CitizenState
from kiosk.session.effects import ReceiptEnd
from kiosk.session.hold_state import BookWish, Reserving
from kiosk.session.limits import Limits
from kiosk.session.paying_values import Paying
from kiosk.session.question_list import Question
from kiosk.session.receipt_rules import ReceiptStage
from kiosk.session.renewals import Cancelling, Renewal
from kiosk.session.return_list import ReturnVisit
from kiosk.session.search_state import Searching, SearchStanding
from kiosk.session.staff_state import AskingStaffPin, AtStaffDesk, Closed
from kiosk.session.staff_values import Opening, StaffId, StaffLock
from kiosk.session.values import (
    Account,
    AlarmFault,
    CardLock,
    Device,
    ItemId,
    LabelFault,
    Language,
    Money,
    Pad,
    PadOddity,
    Patron,
    PatronId,
    PrinterFault,
    Service,
    TagUid,
    VisitId,
)
from library.lending.overrides import Override
from library.lending.refusals import Refusal


@dataclass(frozen=True, slots=True)
class Around:
    """What stays true across visits."""

    limits: Limits
    now: float
    language: Language
    library_system: bool
    lost: frozenset[Device]
    pad: Pad
    """As last read; while the pad is lost this is what lay there before."""
    printer_fault: PrinterFault | None = PrinterFault.ABSENT
    """Why no receipt could be printed now; ``None``: one could, as far as the printer knows."""
    can_lend_since: float = 0.0
    """The moment at which it last changed whether a loan may be asked for (``surroundings.can_lend``)."""
    offline_ready: bool = False
    """The kiosk has rules by which it could lend on its own."""
    locks: tuple[CardLock, ...] = ()
    staff_locks: tuple[StaffLock, ...] = ()
    opening: Opening = field(default_factory=Opening)
    catalogue: SearchStanding = field(default_factory=SearchStanding)
    staff: StaffId | None = field(default=None, repr=False)
    """Who of the staff does for a reader what goes on; ``None``: the reader does it."""
    library_system_since: float = 0.0
    """The moment at which the library system last came or went."""


class NoticeKind(StrEnum):
    """A short word to the patron that goes by itself."""

    LABEL_REJECTED = "label_rejected"
    ANOTHER_CARD = "another_card"
    ALREADY_LISTED = "already_listed"
    ODD_TAG = "odd_tag"
    DEVICE_LOST = "device_lost"
    CARD_FIRST = "card_first"
    NUMBER_UNKNOWN = "number_unknown"
    NUMBER_OPEN = "number_open"
    """The patron wants to be done, but of a number that was read it is not known whose it is."""
    NOT_IDENTIFIED = "not_identified"
    """The library system did not answer about the card."""
    MISCOUNTED = "miscounted"
    """The pad sees another number of items than lie there: they are to be spread."""
    NO_SERVICE = "no_service"
    RETURN_FIRST = "return_first"
    STAFF_CARD = "staff_card"


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice and the moment at which it goes."""

    kind: NoticeKind
    until: float
    label_fault: LabelFault | None = None
    device: Device | None = None
    oddity: PadOddity | None = None


class EntryStatus(StrEnum):
    """How far the loan of one item has come."""

    WAITING = "waiting"
    LENDING = "lending"
    LENT = "lent"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    """Nobody can say whether the loan stands."""
    NOT_SENT = "not_sent"
    """The library system went away before it was asked: surely not lent; presenting the item again asks it."""
    FEE_ASKED = "fee_asked"
    """Lending costs a fee, and the patron is asked whether that is right; not lent yet."""
    OWN = "own"
    """On loan to this patron already: nothing is asked of the library system, and the alarm is switched off."""


class EntryAlarm(StrEnum):
    """How far the alarm of a lent item has come."""

    UNTOUCHED = "untouched"
    """Not lent, or lent without permission to leave: nothing is to be done."""
    WANTED = "wanted"
    """The tag is to be written: when its turn comes or, if it is not there, when the item is laid on the pad."""
    WRITING = "writing"
    OFF = "off"
    NOT_OURS = "not_ours"
    """Lent at a kiosk without a pad: no tag was read, and none is to be written."""
    STILL_ON = "still_on"
    """An attempt failed: the item is asked back onto the pad."""
    AT_DESK = "at_desk"
    """Tried often enough: the patron shows the item at the desk."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a visit."""

    item_id: ItemId
    status: EntryStatus
    alarm: EntryAlarm = EntryAlarm.UNTOUCHED
    tag_uid: TagUid | None = None
    title: str = field(default="", repr=False)
    due: datetime | None = None
    refusal: Refusal | None = None
    words: str = field(default="", repr=False)
    alarm_tries: int = 0
    alarm_fault: AlarmFault | None = None
    may_leave: bool = True
    laid_again: bool = False
    """Presented once more while its tag was being written: if that fails, the next attempt follows by itself."""
    fee: Money | None = field(default=None, repr=False)
    fee_agreed: bool = False
    override: Override | None = None
    offline: bool = False
    """The loan stands in the kiosk's journal alone."""
    counted: bool = False
    """The patron said that the number of items on the pad is right."""
    number: int = 1
    """Names its transaction: of no two items that were asked for in a visit the same, whatever leaves the list."""


@dataclass(frozen=True, slots=True)
class Visit:
    """All that is known of the patron in front of the kiosk; gone with the visit."""

    visit_id: VisitId
    patron: Patron
    started: float
    entries: tuple[Entry, ...]
    accepted: float
    lying: frozenset[TagUid]
    """Tags that lay on the pad when the card was accepted and still wait for a touch."""
    gone: tuple[tuple[TagUid, float], ...] = ()
    """Of these, the ones that are not seen now, and since when: a tag that flickers was not lifted."""
    questions: tuple[Question, ...] = ()
    """Whose they are is not known yet; the first is the one that is asked about now."""
    miscounted: bool = False
    """The patron said that the number of items on the pad is not right; it is asked again when the pad changes."""
    named: tuple[tuple[TagUid, ItemId], ...] = ()
    """Tags without a library of which it was found out what they belong to."""
    service: Service = Service.BORROW
    account: Account | None = None
    """As last read; ``None``: not read in this visit."""
    renewals: tuple[Renewal, ...] = ()
    cancelled: tuple[Cancelling, ...] = ()
    card_typed: bool = False
    wish: BookWish | None = None


@dataclass(frozen=True, slots=True)
class Idle:
    """Nobody is there."""

    around: Around
    notice: Notice | None = None
    until: float | None = None
    """When set, a language was chosen; without a visit it goes back to the default at this moment."""


@dataclass(frozen=True, slots=True)
class AwaitingCard:
    """The kiosk asks for a card, or lets its number be typed for the visit that ``typing`` names."""

    around: Around
    until: float
    notice: Notice | None = None
    service: Service = Service.BORROW
    typing: VisitId | None = None
    typed: str = field(default="", repr=False)
    wish: BookWish | None = None


@dataclass(frozen=True, slots=True)
class Identifying:
    """The library system is asked about a card."""

    around: Around
    visit_id: VisitId
    started: float
    cancelled: bool = False
    service: Service = Service.BORROW
    patron_id: PatronId | None = None
    """Whose card it is: asked about once more by the kiosk's own rules when the library system is lost meanwhile."""
    offline: bool = False
    """It is the kiosk's own rules that are asked."""
    wish: BookWish | None = None


@dataclass(frozen=True, slots=True)
class TurnedAway:
    """The library system said no to the card; the patron reads why."""

    around: Around
    refusal: Refusal
    words: str = field(repr=False)
    until: float = 0.0


@dataclass(frozen=True, slots=True)
class Borrowing:
    """A patron lays items down."""

    around: Around
    visit: Visit
    idle_since: float
    notice: Notice | None = None
    warned_until: float | None = None
    """When set, the warning is on the screen and the visit ends at this moment."""
    doubted: bool = False
    """Somebody else's card was shown: until a touch, what is laid down may be somebody else's and is not lent."""


@dataclass(frozen=True, slots=True)
class AskingPin:
    """A patron proves that the card is theirs: by the number that is typed here, or goes on without."""

    around: Around
    visit: Visit
    service: Service
    """What the PIN opens."""
    idle_since: float
    typed: str = field(default="", repr=False)
    checking: bool = False
    wrong: bool = False
    warned_until: float | None = None
    cancelled: bool = False
    """The patron wanted out while an answer is awaited."""
    notice: Notice | None = None
    doubted: bool = False
    refusal: Refusal | None = None
    """Why the library system refused the card when it was asked with the last PIN."""
    words: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class AtAccount:
    """A patron sees what is on loan, on hold and owed, renews and cancels."""

    around: Around
    visit: Visit
    idle_since: float
    reading: bool = False
    unread: bool = False
    """The library system did not tell."""
    stale: bool = False
    """What is being read may be older than a renewal of which nobody can say: it is read once more."""
    notice: Notice | None = None
    warned_until: float | None = None
    doubted: bool = False
    paying: Paying | None = None


@dataclass(frozen=True, slots=True)
class Returning:
    """Items are brought back, without a card."""

    around: Around
    visit: ReturnVisit
    idle_since: float
    notice: Notice | None = None
    warned_until: float | None = None


class SettleReason(StrEnum):
    """Why a visit is being brought to its end."""

    FINISHED = "finished"
    CANCELLED = "cancelled"
    TIMED_OUT = "timed_out"
    LOCKED = "locked"
    """Too many wrong PINs: the card cannot be used here for a time."""


@dataclass(frozen=True, slots=True)
class Settling:
    """The patron is done, an effect is still under way: no way home until it is answered."""

    around: Around
    visit: Visit
    reason: SettleReason


@dataclass(frozen=True, slots=True)
class Finished:
    """The last page of a visit: what was lent until when, and the receipt."""

    around: Around
    visit: Visit
    reason: SettleReason
    stage: ReceiptStage
    until: float
    receipt: ReceiptEnd
    printer_fault: PrinterFault | None = None
    link: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class ReturnSettling:
    """Nothing more is brought back, an effect is still under way."""

    around: Around
    visit: ReturnVisit
    reason: SettleReason


@dataclass(frozen=True, slots=True)
class ReturnFinished:
    """The last page of a return: what is back and where it goes, and the receipt."""

    around: Around
    visit: ReturnVisit
    reason: SettleReason
    stage: ReceiptStage
    until: float
    receipt: ReceiptEnd
    printer_fault: PrinterFault | None = None
    link: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class OutOfOrder:
    """The kiosk cannot serve; ``around`` says why."""

    around: Around


State = (
    Idle
    | AwaitingCard
    | Identifying
    | TurnedAway
    | AskingPin
    | Borrowing
    | AtAccount
    | Settling
    | Finished
    | Returning
    | ReturnSettling
    | ReturnFinished
    | OutOfOrder
    | Closed
    | Searching
    | Reserving
    | AskingStaffPin
    | AtStaffDesk
    | CitizenState
)
