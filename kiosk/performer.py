"""Effect in, port call, resulting event out; it decides nothing and never raises."""

import logging
import traceback
from typing import assert_never

from kiosk.ports import (
    AlarmNotOff,
    AlarmOff,
    Clock,
    LibrarySystem,
    NotPrinted,
    Printed,
    ReceiptPrinter,
    Refused,
    TagAlarm,
    Telemetry,
    Unanswered,
)
from kiosk.session.effects import Effect, FindItems, IdentifyPatron, LendItem, PrintReceipt, ReportVisit, SwitchAlarmOff
from kiosk.session.events import (
    AlarmStillOn,
    AlarmSwitchedOff,
    Event,
    IdentifyFailed,
    ItemsFound,
    LoanMade,
    LoanRefused,
    LoanUnknown,
    PatronAccepted,
    PatronRefused,
    ReceiptFailed,
    ReceiptPrinted,
)
from kiosk.session.values import AlarmFault, Finding, Loan, Patron, PrinterFault

_log = logging.getLogger(__name__)


class Performer:
    """Carries out the session's effects, each through one port."""

    def __init__(
        self,
        *,
        library_system: LibrarySystem,
        alarm: TagAlarm,
        printer: ReceiptPrinter,
        telemetry: Telemetry,
        clock: Clock,
    ) -> None:
        self._library_system = library_system
        self._alarm = alarm
        self._printer = printer
        self._telemetry = telemetry
        self._clock = clock

    async def perform(self, effect: Effect) -> Event | None:
        """Give the event that answers the effect; an adapter's own failure is answered with "nobody knows"."""
        try:
            return await self._call(effect)
        except Exception as error:  # noqa: BLE001 - a fault in one adapter must not end the visits of a whole day
            # The error's own words may quote what a patron typed or a title: only its type and place are logged.
            place = "".join(traceback.format_tb(error.__traceback__))
            _log.error("a port failed at %s: %s\n%s", type(effect).__name__, type(error).__name__, place)
            return _worst(effect)

    async def _call(self, effect: Effect) -> Event | None:
        match effect:
            case IdentifyPatron():
                return await self._identify(effect)
            case FindItems(visit_id, candidates):
                return ItemsFound(visit_id, await self._library_system.find(candidates))
            case LendItem():
                return await self._lend(effect)
            case SwitchAlarmOff():
                return await self._switch_alarm_off(effect)
            case PrintReceipt():
                return await self._print(effect)
            case ReportVisit(outcome):
                await self._telemetry.report_visit(outcome)
                return None
            case _:
                assert_never(effect)

    async def _identify(self, effect: IdentifyPatron) -> Event:
        match await self._library_system.identify(effect.patron_id):
            case Patron() as patron:
                return PatronAccepted(effect.visit_id, patron)
            case Refused(refusal, words):
                return PatronRefused(effect.visit_id, refusal, words)
            case Unanswered():
                return IdentifyFailed(effect.visit_id)

    async def _lend(self, effect: LendItem) -> Event:
        match await self._library_system.lend(effect.transaction_id, effect.patron_id, effect.item_id):
            case Loan() as loan:
                return LoanMade(effect.visit_id, loan)
            case Refused(refusal, words, title):
                return LoanRefused(effect.visit_id, effect.item_id, refusal, words, title)
            case Unanswered():
                return LoanUnknown(effect.visit_id, effect.item_id)

    async def _switch_alarm_off(self, effect: SwitchAlarmOff) -> Event:
        match await self._alarm.switch_off(effect.item_id, effect.tags):
            case AlarmOff():
                return AlarmSwitchedOff(effect.visit_id, effect.item_id)
            case AlarmNotOff(fault):
                return AlarmStillOn(effect.visit_id, effect.item_id, fault)

    async def _print(self, effect: PrintReceipt) -> Event:
        match await self._printer.print_receipt(effect, self._clock.wall()):
            case Printed():
                return ReceiptPrinted(effect.visit_id)
            case NotPrinted(fault):
                return ReceiptFailed(effect.visit_id, fault)


def _worst(effect: Effect) -> Event | None:
    match effect:
        case IdentifyPatron(visit_id):
            return IdentifyFailed(visit_id)
        case FindItems(visit_id, candidates):
            return ItemsFound(visit_id, tuple(Finding(candidate, known=None) for candidate in candidates))
        case LendItem():
            return LoanUnknown(effect.visit_id, effect.item_id)
        case SwitchAlarmOff():
            return AlarmStillOn(effect.visit_id, effect.item_id, AlarmFault.NOT_VERIFIED)
        case PrintReceipt(visit_id):
            return ReceiptFailed(visit_id, PrinterFault.OTHER)
        case ReportVisit():
            return None
        case _:
            assert_never(effect)
