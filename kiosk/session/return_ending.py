"""The end of a return: what is under way is awaited, then the last page, the receipt, and home."""

from dataclasses import replace

from kiosk.session.answers import ItemsFound, ReceiptFailed, ReceiptPrinted
from kiosk.session.effects import ReceiptEnd
from kiosk.session.events import DeviceBack, Event, ItemScanned, Ticked
from kiosk.session.questions import answer, awaited, drop
from kiosk.session.return_entries import (
    answered,
    busy,
    give_up_waiting,
    not_taken,
    pad_back,
    present_listed,
    pursue,
    to_staff,
)
from kiosk.session.return_list import ReturnVisit
from kiosk.session.return_outcome import ON_RECEIPT, receipt_order, report
from kiosk.session.return_pad import rest_of, tags_of
from kiosk.session.state import Around, ReceiptStage, ReturnFinished, ReturnSettling, SettleReason
from kiosk.session.surroundings import Laid, Step, home
from kiosk.session.touches import CancelTouched, DoneTouched, ReceiptTouched, ScreenTouched
from kiosk.session.values import Device, PrinterFault


def settle_return(around: Around, visit: ReturnVisit, reason: SettleReason) -> Step:
    """Bring a return to its end: no way home while an answer is awaited.

    Who says "done" laid the waiting items down before and they are taken; who wants out keeps them, and reads so. Of
    what library a number is, nobody is asked any more.
    """
    visit = drop(visit)
    if reason is not SettleReason.FINISHED:
        visit = not_taken(visit)
    visit, effects = pursue(visit, around)
    if busy(visit):
        return ReturnSettling(around, visit, reason), effects
    return _finish(around, visit, reason)


def return_settling(state: ReturnSettling, event: Event, laid: Laid) -> Step:
    """Await what is under way; nothing new is taken, but an item laid down again may still be armed."""
    around, reason = state.around, state.reason
    visit = answered(state.visit, event, around)
    match event:
        case CancelTouched() if reason is SettleReason.FINISHED:
            reason = SettleReason.CANCELLED
        case ItemScanned(item_id):
            visit = present_listed(visit, item_id, tags_of(around.pad, item_id, visit.named))
        case ItemsFound() if awaited(visit, event):
            visit = answer(visit)
        case DeviceBack(Device.PAD):
            visit = pad_back(visit)
        case Ticked():
            visit = give_up_waiting(visit, around)
        case _:
            rests = (rest_of(each, visit.named) for each in laid.incomplete)
            for item in (*laid.items, *(rest for rest in rests if rest is not None)):
                visit = present_listed(visit, item.item_id, item.tags)
    return settle_return(around, visit, reason)


def return_finished(state: ReturnFinished, event: Event) -> Step:
    """Show what is back and where it goes, print it if that is wanted and the printer would, and go home."""
    if state.stage is ReceiptStage.PRINTING:
        return _printing(state, event)
    around = state.around
    would_print = around.printer_fault is None
    match event:
        case ReceiptTouched(True) if would_print and state.stage in {ReceiptStage.ASKING, ReceiptStage.FAILED}:
            following = replace(state, stage=ReceiptStage.PRINTING, printer_fault=None)
            return following, (receipt_order(around, state.visit),)
        case ReceiptTouched(False) | DoneTouched():
            asked = would_print and state.stage is ReceiptStage.ASKING
            return leave_return(around, state.visit, state.reason, ReceiptEnd.DECLINED if asked else state.receipt)
        case ScreenTouched():
            return _stays(state), ()
        case Ticked() if around.now >= state.until:
            return leave_return(around, state.visit, state.reason, state.receipt)
        case _:
            return state, ()


def leave_return(around: Around, visit: ReturnVisit, reason: SettleReason, receipt: ReceiptEnd) -> Step:
    """Go home, and tell how it ended."""
    visit = to_staff(visit, around)
    return home(around), (report(around, visit, reason, receipt),)


def _finish(around: Around, visit: ReturnVisit, reason: SettleReason) -> Step:
    """Show the last page wherever anything was presented: what was not taken must be read, too."""
    visit = to_staff(visit, around)
    if not visit.entries:
        return leave_return(around, visit, reason, ReceiptEnd.NOT_ASKED)
    printable = any(entry.status in ON_RECEIPT for entry in visit.entries)
    stage = ReceiptStage.ASKING if printable else ReceiptStage.NONE
    until = around.now + around.limits.finished_s
    return ReturnFinished(around, visit, reason, stage, until, ReceiptEnd.NOT_ASKED), ()


def _printing(state: ReturnFinished, event: Event) -> Step:
    match event:
        case ReceiptPrinted(visit_id) if visit_id == state.visit.visit_id:
            return _stays(replace(state, stage=ReceiptStage.PRINTED, receipt=ReceiptEnd.PRINTED)), ()
        case ReceiptFailed(visit_id, fault) if visit_id == state.visit.visit_id:
            return _stays(_failed(state, fault)), ()
        case _:
            return state, ()


def _failed(state: ReturnFinished, fault: PrinterFault) -> ReturnFinished:
    return replace(state, stage=ReceiptStage.FAILED, receipt=ReceiptEnd.FAILED, printer_fault=fault)


def _stays(state: ReturnFinished) -> ReturnFinished:
    limits = state.around.limits
    stay = limits.message_s if state.stage is ReceiptStage.PRINTED else limits.finished_s
    return replace(state, until=state.around.now + stay)
