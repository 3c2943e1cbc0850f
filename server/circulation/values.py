"""What goes into the desk and what comes out of it."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum, auto

from library.lending.opening import DueDate
from library.lending.refusals import Refusal
from server.circulation.refusals import Detail
from server.store.account_models import FeeReason, HoldStage
from server.store.models import Copy


@dataclass(frozen=True, slots=True)
class Counter:
    """Where something is lent or taken back: a terminal at a place."""

    terminal_id: str
    organisation_id: int
    place_id: int
    place_code: str
    place_name: str


@dataclass(frozen=True, slots=True)
class Lent:
    """A loan that stands when the transaction is committed."""

    title: str
    due: DueDate
    renewed: bool
    """An older loan of the same reader goes on; nothing new was lent."""
    loan_id: int
    fee: int = 0
    """Đồng that were written down for it."""


class Route(Enum):
    """Where a book that came back belongs."""

    SHELF = auto()
    """Its place on the shelf, here."""
    HOLD_HERE = auto()
    """The hold shelf of this place."""
    HOLD_ELSEWHERE = auto()
    """On its way to somebody who waits at another place."""
    TRANSFER = auto()
    """On its way home."""
    STAFF = auto()
    """It was missing, damaged or the like: staff look at it."""


@dataclass(frozen=True, slots=True)
class TakenBack:
    """An item that lies in the library again; not for whom it is kept."""

    title: str
    home_code: str
    home_name: str
    call_number: str
    item_type: str
    was_on_loan: bool
    is_home: bool
    route: Route
    destination_code: str
    """The place where it belongs now."""
    loan_id: int | None = None
    """The loan that ended."""


class PinCheck(Enum):
    """What is known of a PIN that came with a question."""

    NOT_GIVEN = auto()
    RIGHT = auto()
    WRONG = auto()
    LOCKED = auto()
    """Too many wrong ones came before; this one was not looked at."""


@dataclass(frozen=True, slots=True)
class PatronLoan:
    """One open loan of a patron."""

    item_number: str = field(repr=False)
    overdue: bool


@dataclass(frozen=True, slots=True)
class FeeLine:
    """One thing that a patron owes for."""

    fee_id: int
    reason: FeeReason
    title: str = field(repr=False)
    """Of the book, if it is about one."""
    owed: int
    """In đồng."""


@dataclass(frozen=True, slots=True)
class PatronHold:
    """One hold of a patron that goes on."""

    item_number: str = field(repr=False)
    """The copy that is kept for it; while it waits, the copy that is wanted or any of the record's."""
    stage: HoldStage
    ready: bool


@dataclass(frozen=True, slots=True)
class Limits:
    """What a patron may have at a place, for an item without a rule of its own; ``None`` where there is no limit."""

    loans: int = 0
    holds: int = 0
    overdue: int | None = None
    fees: int | None = None


@dataclass(frozen=True, slots=True)
class PatronAccount:
    """What a terminal may know of a patron."""

    card: str = field(repr=False)
    name: str = field(repr=False)
    refusal: Refusal | None
    """Why the card may not be used now."""
    card_lost: bool
    pin: PinCheck
    limits: Limits = Limits()
    loans: tuple[PatronLoan, ...] = field(default=(), repr=False)
    """The open ones, oldest first."""
    holds: tuple[PatronHold, ...] = field(default=(), repr=False)
    """Those that go on, oldest first."""
    fees: tuple[FeeLine, ...] = field(default=(), repr=False)
    """The unpaid ones, oldest first."""
    expires: date | None = None
    """The last good day of the card."""
    no_loans: Refusal | None = None
    """Why a good card may borrow nothing now."""
    no_loans_detail: Detail = None

    @property
    def overdue(self) -> tuple[PatronLoan, ...]:
        """Give the loans that should be back."""
        return tuple(loan for loan in self.loans if loan.overdue)

    @property
    def owed(self) -> int:
        """Give the sum of the fees, in đồng."""
        return sum(fee.owed for fee in self.fees)


@dataclass(frozen=True, slots=True)
class ItemAccount:
    """What a terminal may know of an item; not who has it, and not for whom it is kept."""

    copy: Copy
    due: datetime | None
    """Aware, in the library's time zone; ``None`` when the item is not on loan."""
    kept_as: HoldStage | None
    """Ready or in transit, when it is kept for somebody."""
    kept_until: date | None
    waiting: int
    """How many wait for its record."""
    place_code: str
    """Where it is now; empty while it is on loan."""
    place_name: str
    travels: bool
    """It is on its way from there."""
    fee: int
    """Đồng for a loan of it here, for a reader without a rule of its own."""


@dataclass(frozen=True, slots=True)
class HoldStanding:
    """A hold as it stands after what was asked."""

    hold_id: int
    title: str
    item_number: str | None = field(repr=False)
    """The copy that is kept for it, or that alone is wanted."""
    pickup_code: str
    stage: HoldStage
    position: int | None
    """In the queue, from 1; ``None`` when it does not wait."""
    until: date | None
    """The last day on the hold shelf, or of waiting."""


@dataclass(frozen=True, slots=True)
class Paid:
    """A payment that is written down."""

    payment_id: int
    amount: int
    still_owed: int


@dataclass(frozen=True, slots=True)
class AllRenewed:
    """What became of a patron's loans: item numbers, the loan that is due first at the head."""

    renewed: tuple[str, ...] = field(repr=False)
    unrenewed: tuple[str, ...] = field(repr=False)
