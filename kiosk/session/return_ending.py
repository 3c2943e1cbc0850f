"""The end of a return: what is under way is awaited, then the last page, the receipt, and home."""

from kiosk.session.answers import ItemsFound
from kiosk.session.effects import ReceiptEnd
from kiosk.session.events import DeviceBack, Event, ItemScanned, Ticked
from kiosk.session.questions import answer, awaited, drop
from kiosk.session.receipt_rules import ReceiptStage
from kiosk.session.receipting import UNDER_WAY, asked, receipt_answered, receipt_wanted, stays, with_receipt
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
from kiosk.session.return_outcome import receipt_order, report
from kiosk.session.return_pad import rest_of, tags_of
from kiosk.session.state import Around, ReturnFinished, ReturnSettling, SettleReason
from kiosk.session.surroundings import Laid, Step, home
from kiosk.session.touches import CancelTouched, DoneTouched, ReceiptTouched, ScreenTouched
from kiosk.session.values import Device


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
    """Show what is back and where it goes, make a receipt if that is wanted and can be had, and go home."""
    if state.stage in UNDER_WAY:
        return receipt_answered(state, event), ()
    around = state.around
    match event:
        case ReceiptTouched(True):
            return receipt_wanted(state, event, receipt_order(around, state.visit)) or (state, ())
        case ReceiptTouched(False) | DoneTouched():
            end = ReceiptEnd.DECLINED if asked(state) else state.receipt
            return leave_return(around, state.visit, state.reason, end)
        case ScreenTouched():
            return stays(state), ()
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
    until = around.now + around.limits.finished_s
    page = ReturnFinished(around, visit, reason, ReceiptStage.NONE, until, ReceiptEnd.NOT_ASKED)
    return with_receipt(page, receipt_order(around, visit))
