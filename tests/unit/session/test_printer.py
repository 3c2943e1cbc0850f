"""A patron is offered paper only while a receipt would come out."""

from dataclasses import replace

import pytest

from kiosk.session.answers import ReceiptFailed, ReceiptPrinted
from kiosk.session.effects import PrintReceipt, ReceiptEnd
from kiosk.session.events import DeviceBack, DeviceLost, Event, ItemScanned, LibrarySystemBack, PrinterChanged
from kiosk.session.receipt_rules import ReceiptStage
from kiosk.session.state import Finished, Idle
from kiosk.session.touches import DoneTouched, FinishTouched, ReceiptTouched
from kiosk.session.values import Device, PrinterFault, VisitId
from kiosk.texts import load_texts
from kiosk.ui.view_model import view
from kiosk.ui.view_types import FinishedView
from tests.support.session_play import LIMITS, Play, item, pad_of

V1 = VisitId("v1")
TEXTS = load_texts()
PRINT = ReceiptTouched(wanted=True)
OUT = PrinterChanged(PrinterFault.PAPER_OUT)
WELL = PrinterChanged(None)
TROUBLES: list[tuple[Event, PrinterFault]] = [
    (OUT, PrinterFault.PAPER_OUT),
    (PrinterChanged(PrinterFault.OTHER), PrinterFault.OTHER),
    (DeviceLost(Device.PRINTER), PrinterFault.LOST),
]


def with_one_loan(*before: Event) -> Play:
    play = Play().open()
    play.tell(*before)
    play.begin()
    play.tell(pad_of(1))
    play.answer_all()
    play.tell(FinishTouched())
    return play


def page(play: Play) -> FinishedView:
    shown = view(play.state, TEXTS).page
    assert isinstance(shown, FinishedView)
    return shown


def orders(play: Play) -> int:
    return sum(isinstance(effect, PrintReceipt) for effect in play.ordered)


def receipt_end(play: Play) -> ReceiptEnd:
    (report,) = play.reports
    return report.outcome.receipt


@pytest.mark.parametrize(("trouble", "fault"), TROUBLES)
def test_paper_is_not_offered_where_none_would_come_out(trouble: Event, fault: PrinterFault) -> None:
    play = with_one_loan(trouble)
    play.tell(PRINT)
    shown = page(play)
    play.tell(DoneTouched())

    assert (shown.print_label, shown.decline_label, shown.done_label) == ("", "", "Xong")
    assert shown.printer_stopped
    assert orders(play) == 0
    assert (receipt_end(play), play.state.around.printer_fault) == (ReceiptEnd.NOT_ASKED, fault)


@pytest.mark.parametrize(("trouble", "fault"), TROUBLES)
def test_an_offer_is_withdrawn_while_it_stands_and_made_again(trouble: Event, fault: PrinterFault) -> None:
    play = with_one_loan()
    offered = page(play)
    play.tell(trouble)
    withdrawn = page(play)
    play.tell(DeviceBack(Device.PRINTER) if fault is PrinterFault.LOST else WELL)

    assert (withdrawn.print_label, withdrawn.hint) != (offered.print_label, offered.hint)
    assert page(play) == offered
    assert [type(effect) for effect in play.tell(PRINT)] == [PrintReceipt]


def test_a_receipt_that_failed_is_offered_again_once_there_is_paper() -> None:
    play = with_one_loan()
    play.tell(PRINT, OUT, ReceiptFailed(V1, PrinterFault.PAPER_OUT))
    without = page(play)
    play.tell(PRINT)
    ordered = orders(play)
    play.tell(WELL)
    again = page(play)
    play.tell(PRINT, ReceiptPrinted(V1), DoneTouched())

    assert (without.print_label, without.done_label, without.printer_stopped) == ("", "Xong", True)
    assert (ordered, again.print_label) == (1, "In lại")
    assert (orders(play), receipt_end(play)) == (2, ReceiptEnd.PRINTED)


def test_paper_that_runs_out_while_a_receipt_is_printed_changes_nothing_before_its_answer() -> None:
    play = with_one_loan()
    play.tell(PRINT, OUT)
    printing = play.state
    play.tell(ReceiptPrinted(V1))

    assert isinstance(printing, Finished)
    assert printing.stage is ReceiptStage.PRINTING
    assert page(play).printer_stopped is False


def test_a_kiosk_without_a_printer_says_so_and_does_not_call_it_broken() -> None:
    play = Play(replace(LIMITS, needs=(frozenset({Device.SCANNER}),)))
    play.tell(LibrarySystemBack(), DeviceBack(Device.SCANNER))
    play.begin()
    play.tell(ItemScanned(item(1)))
    play.answer_all()
    play.tell(FinishTouched())
    shown = page(play)
    play.tell(DoneTouched())

    assert "không in phiếu" in shown.hint
    assert (shown.print_label, shown.printer_stopped) == ("", False)
    assert receipt_end(play) is ReceiptEnd.NOT_ASKED


def test_what_a_lost_printer_is_said_to_say_is_no_news() -> None:
    play = Play().open()
    play.tell(DeviceLost(Device.PRINTER), WELL)
    lost = play.state.around.printer_fault
    play.tell(DeviceBack(Device.PRINTER))

    assert lost is PrinterFault.LOST
    assert play.state.around.printer_fault is None
    assert isinstance(play.state, Idle)


def test_a_lost_pad_says_nothing_of_the_printer() -> None:
    play = Play().open()
    play.tell(OUT, DeviceLost(Device.PAD), DeviceBack(Device.PAD))

    assert play.state.around.printer_fault is PrinterFault.PAPER_OUT
