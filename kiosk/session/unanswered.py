"""What stands for an effect that nobody answered: it may have been done or not, and the session must go on."""

from typing import assert_never

from kiosk.session.answers import (
    AccountUnread,
    AlarmStillOff,
    AlarmStillOn,
    HoldKept,
    HoldUnknown,
    IdentifyFailed,
    ItemsFound,
    LoanUnknown,
    ReceiptFailed,
    ReceiptNotShared,
    RenewalUnknown,
    ReturnUnknown,
)
from kiosk.session.citizen_effects import FindCitizen, HandInReader, PrintPickUp
from kiosk.session.citizen_events import CitizenNotAsked, ReaderNotHeard
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
from kiosk.session.events import Event
from kiosk.session.paying_effects import BeginTransfer
from kiosk.session.paying_events import TransferNotBegun
from kiosk.session.search_effects import AskCatalogue, CountBooks, ReadBook
from kiosk.session.search_events import CatalogueSilent
from kiosk.session.staff_effects import CarryOut, CheckStaffPin, ReadDesk
from kiosk.session.staff_events import ActDone, DeskUnread, StaffPinChecked
from kiosk.session.staff_values import ActResult
from kiosk.session.values import AlarmFault, Finding, PrinterFault


def unanswered(effect: Effect) -> Event | None:  # noqa: C901, PLR0911, PLR0912 - one flat table of all effects
    """Give the event; ``None`` for what is never answered."""
    match effect:
        case IdentifyPatron(visit_id) | IdentifyPatronOffline(visit_id):
            return IdentifyFailed(visit_id)
        case FindItems(visit_id, candidates):
            return ItemsFound(visit_id, tuple(Finding(candidate, known=None) for candidate in candidates))
        case LendItem() | LendItemOffline():
            return LoanUnknown(effect.visit_id, effect.item_id)
        case TakeBackItem() | TakeBackItemOffline():
            return ReturnUnknown(effect.visit_id, effect.item_id)
        case SwitchAlarmOff():
            return AlarmStillOn(effect.visit_id, effect.item_id, AlarmFault.NOT_VERIFIED)
        case SwitchAlarmOn():
            return AlarmStillOff(effect.visit_id, effect.item_id, AlarmFault.NOT_VERIFIED)
        case RenewLoan():
            return RenewalUnknown(effect.visit_id, effect.item_id)
        case ReadAccount(visit_id):
            return AccountUnread(visit_id)
        case PlaceHold():
            return HoldUnknown(effect.visit_id)
        case CancelHold():
            return HoldKept(effect.visit_id, effect.item_id)
        case PrintReceipt(visit_id) | PrintPickUp(visit_id):
            return ReceiptFailed(visit_id, PrinterFault.OTHER)
        case ShareReceipt(visit_id):
            return ReceiptNotShared(visit_id)
        case BeginTransfer(visit_id):
            return TransferNotBegun(visit_id)
        case FindCitizen(visit_id):
            return CitizenNotAsked(visit_id)
        case HandInReader(visit_id):
            return ReaderNotHeard(visit_id)
        case ReportVisit():
            return None
        case CheckStaffPin():
            return StaffPinChecked(None, failed=True)
        case ReadDesk():
            return DeskUnread()
        case CarryOut(act=act):
            return ActDone(act, ActResult.FAILED)
        case AskCatalogue(number=number) | ReadBook(number=number) | CountBooks(number=number):
            return CatalogueSilent(number)
        case _:
            assert_never(effect)
