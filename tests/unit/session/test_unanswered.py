"""An effect that nobody answered is told as what nobody knows; nothing is claimed that may be false."""

from datetime import date

import pytest

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
    ReceiptEnd,
    RenewLoan,
    ReportVisit,
    ShareReceipt,
    SwitchAlarmOff,
    SwitchAlarmOn,
    TakeBackItem,
    TakeBackItemOffline,
    VisitEnd,
    VisitOutcome,
)
from kiosk.session.events import Event
from kiosk.session.paying_effects import BeginTransfer
from kiosk.session.paying_events import TransferNotBegun
from kiosk.session.search_effects import AskCatalogue, CountBooks, ReadBook
from kiosk.session.search_events import CatalogueSilent
from kiosk.session.search_values import Wanted
from kiosk.session.staff_effects import CarryOut, CheckStaffPin, ReadDesk
from kiosk.session.staff_events import ActDone, DeskUnread, StaffPinChecked
from kiosk.session.staff_values import ActKind, ActResult, StaffAct, StaffId
from kiosk.session.unanswered import unanswered
from kiosk.session.values import (
    AlarmFault,
    Candidate,
    Finding,
    ItemId,
    Language,
    PatronId,
    Pin,
    PrinterFault,
    TagUid,
    TransactionId,
    VisitId,
)
from library.identity.citizen_card import CitizenCard

V, T, P = VisitId("v1"), TransactionId("t1"), PatronId("29040001")
ITEM, TAG, STAFF = ItemId("TVX.1"), TagUid("E004"), StaffId("lan")
CANDIDATE = Candidate(ITEM, "VN-QN01")
RECEIPT = PrintReceipt(V, Language.VIETNAMESE, "0001", ())
CARD = CitizenCard("0" * 12, "", "x", date(2000, 1, 1), None, "x")
OUTCOME = VisitOutcome(V, VisitEnd.FAULT, 1.0, Language.VIETNAMESE, 0, (), 0, 0, ReceiptEnd.NOT_ASKED)
ACT = StaffAct(ActKind.CLOSED)


@pytest.mark.parametrize(
    ("effect", "event"),
    [
        (IdentifyPatron(V, P), IdentifyFailed(V)),
        (IdentifyPatronOffline(V, P), IdentifyFailed(V)),
        (FindItems(V, (CANDIDATE,)), ItemsFound(V, (Finding(CANDIDATE, known=None),))),
        (LendItem(V, T, P, ITEM), LoanUnknown(V, ITEM)),
        (LendItemOffline(V, T, P, ITEM, taken=0), LoanUnknown(V, ITEM)),
        (TakeBackItem(V, T, ITEM), ReturnUnknown(V, ITEM)),
        (TakeBackItemOffline(V, T, ITEM), ReturnUnknown(V, ITEM)),
        (SwitchAlarmOff(V, ITEM, TAG), AlarmStillOn(V, ITEM, AlarmFault.NOT_VERIFIED)),
        (SwitchAlarmOn(V, ITEM, (TAG,)), AlarmStillOff(V, ITEM, AlarmFault.NOT_VERIFIED)),
        (RenewLoan(V, T, P, ITEM), RenewalUnknown(V, ITEM)),
        (ReadAccount(V, P), AccountUnread(V)),
        (PlaceHold(V, T, P, ITEM), HoldUnknown(V)),
        (CancelHold(V, T, P, ITEM), HoldKept(V, ITEM)),
        (RECEIPT, ReceiptFailed(V, PrinterFault.OTHER)),
        (ShareReceipt(V, RECEIPT), ReceiptNotShared(V)),
        (BeginTransfer(V, P), TransferNotBegun(V)),
        (FindCitizen(V, CARD.number), CitizenNotAsked(V)),
        (HandInReader(V, CARD, frozenset()), ReaderNotHeard(V)),
        (PrintPickUp(V, Language.VIETNAMESE, "W7KM4Q"), ReceiptFailed(V, PrinterFault.OTHER)),
        (ReportVisit(OUTCOME), None),
        (CheckStaffPin(STAFF, Pin("2468"), last_try=False), StaffPinChecked(None, failed=True)),
        (ReadDesk(), DeskUnread()),
        (CarryOut(STAFF, ACT), ActDone(ACT, ActResult.FAILED)),
        (AskCatalogue(7, Wanted.TEXT, "x"), CatalogueSilent(7)),
        (ReadBook(7, 1), CatalogueSilent(7)),
        (CountBooks(7, "x"), CatalogueSilent(7)),
    ],
    ids=lambda each: type(each).__name__,
)
def test_nobody_answered(effect: Effect, event: Event | None) -> None:
    assert unanswered(effect) == event
