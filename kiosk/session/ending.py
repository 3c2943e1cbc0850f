"""The end of a visit: what is under way is awaited, then the last page, the receipt, and home."""

from kiosk.session.account_list import account_answered, account_busy, account_pursue, drop_waiting_renewals
from kiosk.session.answers import ItemsFound
from kiosk.session.effects import ReceiptEnd
from kiosk.session.entries import (
    answered,
    busy,
    drop_open,
    drop_waiting,
    give_up_waiting,
    pad_back,
    present_listed,
    pursue,
    tag_of,
    to_the_desk,
)
from kiosk.session.events import CardPresented, DeviceBack, Event, ItemScanned, Ticked
from kiosk.session.outcome import receipt_lines, receipt_order, report
from kiosk.session.outside_visit import identify
from kiosk.session.questions import answer, awaited, drop
from kiosk.session.receipt_rules import ReceiptStage
from kiosk.session.receipting import UNDER_WAY, asked, receipt_answered, receipt_wanted, stays, with_receipt
from kiosk.session.state import Around, Finished, SettleReason, Settling, Visit
from kiosk.session.surroundings import Laid, Step, home
from kiosk.session.touches import CancelTouched, DoneTouched, ReceiptTouched, ScreenTouched
from kiosk.session.values import Device


def settle(around: Around, visit: Visit, reason: SettleReason) -> Step:
    """Bring a visit to its end: no way home while an answer is awaited.

    Who says "done" laid the waiting items down before and gets them; who wants out does not. Of what library a number
    is, nobody is asked any more.
    """
    visit = drop_open(drop(visit), around)
    if reason is not SettleReason.FINISHED:
        visit = drop_waiting_renewals(drop_waiting(visit))
    visit, effects = pursue(visit, around)
    visit, more = account_pursue(visit, around)
    effects += more
    if busy(visit, around) or account_busy(visit):
        return Settling(around, visit, reason), effects
    return _finish(around, visit, reason)


def settling(state: Settling, event: Event, laid: Laid) -> Step:
    """Await what is under way; nothing new is lent, but an item laid down again may still get its alarm off."""
    visit, reason = answered(state.visit, event, state.around), state.reason
    visit = account_answered(visit, event, state.around)
    match event:
        case CancelTouched() if reason is SettleReason.FINISHED:
            reason = SettleReason.CANCELLED
        case ItemScanned(item_id):
            visit = present_listed(visit, item_id, tag_of(state.around.pad, item_id))
        case ItemsFound() if awaited(visit, event):
            visit = answer(visit)
        case DeviceBack(Device.PAD):
            visit = pad_back(visit)
        case Ticked():
            visit = give_up_waiting(visit, state.around)
        case _:
            for item in laid.items:
                visit = present_listed(visit, item.item_id, item.tag_uid)
    return settle(state.around, visit, reason)


def finished(state: Finished, event: Event) -> Step:  # noqa: PLR0911 - one return for each event
    """Show what was lent until when, make a receipt if that is wanted and can be had, and go home."""
    if state.stage in UNDER_WAY:
        return receipt_answered(state, event), ()
    around = state.around
    match event:
        case ReceiptTouched(True):
            return receipt_wanted(state, event, receipt_order(around, state.visit)) or (state, ())
        case ReceiptTouched(False) | DoneTouched():
            return _leave(around, state.visit, state.reason, ReceiptEnd.DECLINED if asked(state) else state.receipt)
        case CardPresented(patron_id=card) if card != state.visit.patron.patron_id:
            return _next_patron(state, event)
        case ScreenTouched():
            return stays(state), ()
        case Ticked() if around.now >= state.until:
            return _leave(around, state.visit, state.reason, state.receipt)
        case _:
            return state, ()


def _finish(around: Around, visit: Visit, reason: SettleReason) -> Step:
    visit = to_the_desk(visit)
    order = receipt_order(around, visit)
    if receipt_lines(visit) or (reason is SettleReason.FINISHED and (visit.entries or order.lines)):
        until = around.now + around.limits.finished_s
        page = Finished(around, visit, reason, ReceiptStage.NONE, until, ReceiptEnd.NOT_ASKED)
        return with_receipt(page, order)
    return _leave(around, visit, reason, ReceiptEnd.NOT_ASKED)


def _next_patron(state: Finished, card: CardPresented) -> Step:
    """Take the last page away at once, for it is not theirs, and begin with whoever shows a card now."""
    left, told = _leave(state.around, state.visit, state.reason, state.receipt)
    following, effects = identify(left.around, card)
    return following, (*told, *effects)


def _leave(around: Around, visit: Visit, reason: SettleReason, receipt: ReceiptEnd) -> Step:
    return home(around), (report(around, visit, reason, receipt),)
