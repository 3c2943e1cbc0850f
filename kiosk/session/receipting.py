"""The receipt on the last page of a visit: offered by the rules, printed or shown to a telephone, once a wish."""

from dataclasses import replace
from typing import TypeVar

from kiosk.session.answers import ReceiptFailed, ReceiptNotShared, ReceiptPrinted, ReceiptShared
from kiosk.session.effects import Effect, PrintReceipt, ReceiptEnd, ShareReceipt
from kiosk.session.events import Event
from kiosk.session.receipt_rules import ReceiptKind, ReceiptStage, ReceiptWish
from kiosk.session.state import Finished, ReturnFinished
from kiosk.session.touches import ReceiptTouched

Ending = TypeVar("Ending", Finished, ReturnFinished)

UNDER_WAY = frozenset({ReceiptStage.PRINTING, ReceiptStage.SHARING, ReceiptStage.MAILING})
"""No way home until it is answered."""
_OFFERED = frozenset({ReceiptStage.ASKING, ReceiptStage.FAILED, ReceiptStage.UNSHARED, ReceiptStage.UNMAILED})

MOST_OFFERED = 2
"""At a time: a small panel has room for three buttons, one of which ends the page."""
_TAKEN = {ReceiptStage.SHARING: ReceiptStage.SHARED, ReceiptStage.MAILING: ReceiptStage.MAILED}
_NOT_TAKEN = {ReceiptStage.SHARING: ReceiptStage.UNSHARED, ReceiptStage.MAILING: ReceiptStage.UNMAILED}
"""What becomes of what our server was handed."""


def kinds_now(state: Finished | ReturnFinished) -> tuple[ReceiptKind, ...]:
    """Give what would come out now: paper where the printer would print, a page or a letter where the line is there.

    A letter is for a reader whose address our server knows: nobody is asked for one here.
    """
    around = state.around
    there = {
        ReceiptKind.PRINT: around.printer_fault is None,
        ReceiptKind.QR: around.library_system,
        ReceiptKind.EMAIL: around.library_system and isinstance(state, Finished) and state.visit.patron.mailable,
    }
    return tuple(kind for kind in around.limits.receipts.kinds if there[kind])


def offered(state: Finished | ReturnFinished) -> tuple[ReceiptKind, ...]:
    """Give what the patron may touch for now: of more than two that can be had, the site's first ones."""
    return kinds_now(state)[:MOST_OFFERED] if state.stage in _OFFERED else ()


def asked(state: Finished | ReturnFinished) -> bool:
    """Say whether the patron is asked whether a receipt is wanted, and has something to choose."""
    return state.stage is ReceiptStage.ASKING and bool(kinds_now(state))


def with_receipt(state: Ending, order: PrintReceipt) -> tuple[Ending, tuple[Effect, ...]]:
    """Begin the last page by the rules: a receipt is made at once, is asked about, or there is none."""
    wish = state.around.limits.receipts.wish(frozenset(line.kind for line in order.lines))
    if wish is ReceiptWish.NEVER:
        return replace(state, stage=ReceiptStage.NONE), ()
    state = replace(state, stage=ReceiptStage.ASKING)
    now = kinds_now(state)
    return _make(state, order, now[0]) if wish is ReceiptWish.ALWAYS and now else (state, ())


def receipt_wanted(
    state: Ending, event: ReceiptTouched, order: PrintReceipt
) -> tuple[Ending, tuple[Effect, ...]] | None:
    """Make what was touched; ``None`` where it is not to be had."""
    return _make(state, order, event.kind) if event.wanted and event.kind in offered(state) else None


def receipt_answered(state: Ending, event: Event) -> Ending:
    """Note what became of what is under way; anything else changes nothing."""
    mine = state.visit.visit_id
    match event:
        case ReceiptPrinted(visit_id) if visit_id == mine and state.stage is ReceiptStage.PRINTING:
            return stays(replace(state, stage=ReceiptStage.PRINTED, receipt=ReceiptEnd.PRINTED))
        case ReceiptFailed(visit_id, fault) if visit_id == mine and state.stage is ReceiptStage.PRINTING:
            failed = replace(state, stage=ReceiptStage.FAILED, receipt=ReceiptEnd.FAILED, printer_fault=fault)
            return stays(failed)
        case ReceiptShared(visit_id, link) if visit_id == mine and state.stage in _TAKEN:
            return stays(replace(state, stage=_TAKEN[state.stage], receipt=ReceiptEnd.SHARED, link=link))
        case ReceiptNotShared(visit_id) if visit_id == mine and state.stage in _NOT_TAKEN:
            return stays(replace(state, stage=_NOT_TAKEN[state.stage], receipt=ReceiptEnd.FAILED))
        case _:
            return state


def stays(state: Ending) -> Ending:
    """Let the page stay from now on: a telephone needs longer than a look at the paper."""
    limits = state.around.limits
    match state.stage:
        case ReceiptStage.PRINTED | ReceiptStage.MAILED:
            stay = limits.message_s
        case ReceiptStage.SHARED:
            stay = max(limits.idle_s, limits.finished_s)
        case _:
            stay = limits.finished_s
    return replace(state, until=state.around.now + stay)


def _make(state: Ending, order: PrintReceipt, kind: ReceiptKind) -> tuple[Ending, tuple[Effect, ...]]:
    if kind is ReceiptKind.PRINT:
        return replace(state, stage=ReceiptStage.PRINTING, printer_fault=None), (order,)
    if kind is ReceiptKind.EMAIL and isinstance(state, Finished):
        letter = ShareReceipt(order.visit_id, order, mail_to=state.visit.patron.patron_id)
        return replace(state, stage=ReceiptStage.MAILING, printer_fault=None), (letter,)
    return replace(state, stage=ReceiptStage.SHARING, printer_fault=None), (ShareReceipt(order.visit_id, order),)
