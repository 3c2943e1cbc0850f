"""Effect in, port call, resulting event out; it decides nothing and never raises."""

import logging
import traceback
from dataclasses import replace
from typing import assert_never

from kiosk.ports import (
    AlarmNotOff,
    AlarmNotOn,
    AlarmOff,
    AlarmOn,
    Catalogue,
    Citizens,
    Clock,
    FeeAsked,
    LibrarySystem,
    NotPrinted,
    OfflineLending,
    Payment,
    Printed,
    ReceiptPrinter,
    ReceiptSharing,
    Refused,
    SlipPrinter,
    Staff,
    Stranger,
    TagAlarm,
    Telemetry,
    Unanswered,
)
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
from kiosk.session.citizen_events import CitizenFound, CitizenNotAsked, CitizenUnknown
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
from kiosk.session.hold_values import PlacedHold
from kiosk.session.paying_effects import BeginTransfer
from kiosk.session.paying_events import TransferBegan, TransferNotBegun
from kiosk.session.search_effects import AskCatalogue, CountBooks, ReadBook, SearchEffect
from kiosk.session.search_events import BookRead, BooksCounted, CatalogueAnswered, CatalogueSilent
from kiosk.session.search_values import Wanted
from kiosk.session.staff_effects import CarryOut, CheckStaffPin, ReadDesk, StaffEffect
from kiosk.session.staff_events import ActDone, DeskRead, DeskUnread, StaffEvent, StaffPinChecked
from kiosk.session.staff_values import ActResult, Desk
from kiosk.session.unanswered import unanswered
from kiosk.session.values import Account, Loan, Money, Patron, PatronId, Returned, VisitId
from library.lending.refusals import Refusal

_log = logging.getLogger(__name__)


class Performer:
    """Carries out the session's effects, each through one port."""

    def __init__(  # noqa: PLR0913 - one argument a port
        self,
        *,
        library_system: LibrarySystem,
        offline: OfflineLending,
        alarm: TagAlarm,
        printer: ReceiptPrinter,
        telemetry: Telemetry,
        clock: Clock,
        staff: Staff | None = None,
        sharing: ReceiptSharing | None = None,
        catalogue: Catalogue | None = None,
        payment: Payment | None = None,
        citizens: Citizens | None = None,
        slips: SlipPrinter | None = None,
    ) -> None:
        self._library_system = library_system
        self._offline = offline
        self._alarm = alarm
        self._printer = printer
        self._telemetry = telemetry
        self._clock = clock
        self._staff = staff
        self._sharing = sharing
        self._catalogue = catalogue
        self._payment = payment
        self._citizens = citizens
        self._slips = slips

    async def perform(self, effect: Effect) -> Event | None:
        """Give the event that answers the effect; an adapter's own failure is answered with "nobody knows"."""
        try:
            return await self._call(effect)
        except Exception as error:  # noqa: BLE001 - a fault in one adapter must not end the visits of a whole day
            # The error's own words may quote what a patron typed or a title: only its type and place are logged.
            place = "".join(traceback.format_tb(error.__traceback__))
            _log.error("a port failed at %s: %s\n%s", type(effect).__name__, type(error).__name__, place)
            return unanswered(effect)

    async def _call(self, effect: Effect) -> Event | None:  # noqa: C901, PLR0911, PLR0912 - one flat table of all effects
        match effect:
            case IdentifyPatron() | IdentifyPatronOffline():
                return await self._identify(effect)
            case FindItems(visit_id, candidates):
                return ItemsFound(visit_id, await self._library_system.find(candidates))
            case LendItem() | LendItemOffline():
                return await self._lend(effect)
            case TakeBackItem() | TakeBackItemOffline():
                return await self._take_back(effect)
            case SwitchAlarmOff():
                return await self._switch_alarm_off(effect)
            case SwitchAlarmOn():
                return await self._switch_alarm_on(effect)
            case RenewLoan():
                return await self._renew(effect)
            case ReadAccount():
                return await self._read_account(effect)
            case PlaceHold():
                return await self._place_hold(effect)
            case CancelHold():
                return await self._cancel_hold(effect)
            case PrintReceipt():
                return await self._print(effect)
            case ShareReceipt():
                return await self._share(effect)
            case BeginTransfer():
                return await self._begin_transfer(effect)
            case FindCitizen() | HandInReader():
                return unanswered(effect) if self._citizens is None else await _of_citizen(self._citizens, effect)
            case PrintPickUp():
                return await self._print_pick_up(effect)
            case ReportVisit(outcome):
                await self._telemetry.report_visit(outcome)
                return None
            case CheckStaffPin() | ReadDesk() | CarryOut():
                return unanswered(effect) if self._staff is None else await _of_staff(self._staff, effect)
            case AskCatalogue() | ReadBook() | CountBooks():
                return unanswered(effect) if self._catalogue is None else await _of_catalogue(self._catalogue, effect)
            case _:
                assert_never(effect)

    async def _identify(self, effect: IdentifyPatron | IdentifyPatronOffline) -> Event:
        if isinstance(effect, IdentifyPatron):
            answer = await self._library_system.identify(effect.patron_id, effect.pin, effect.language)
        else:
            answer = await self._offline.identify(effect.patron_id, staff_id=effect.staff_id)
        match answer:
            case Patron() as patron:
                return PatronAccepted(effect.visit_id, patron)
            case Refused(refusal, words):
                return PatronRefused(effect.visit_id, refusal, words)
            case Unanswered():
                return IdentifyFailed(effect.visit_id)

    async def _lend(self, effect: LendItem | LendItemOffline) -> Event:
        item_id = effect.item_id
        answer = await (self._lend_there(effect) if isinstance(effect, LendItem) else self._lend_alone(effect))
        match answer:
            case Loan() as loan:
                return LoanMade(effect.visit_id, loan)
            case Refused(refusal, words, title):
                return LoanRefused(effect.visit_id, item_id, refusal, words, title)
            case FeeAsked(fee, title):
                return LoanAsksFee(effect.visit_id, item_id, fee, title)
            case Unanswered():
                return LoanUnknown(effect.visit_id, item_id)

    async def _lend_there(self, effect: LendItem) -> Loan | Refused | FeeAsked | Unanswered:
        """Lend; an override is noted before anything is asked, and what became of it afterwards."""
        override, staff = effect.override, self._staff
        key = None
        if override is not None:
            key = None if staff is None else await staff.overriding(override, effect.item_id)
            if key is None:
                return Refused(Refusal.OTHER)
        named = effect.transaction_id, effect.patron_id, effect.item_id
        answer = await self._library_system.lend(*named, fee_agreed=effect.fee_agreed, override=override)
        if override is not None and key is not None and staff is not None:
            await staff.overrode(key, override, effect.item_id, _became(answer))
        return answer

    async def _lend_alone(self, effect: LendItemOffline) -> Loan | Refused:
        return await self._offline.lend(
            effect.transaction_id, effect.patron_id, effect.item_id, effect.taken, staff_id=effect.staff_id
        )

    async def _take_back(self, effect: TakeBackItem | TakeBackItemOffline) -> Event:
        transaction_id, item_id, tags = effect.transaction_id, effect.item_id, effect.tags
        answer: Returned | Refused | Unanswered
        if isinstance(effect, TakeBackItem):
            answer = await self._library_system.take_back(transaction_id, item_id, tags)
        else:
            answer = await self._offline.take_back(transaction_id, item_id, tags, staff_id=effect.staff_id)
        match answer:
            case Returned() as returned:
                return ReturnMade(effect.visit_id, returned)
            case Refused(refusal, words, title):
                return ReturnRefused(effect.visit_id, effect.item_id, refusal, words, title)
            case Unanswered():
                return ReturnUnknown(effect.visit_id, effect.item_id)

    async def _switch_alarm_off(self, effect: SwitchAlarmOff) -> Event:
        match await self._alarm.switch_off(effect.item_id, effect.tags):
            case AlarmOff():
                return AlarmSwitchedOff(effect.visit_id, effect.item_id)
            case AlarmNotOff(fault):
                return AlarmStillOn(effect.visit_id, effect.item_id, fault)

    async def _switch_alarm_on(self, effect: SwitchAlarmOn) -> Event:
        match await self._alarm.switch_on(effect.item_id, effect.tags):
            case AlarmOn():
                return AlarmSwitchedOn(effect.visit_id, effect.item_id)
            case AlarmNotOn(fault):
                return AlarmStillOff(effect.visit_id, effect.item_id, fault)

    async def _renew(self, effect: RenewLoan) -> Event:
        match await self._library_system.renew(effect.transaction_id, effect.patron_id, effect.item_id):
            case Loan() as loan:
                return LoanRenewed(effect.visit_id, loan)
            case Refused(refusal, words):
                return RenewalRefused(effect.visit_id, effect.item_id, refusal, words)
            case Unanswered():
                return RenewalUnknown(effect.visit_id, effect.item_id)

    async def _read_account(self, effect: ReadAccount) -> Event:
        match await self._library_system.account(effect.patron_id, effect.language):
            case Account(owed=Money()) as account if self._payment is not None:
                return AccountRead(effect.visit_id, replace(account, by_bank=await self._payment.offered()))
            case Account() as account:
                return AccountRead(effect.visit_id, account)
            case Unanswered():
                return AccountUnread(effect.visit_id)

    async def _place_hold(self, effect: PlaceHold) -> Event:
        named = effect.transaction_id, effect.patron_id, effect.item_id
        match await self._library_system.place_hold(*named, fee_agreed=effect.fee_agreed):
            case PlacedHold() as hold:
                return HoldPlaced(effect.visit_id, hold)
            case Refused(refusal, words):
                return HoldRefused(effect.visit_id, refusal, words)
            case Unanswered():
                return HoldUnknown(effect.visit_id)

    async def _cancel_hold(self, effect: CancelHold) -> Event:
        match await self._library_system.cancel_hold(effect.transaction_id, effect.patron_id, effect.item_id):
            case True:
                return HoldCancelled(effect.visit_id, effect.item_id)
            case Refused(words=words):
                return HoldKept(effect.visit_id, effect.item_id, words)
            case _:
                return HoldKept(effect.visit_id, effect.item_id)

    async def _print(self, effect: PrintReceipt) -> Event:
        return _of_printer(effect.visit_id, await self._printer.print_receipt(effect, self._clock.wall()))

    async def _print_pick_up(self, effect: PrintPickUp) -> Event | None:
        if self._slips is None:
            return unanswered(effect)
        return _of_printer(effect.visit_id, await self._slips.print_pick_up(effect, self._clock.wall()))

    async def _begin_transfer(self, effect: BeginTransfer) -> Event:
        transfer = None if self._payment is None else await self._payment.begin(effect.patron_id)
        return TransferNotBegun(effect.visit_id) if transfer is None else TransferBegan(effect.visit_id, transfer)

    async def _share(self, effect: ShareReceipt) -> Event:
        shared = None if self._sharing is None else await self._sharing.share(effect.receipt, effect.mail_to)
        return ReceiptNotShared(effect.visit_id) if shared is None else ReceiptShared(effect.visit_id, shared.link)


def _of_printer(visit_id: VisitId, answer: Printed | NotPrinted) -> Event:
    match answer:
        case Printed():
            return ReceiptPrinted(visit_id)
        case NotPrinted(fault):
            return ReceiptFailed(visit_id, fault)


async def _of_citizen(citizens: Citizens, effect: FindCitizen | HandInReader) -> Event:
    if isinstance(effect, HandInReader):
        return await citizens.hand_in(effect)
    match await citizens.find(effect.number):
        case PatronId() as patron_id:
            return CitizenFound(effect.visit_id, patron_id)
        case Stranger():
            return CitizenUnknown(effect.visit_id)
        case Unanswered():
            return CitizenNotAsked(effect.visit_id)


def _became(answer: Loan | Refused | FeeAsked | Unanswered) -> ActResult:
    """Say what became of an override; a fee that is asked for comes with a transaction of its own."""
    match answer:
        case Loan():
            return ActResult.DONE
        case Unanswered():
            return ActResult.UNKNOWN
        case Refused() | FeeAsked():
            return ActResult.REFUSED


async def _of_staff(staff: Staff, effect: StaffEffect) -> StaffEvent:
    match effect:
        case CheckStaffPin(staff_id, pin, last_try):
            return StaffPinChecked(await staff.whose_pin(staff_id, pin, last_try=last_try))
        case ReadDesk():
            desk = await staff.read_desk()
            return DeskRead(desk) if isinstance(desk, Desk) else DeskUnread()
        case CarryOut(staff_id, act, tags, until):
            return ActDone(act, await staff.carry_out(staff_id, act, tags, until))
        case _:
            assert_never(effect)


async def _of_catalogue(catalogue: Catalogue, effect: SearchEffect) -> Event:
    number = effect.number
    match effect:
        case AskCatalogue(_, Wanted.TEXT, text, literal, offset, limit, narrowed):
            found = await catalogue.search(text, as_typed=literal, offset=offset, limit=limit, narrowed=narrowed)
        case AskCatalogue(wanted=Wanted.NEWEST):
            found = await catalogue.newest(effect.limit)
        case AskCatalogue():
            found = await catalogue.local(effect.limit)
        case CountBooks(_, text, literal, narrowed):
            choices = await catalogue.choices(text, as_typed=literal, narrowed=narrowed)
            return CatalogueSilent(number) if choices is None else BooksCounted(number, choices)
        case ReadBook(key=key):
            book = await catalogue.details(key)
            return CatalogueSilent(number) if book is None else BookRead(number, book)
    return CatalogueSilent(number) if found is None else CatalogueAnswered(number, found)
