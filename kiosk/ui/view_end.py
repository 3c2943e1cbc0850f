"""The last page of a visit: what was lent, renewed or brought back, and the receipt."""

from dataclasses import replace

from kiosk.session.outcome import receipt_lines
from kiosk.session.receipt_rules import ReceiptKind, ReceiptStage
from kiosk.session.receipting import UNDER_WAY, asked, offered
from kiosk.session.renewals import RenewalStatus
from kiosk.session.return_list import ReturnStatus
from kiosk.session.state import EntryStatus, Finished, ReturnFinished, SettleReason
from kiosk.session.values import PrinterFault
from kiosk.texts import Texts
from kiosk.ui.view_return import return_row
from kiosk.ui.view_rows import item_row, renewal_row
from kiosk.ui.view_types import FinishedView, Mark, RowView

_STAGE_HINT = {
    ReceiptStage.ASKING: "finished.ask",
    ReceiptStage.PRINTING: "finished.printing",
    ReceiptStage.PRINTED: "finished.printed",
    ReceiptStage.SHARING: "finished.sharing",
    ReceiptStage.SHARED: "finished.shared",
    ReceiptStage.UNSHARED: "finished.unshared",
    ReceiptStage.MAILING: "finished.mailing",
    ReceiptStage.MAILED: "finished.mailed",
    ReceiptStage.UNMAILED: "finished.unmailed",
}
_FAULT_HINT = {
    PrinterFault.ABSENT: "finished.no_printer",
    PrinterFault.PAPER_OUT: "finished.paper_out",
    PrinterFault.LOST: "finished.printer_lost",
    PrinterFault.OTHER: "finished.print_failed",
}
_UNASKED_HINT = {**_FAULT_HINT, PrinterFault.OTHER: "finished.printer_stopped"}
"""Where no receipt is offered, because none would come out."""
_RETURNED_HINT = {
    ReceiptStage.ASKING: "returned.ask",
    ReceiptStage.PRINTING: "finished.printing",
    ReceiptStage.PRINTED: "returned.printed",
    ReceiptStage.FAILED: "returned.no_receipt",
    ReceiptStage.NONE: "returned.thanks",
    ReceiptStage.SHARING: "finished.sharing",
    ReceiptStage.SHARED: "finished.shared",
    ReceiptStage.UNSHARED: "returned.unshared",
}
_PRINT_LABEL = {
    ReceiptStage.ASKING: "finished.print",
    ReceiptStage.FAILED: "finished.print_again",
    ReceiptStage.UNSHARED: "finished.print",
    ReceiptStage.UNMAILED: "finished.print",
}


def finished(state: Finished, texts: Texts) -> FinishedView:
    """Give the last page of a patron's visit."""
    rows = tuple(item_row(entry, state.around, texts, leaving=True) for entry in reversed(state.visit.entries))
    rows += tuple(renewal_row(each, texts) for each in reversed(state.visit.renewals))
    hints = [texts.say("finished.timed_out")] if state.reason is SettleReason.TIMED_OUT else []
    hints.append(texts.say(_receipt_hint(state)))
    if any(row.mark is Mark.ATTENTION for row in rows):
        hints.append(texts.say("finished.desk"))
    return _page(state, _title(state, texts), hints, rows, texts)


def return_finished(state: ReturnFinished, texts: Texts) -> FinishedView:
    """Give the last page of a return: where each item is to be put, of which nobody is told whose loan it was."""
    rows = tuple(return_row(entry, state.around, texts) for entry in reversed(state.visit.entries))
    back = sum(entry.status is ReturnStatus.BACK for entry in state.visit.entries)
    hints = [texts.say("finished.timed_out")] if state.reason is SettleReason.TIMED_OUT else []
    if any(entry.bin is not None for entry in state.visit.entries):
        hints.append(texts.say("returned.where"))
    if any(row.mark is Mark.ATTENTION for row in rows):
        hints.append(texts.say("returned.desk"))
    hints.append(texts.say(_returned_hint(state)))
    title = texts.count("returned.title", back) if back else texts.say("returned.title_none")
    page = _page(state, title, hints, rows, texts)
    return replace(page, printer_stopped=state.stage is ReceiptStage.FAILED)


def _page(
    state: Finished | ReturnFinished, title: str, hints: list[str], rows: tuple[RowView, ...], texts: Texts
) -> FinishedView:
    stage, fault = state.stage, state.around.printer_fault
    choices, choosing = offered(state), asked(state)
    printing = ReceiptKind.PRINT in choices
    return FinishedView(
        title=title,
        hint=" ".join(hints),
        rows=rows,
        print_label=texts.say(_PRINT_LABEL[stage]) if printing else "",
        decline_label=texts.say("finished.decline") if choosing else "",
        done_label="" if choosing or stage in UNDER_WAY else texts.say("finished.done"),
        busy=stage in UNDER_WAY,
        printer_stopped=stage is ReceiptStage.FAILED
        or (stage is ReceiptStage.ASKING and not choices and fault not in {None, PrinterFault.ABSENT}),
        share_label=texts.say("finished.share") if ReceiptKind.QR in choices else "",
        mail_label=texts.say("finished.mail") if ReceiptKind.EMAIL in choices else "",
        code=state.link if stage is ReceiptStage.SHARED else "",
    )


def _receipt_hint(state: Finished) -> str:
    fault = state.around.printer_fault
    match state.stage:
        case ReceiptStage.FAILED if ReceiptKind.QR in offered(state):
            return "finished.share_instead"
        case ReceiptStage.FAILED if ReceiptKind.EMAIL in offered(state):
            return "finished.mail_instead"
        case ReceiptStage.FAILED:
            return _FAULT_HINT[state.printer_fault or PrinterFault.OTHER]
        case ReceiptStage.ASKING if not asked(state):
            prints = ReceiptKind.PRINT in state.around.limits.receipts.kinds
            return _UNASKED_HINT[fault] if prints and fault is not None else "finished.remember"
        case ReceiptStage.NONE:
            return _without_receipt(state)
        case stage:
            return _STAGE_HINT[stage]


def _without_receipt(state: Finished) -> str:
    """Say what to do now where there is nothing to print, or nothing is to be printed."""
    if receipt_lines(state.visit):
        return "finished.remember"
    if any(entry.status is not EntryStatus.OWN for entry in state.visit.entries):
        return "finished.nothing_to_print"
    return "finished.nothing_renewed" if state.visit.renewals else "finished.bye"


def _returned_hint(state: ReturnFinished) -> str:
    if state.stage is ReceiptStage.FAILED and ReceiptKind.QR in offered(state):
        return "finished.share_instead"
    unasked = state.stage is ReceiptStage.ASKING and not asked(state)
    return "returned.thanks" if unasked else _RETURNED_HINT[state.stage]


def _title(state: Finished, texts: Texts) -> str:
    statuses = [entry.status for entry in state.visit.entries]
    lent = statuses.count(EntryStatus.LENT)
    renewed = sum(each.status is RenewalStatus.RENEWED for each in state.visit.renewals)
    if lent:
        return texts.count("finished.title_lent", lent)
    if renewed:
        return texts.count("finished.title_renewed", renewed)
    if not state.visit.entries and not state.visit.renewals and state.stage is not ReceiptStage.NONE:
        return texts.say("finished.title_account")
    if all(status is EntryStatus.OWN for status in statuses):
        return texts.say("finished.title_not_renewed" if state.visit.renewals else "finished.title_bye")
    return texts.say("finished.title_unknown" if EntryStatus.UNKNOWN in statuses else "finished.title_none")
