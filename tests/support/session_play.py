"""Plays a session by hand: events in, effects kept until they are answered, the state at any moment."""

from collections.abc import Iterable
from datetime import datetime, timedelta, timezone
from typing import assert_never

from kiosk.session.effects import Effect, FindItems, IdentifyPatron, LendItem, PrintReceipt, ReportVisit, SwitchAlarmOff
from kiosk.session.events import (
    AlarmStillOn,
    AlarmSwitchedOff,
    CardPresented,
    DeviceBack,
    Event,
    IdentifyFailed,
    ItemsFound,
    LibrarySystemBack,
    LoanMade,
    LoanRefused,
    LoanUnknown,
    PadChanged,
    PatronAccepted,
    PatronRefused,
    ReceiptFailed,
    ReceiptPrinted,
    Ticked,
)
from kiosk.session.limits import Limits
from kiosk.session.machine import initial, step
from kiosk.session.state import State
from kiosk.session.values import (
    AlarmState,
    Candidate,
    Device,
    Finding,
    ItemId,
    Loan,
    Pad,
    PadItem,
    PadOddity,
    Patron,
    PatronId,
    TagUid,
    VisitId,
)

DUE = datetime(2026, 12, 7, 23, 59, tzinfo=timezone(timedelta(hours=7)))
LIMITS = Limits()
MINH = Patron(PatronId("SIM-READER-0001"), "N.T.M.", loans=1)

Asked = IdentifyPatron | FindItems | LendItem | SwitchAlarmOff | PrintReceipt


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


def best_answer(effect: Asked) -> Event:
    """Give the answer that everybody hopes for."""
    match effect:
        case IdentifyPatron(visit_id, patron_id):
            return PatronAccepted(visit_id, Patron(patron_id, "N.T.M.", loans=0))
        case FindItems(visit_id, asked):
            known = asked[0]
            findings = (Finding(each, each == known, "Sách" if each == known else "") for each in asked)
            return ItemsFound(visit_id, tuple(findings))
        case LendItem():
            title = f"Sách {effect.item_id.text[-1]}"
            return LoanMade(effect.visit_id, Loan(effect.item_id, title, DUE, may_leave=True))
        case SwitchAlarmOff():
            return AlarmSwitchedOff(effect.visit_id, effect.item_id)
        case PrintReceipt(visit_id):
            return ReceiptPrinted(visit_id)
        case _:
            assert_never(effect)


def answers(effect: Asked, event: Event) -> bool:  # noqa: PLR0911 - one return for each kind of answer
    """Say whether the event is an answer to the effect."""
    match effect, event:
        case IdentifyPatron(), PatronAccepted() | PatronRefused() | IdentifyFailed():
            return effect.visit_id == event.visit_id
        case FindItems(visit_id, asked), ItemsFound(answered, findings):
            return (visit_id, asked) == (answered, tuple(finding.candidate for finding in findings))
        case LendItem(), LoanMade(visit_id, loan):
            return (effect.visit_id, effect.item_id) == (visit_id, loan.item_id)
        case LendItem(), LoanRefused() | LoanUnknown():
            return (effect.visit_id, effect.item_id) == (event.visit_id, event.item_id)
        case SwitchAlarmOff(), AlarmSwitchedOff() | AlarmStillOn():
            return (effect.visit_id, effect.item_id) == (event.visit_id, event.item_id)
        case PrintReceipt(), ReceiptPrinted() | ReceiptFailed():
            return effect.visit_id == event.visit_id
        case _:
            return False
