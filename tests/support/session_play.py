"""Plays a session by hand: events in, effects kept until they are answered, the state at any moment."""

from collections.abc import Iterable
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import assert_never

from kiosk.session.answers import (
    AccountRead,
    AccountUnread,
    AlarmStillOff,
    AlarmStillOn,
    AlarmSwitchedOff,
    AlarmSwitchedOn,
    HoldCancelled,
    HoldKept,
    HoldPlaced,
    HoldRefused,
    HoldUnknown,
    IdentifyFailed,
    ItemsFound,
    LoanAsksFee,
    LoanMade,
    LoanRefused,
    LoanRenewed,
    LoanUnknown,
    PatronAccepted,
    PatronRefused,
    ReceiptFailed,
    ReceiptNotShared,
    ReceiptPrinted,
    ReceiptShared,
    RenewalRefused,
    RenewalUnknown,
    ReturnMade,
    ReturnRefused,
    ReturnUnknown,
)
from kiosk.session.citizen_effects import FindCitizen, HandInReader, PrintPickUp
from kiosk.session.citizen_events import (
    CitizenFound,
    CitizenNotAsked,
    CitizenUnknown,
    ReaderHandedIn,
    ReaderNotHeard,
    ReaderNotTaken,
)
from kiosk.session.effects import (
    CancelHold,
    Effect,
    FindItems,
    IdentifyPatron,
    IdentifyPatronOffline,
    LendItem,
    LendItemOffline,
    PlaceHold,
    PrintReceipt,
    ReadAccount,
    RenewLoan,
    ReportVisit,
    ShareReceipt,
    SwitchAlarmOff,
    SwitchAlarmOn,
    TakeBackItem,
    TakeBackItemOffline,
)
from kiosk.session.events import CardPresented, DeviceBack, Event, LibrarySystemBack, PadChanged, Ticked
from kiosk.session.hold_values import PlacedHold
from kiosk.session.limits import Limits
from kiosk.session.machine import initial, step
from kiosk.session.paying_effects import BeginTransfer
from kiosk.session.paying_events import TransferBegan, TransferNotBegun
from kiosk.session.paying_values import BankTransfer
from kiosk.session.search_effects import SearchEffect
from kiosk.session.staff_effects import StaffEffect
from kiosk.session.state import State
from kiosk.session.values import (
    Account,
    AlarmState,
    Candidate,
    Device,
    Finding,
    ItemId,
    Loan,
    Money,
    Pad,
    PadItem,
    PadOddity,
    Patron,
    PatronId,
    PinStanding,
    Returned,
    ReturnKind,
    Service,
    TagUid,
    VisitId,
)

DUE = datetime(2026, 12, 7, 23, 59, tzinfo=timezone(timedelta(hours=7)))
LIMITS = Limits(services=(Service.BORROW,))
"""Those of a kiosk that only lends."""
MINH = Patron(PatronId("SIM-READER-0001"), "N.T.M.", loans=1)

CODE = (
    "00020101021238540010A00000072701240006970436011001234567890208QRIBFTTA530370454055000058"
    "02VN62150811TV23456789A6304A1B2"
)
TRANSFER = BankTransfer(
    "TV23456789A", Money(Decimal(50_000), "VND"), CODE, "Vietcombank", "0123456789", "THU VIEN XA QUANG NGHIEP"
)
"""What our server lets a patron pay by."""

Asked = (
    IdentifyPatron
    | IdentifyPatronOffline
    | FindItems
    | LendItem
    | LendItemOffline
    | TakeBackItem
    | TakeBackItemOffline
    | SwitchAlarmOff
    | SwitchAlarmOn
    | RenewLoan
    | ReadAccount
    | PlaceHold
    | CancelHold
    | PrintReceipt
    | ShareReceipt
    | BeginTransfer
    | FindCitizen
    | HandInReader
    | PrintPickUp
)


def item(number: int) -> ItemId:
    """Give the number of the n-th item."""
    return ItemId(f"SIM-ITEM-{number:04}")


def uid(number: int) -> TagUid:
    """Give the tag of the n-th item."""
    return TagUid(f"E0040150{number:08X}")


def pad_of(*numbers: int, odd: Iterable[tuple[int, PadOddity]] = ()) -> PadChanged:
    """Say that these items lie on the pad, and tags that are odd."""
    items = tuple(PadItem(uid(number), item(number), AlarmState.SECURED) for number in numbers)
    return PadChanged(Pad(items, tuple((uid(number), oddity) for number, oddity in odd)))


def loan(number: int, *, may_leave: bool = True, due: datetime | None = DUE) -> Loan:
    """Give the loan of the n-th item."""
    return Loan(item(number), f"Sách {number}", due, may_leave)


def candidates(*numbers: int) -> tuple[Candidate, ...]:
    """Say that a printed number may stand for any of these items, each of another library."""
    return tuple(Candidate(item(number), f"VN-QN{number:02}") for number in numbers)


def found(asked: tuple[Candidate, ...], *known: int, silent: bool = False) -> ItemsFound:
    """Say of the candidates that these items are known; the others are not, or ``silent``: nobody knows."""
    items = {item(number): f"Sách {number}" for number in known}
    no = None if silent else False
    findings = (Finding(each, each.item_id in items or no, items.get(each.item_id, "")) for each in asked)
    return ItemsFound(VisitId("v1"), tuple(findings))


class Play:
    """One session under test."""

    def __init__(self, limits: Limits = LIMITS) -> None:
        self.state: State = initial(limits, now=100.0)
        self.pending: list[Asked] = []
        """Effects that were ordered and not answered yet, in the order of asking."""
        self.reports: list[ReportVisit] = []
        self.of_staff: list[StaffEffect] = []
        """Effects that were ordered for staff; a test answers them itself."""
        self.of_search: list[SearchEffect] = []
        """Questions to the catalogue; a test answers them itself."""
        self.ordered: list[Effect] = []

    def tell(self, *events: Event) -> tuple[Effect, ...]:
        """Let these happen, one after the other; give the effects of the last."""
        effects: tuple[Effect, ...] = ()
        for event in events:
            answered = self._asked_for(event)
            self.state, effects = step(self.state, event)
            if answered is not None:
                self.pending.remove(answered)
            for effect in effects:
                self.ordered.append(effect)
                if isinstance(effect, ReportVisit):
                    self.reports.append(effect)
                elif isinstance(effect, StaffEffect):
                    self.of_staff.append(effect)
                elif isinstance(effect, SearchEffect):
                    self.of_search.append(effect)
                else:
                    self.pending.append(effect)
        return effects

    def pass_time(self, seconds: float) -> tuple[Effect, ...]:
        """Let time go on in quarter seconds, as the runtime does; give the effects of all of it."""
        effects: list[Effect] = []
        for _ in range(round(seconds * 4)):
            effects += self.tell(Ticked(self.state.around.now + 0.25))
        return tuple(effects)

    def open(self) -> "Play":
        """Let the library system and all devices be there."""
        self.tell(LibrarySystemBack(), *(DeviceBack(device) for device in Device))
        return self

    def begin(self, visit: str = "v1", patron: Patron = MINH) -> "Play":
        """Present a card and let the library system accept it."""
        self.tell(CardPresented(VisitId(visit), patron.patron_id), PatronAccepted(VisitId(visit), patron))
        return self

    def answer_all(self) -> "Play":
        """Answer everything that is asked, as well as can be, until nothing is asked any more."""
        while self.pending:
            self.tell(best_answer(self.pending[0]))
        return self

    def _asked_for(self, event: Event) -> Asked | None:
        return next((effect for effect in self.pending if answers(effect, event)), None)


def best_answer(effect: Asked) -> Event:  # noqa: C901, PLR0911, PLR0912 - one flat table of all effects
    """Give the answer that everybody hopes for."""
    match effect:
        case IdentifyPatron(visit_id, patron_id, pin):
            checked = PinStanding.NOT_CHECKED if pin is None else PinStanding.RIGHT
            return PatronAccepted(visit_id, Patron(patron_id, "N.T.M.", loans=0, charged=(), pin=checked))
        case IdentifyPatronOffline(visit_id, patron_id):
            return PatronAccepted(visit_id, Patron(patron_id, "", loans=0, offline=True))
        case FindItems(visit_id, asked):
            known = asked[0]
            findings = (Finding(each, each == known, "Sách" if each == known else "") for each in asked)
            return ItemsFound(visit_id, tuple(findings))
        case LendItem() | LendItemOffline():
            offline = isinstance(effect, LendItemOffline)
            title = "" if offline else f"Sách {effect.item_id.text[-1]}"
            return LoanMade(effect.visit_id, Loan(effect.item_id, title, DUE, may_leave=True, offline=offline))
        case TakeBackItem() | TakeBackItemOffline():
            offline = isinstance(effect, TakeBackItemOffline)
            title = "" if offline else f"Sách {effect.item_id.text[-1]}"
            back = Returned(effect.item_id, title, ReturnKind.SHELF, arm=True, offline=offline)
            return ReturnMade(effect.visit_id, back)
        case SwitchAlarmOff():
            return AlarmSwitchedOff(effect.visit_id, effect.item_id)
        case SwitchAlarmOn():
            return AlarmSwitchedOn(effect.visit_id, effect.item_id)
        case RenewLoan():
            title = f"Sách {effect.item_id.text[-1]}"
            return LoanRenewed(effect.visit_id, Loan(effect.item_id, title, DUE, may_leave=False))
        case ReadAccount(visit_id):
            return AccountRead(visit_id, Account())
        case PlaceHold(visit_id):
            return HoldPlaced(visit_id, PlacedHold(position=1))
        case CancelHold():
            return HoldCancelled(effect.visit_id, effect.item_id)
        case PrintReceipt(visit_id) | PrintPickUp(visit_id):
            return ReceiptPrinted(visit_id)
        case ShareReceipt(visit_id):
            return ReceiptShared(visit_id, "https://receipts.example/r/link")
        case BeginTransfer(visit_id):
            return TransferBegan(visit_id, TRANSFER)
        case FindCitizen(visit_id):
            return CitizenFound(visit_id, MINH.patron_id)
        case HandInReader(visit_id):
            return ReaderHandedIn(visit_id, "W7KM4Q")
        case _:
            assert_never(effect)


def answers(effect: Asked, event: Event) -> bool:  # noqa: C901, PLR0911, PLR0912 - one return for each kind of answer
    """Say whether the event is an answer to the effect."""
    match effect, event:
        case IdentifyPatron() | IdentifyPatronOffline(), PatronAccepted() | PatronRefused() | IdentifyFailed():
            return effect.visit_id == event.visit_id
        case FindItems(visit_id, asked), ItemsFound(answered, findings):
            return (visit_id, asked) == (answered, tuple(finding.candidate for finding in findings))
        case LendItem() | LendItemOffline() | RenewLoan(), LoanMade(visit_id, loan) | LoanRenewed(visit_id, loan):
            renewed = isinstance(effect, RenewLoan) is isinstance(event, LoanRenewed)
            return renewed and (effect.visit_id, effect.item_id) == (visit_id, loan.item_id)
        case LendItem(), LoanAsksFee():
            return (effect.visit_id, effect.item_id) == (event.visit_id, event.item_id)
        case LendItem() | LendItemOffline(), LoanRefused() | LoanUnknown():
            return (effect.visit_id, effect.item_id) == (event.visit_id, event.item_id)
        case TakeBackItem() | TakeBackItemOffline(), ReturnMade(visit_id, returned):
            return (effect.visit_id, effect.item_id) == (visit_id, returned.item_id)
        case TakeBackItem() | TakeBackItemOffline(), ReturnRefused() | ReturnUnknown():
            return (effect.visit_id, effect.item_id) == (event.visit_id, event.item_id)
        case SwitchAlarmOff(), AlarmSwitchedOff() | AlarmStillOn():
            return (effect.visit_id, effect.item_id) == (event.visit_id, event.item_id)
        case SwitchAlarmOn(), AlarmSwitchedOn() | AlarmStillOff():
            return (effect.visit_id, effect.item_id) == (event.visit_id, event.item_id)
        case RenewLoan(), RenewalRefused() | RenewalUnknown():
            return (effect.visit_id, effect.item_id) == (event.visit_id, event.item_id)
        case ReadAccount(visit_id), AccountRead() | AccountUnread():
            return visit_id == event.visit_id
        case PlaceHold(), HoldPlaced() | HoldRefused() | HoldUnknown():
            return effect.visit_id == event.visit_id
        case CancelHold(), HoldCancelled() | HoldKept():
            return (effect.visit_id, effect.item_id) == (event.visit_id, event.item_id)
        case PrintReceipt() | PrintPickUp(), ReceiptPrinted() | ReceiptFailed():
            return effect.visit_id == event.visit_id
        case ShareReceipt(), ReceiptShared() | ReceiptNotShared():
            return effect.visit_id == event.visit_id
        case BeginTransfer(), TransferBegan() | TransferNotBegun():
            return effect.visit_id == event.visit_id
        case FindCitizen(), CitizenFound() | CitizenUnknown() | CitizenNotAsked():
            return effect.visit_id == event.visit_id
        case HandInReader(), ReaderHandedIn() | ReaderNotTaken() | ReaderNotHeard():
            return effect.visit_id == event.visit_id
        case _:
            return False
