"""The end of a return: nothing under way is left behind, and who brought the books reads where they go."""

from dataclasses import replace

import pytest

from kiosk.session.answers import ReceiptFailed, ReceiptPrinted, ReturnMade
from kiosk.session.effects import (
    LineKind,
    PrintReceipt,
    ReceiptEnd,
    ReceiptLine,
    TakeBackItem,
    TakeBackItemOffline,
    VisitEnd,
)
from kiosk.session.events import DeviceBack, DeviceLost, Event, ItemScanned, LibrarySystemBack, LibrarySystemLost
from kiosk.session.leaving import way_out
from kiosk.session.receipt_rules import ReceiptStage
from kiosk.session.return_list import ReturnStatus
from kiosk.session.state import Idle, OutOfOrder, ReturnFinished, Returning, ReturnSettling, SettleReason
from kiosk.session.touches import CancelTouched, DoneTouched, FinishTouched, ReceiptTouched, ScreenTouched
from kiosk.session.values import (
    Device,
    Language,
    PrinterFault,
    Returned,
    ReturnKind,
    ReturnOutcome,
    Service,
    TransactionId,
)
from library.lending.refusals import Refusal
from tests.support.return_play import (
    LIMITS,
    STAFF,
    VISIT,
    armed,
    back,
    entry,
    laid,
    refused,
    returns,
    still_off,
    unknown,
    visit_of,
    without_line,
)
from tests.support.session_play import Play, item, uid


def finished(play: Play) -> ReturnFinished:
    assert isinstance(play.state, ReturnFinished)
    return play.state


def test_the_end_waits_for_what_is_under_way_and_what_was_laid_down_is_taken() -> None:
    play = returns()
    play.tell(laid(1, 2), FinishTouched())
    waits = type(play.state)
    play.answer_all()

    assert waits is ReturnSettling
    assert [each.status for each in finished(play).visit.entries] == [ReturnStatus.BACK] * 2


def test_who_wants_out_keeps_what_was_not_asked_about_and_reads_so() -> None:
    play = returns()
    play.tell(laid(1, 2), CancelTouched(), back(1), armed(1))

    assert [each.status for each in finished(play).visit.entries] == [ReturnStatus.BACK, ReturnStatus.NOT_TAKEN]
    assert (entry(play, 2).outcome, entry(play, 2).bin) == (None, None)


def test_done_may_become_out_while_the_end_is_awaited() -> None:
    play = returns()
    play.tell(laid(1, 2), FinishTouched(), CancelTouched(), ItemScanned(item(3)), back(1), armed(1))

    assert finished(play).reason is SettleReason.CANCELLED
    assert [each.status for each in finished(play).visit.entries] == [ReturnStatus.BACK, ReturnStatus.NOT_TAKEN]


def test_nobody_is_asked_about_idleness_while_something_is_under_way() -> None:
    play = returns()
    play.tell(laid(1))
    play.pass_time(90)
    during = play.state
    play.tell(back(1), armed(1))
    play.pass_time(59)
    after = play.state
    play.pass_time(2)
    asked = play.state
    play.pass_time(21)

    assert isinstance(during, Returning)
    assert during.warned_until is None
    assert isinstance(after, Returning)
    assert after.warned_until is None
    assert isinstance(asked, Returning)
    assert asked.warned_until is not None
    assert finished(play).reason is SettleReason.TIMED_OUT


def test_a_touch_takes_the_warning_away() -> None:
    play = returns()
    play.pass_time(61)
    play.tell(ScreenTouched())

    assert isinstance(play.state, Returning)
    assert play.state.warned_until is None


def test_nobody_there_and_nothing_brought_goes_home() -> None:
    play = returns()
    play.pass_time(82)

    assert isinstance(play.state, Idle)
    assert play.reports[0].outcome.end is VisitEnd.ABANDONED


def test_told_to_stop_the_kiosk_awaits_the_answer_and_goes_home() -> None:
    play = returns()
    play.tell(laid(1))
    first = way_out(play.state)
    assert first is not None
    play.tell(first)
    second = way_out(play.state)
    play.tell(back(1), armed(1))
    third = way_out(play.state)
    assert third is not None
    play.tell(third)

    assert (second, type(play.state)) == (None, Idle)


def test_without_the_library_system_items_are_kept_and_go_where_staff_look_at_them() -> None:
    play = returns()
    play.tell(LibrarySystemLost())
    effects = play.tell(laid(1))
    kept = Returned(item(1), "", ReturnKind.SHELF, arm=True, offline=True)
    play.tell(ReturnMade(VISIT, kept), armed(1))

    assert effects == (TakeBackItemOffline(VISIT, TransactionId("r1-1"), item(1), (uid(1),)),)
    assert (entry(play, 1).outcome, entry(play, 1).offline, entry(play, 1).bin) == (ReturnOutcome.KEPT, True, STAFF)


def test_where_nothing_is_kept_an_item_waits_for_the_library_system() -> None:
    play = returns(without_line())
    play.tell(LibrarySystemLost())
    waits = play.tell(laid(1))
    play.pass_time(5)
    status = entry(play, 1).status

    assert (waits, status) == ((), ReturnStatus.WAITING)
    assert play.tell(LibrarySystemBack()) == (TakeBackItem(VISIT, TransactionId("r1-1"), item(1), (uid(1),)),)


def test_what_waited_too_long_is_not_taken_and_laid_down_again_it_is_asked_about() -> None:
    play = returns(without_line())
    play.tell(LibrarySystemLost(), laid(1))
    play.pass_time(11)
    status = entry(play, 1).status
    play.tell(LibrarySystemBack(), laid())
    effects = play.tell(laid(1))

    assert status is ReturnStatus.NOT_TAKEN
    assert effects == (TakeBackItem(VISIT, TransactionId("r1-1"), item(1), (uid(1),)),)


def test_what_waits_while_the_end_is_awaited_is_given_up_too() -> None:
    play = returns(without_line())
    play.tell(LibrarySystemLost(), laid(1), FinishTouched())
    waits = type(play.state)
    play.pass_time(11)

    assert waits is ReturnSettling
    assert [each.status for each in finished(play).visit.entries] == [ReturnStatus.NOT_TAKEN]
    assert finished(play).stage is ReceiptStage.NONE


def brought(*more: Event) -> Play:
    play = returns()
    play.tell(DeviceBack(Device.PRINTER), laid(1, 2, 3, 4))
    play.tell(back(1), armed(1), unknown(2), refused(3, Refusal.ITEM_UNKNOWN), back(4), still_off(4), FinishTouched())
    play.tell(*more)
    return play


def test_the_receipt_names_what_is_back_or_may_be_and_no_card() -> None:
    play = brought(ReceiptTouched(wanted=True))
    order = play.ordered[-1]

    def line(number: int, title: str, *, known: bool) -> ReceiptLine:
        return ReceiptLine(title, None, not known, known, item(number), LineKind.RETURNED)

    lines = (line(1, "Sách 1", known=True), line(2, "", known=False), line(4, "Sách 4", known=True))
    assert order == PrintReceipt(VISIT, Language.VIETNAMESE, "", lines)


def test_a_return_in_numbers() -> None:
    play = brought(ReceiptTouched(wanted=True), ReceiptPrinted(VISIT))
    stage = finished(play).stage
    play.tell(DoneTouched())
    outcome = play.reports[0].outcome

    assert (stage, len(play.reports)) == (ReceiptStage.PRINTED, 1)
    assert (outcome.service, outcome.returned, outcome.lent, outcome.unknown) == (Service.RETURN, 2, 0, 1)
    assert (outcome.alarms_still_off, outcome.refused) == (1, ((Refusal.ITEM_UNKNOWN, 1),))
    assert (outcome.receipt, outcome.end) == (ReceiptEnd.PRINTED, VisitEnd.FAULT)


def test_paper_that_ends_is_told_and_may_be_tried_again() -> None:
    play = brought(ReceiptTouched(wanted=True), ReceiptFailed(VISIT, PrinterFault.OTHER))
    failed = finished(play)
    play.tell(ReceiptTouched(wanted=True), ScreenTouched())

    assert (failed.stage, failed.printer_fault) == (ReceiptStage.FAILED, PrinterFault.OTHER)
    assert finished(play).stage is ReceiptStage.PRINTING


@pytest.mark.parametrize(
    ("touch", "end"),
    [(ReceiptTouched(wanted=False), ReceiptEnd.DECLINED), (DoneTouched(), ReceiptEnd.DECLINED)],
)
def test_paper_may_be_declined(touch: Event, end: ReceiptEnd) -> None:
    play = brought(touch)

    assert isinstance(play.state, Idle)
    assert play.reports[0].outcome.receipt is end


def test_the_last_page_goes_by_itself_and_a_touch_keeps_it() -> None:
    play = brought()
    play.pass_time(20)
    play.tell(ScreenTouched())
    play.pass_time(20)
    kept = type(play.state)
    play.pass_time(10)

    assert (kept, type(play.state)) == (ReturnFinished, Idle)
    assert play.reports[0].outcome.receipt is ReceiptEnd.NOT_ASKED


@pytest.mark.parametrize(
    ("answers", "end"),
    [
        ((back(1), armed(1)), VisitEnd.DONE),
        ((refused(1, Refusal.OTHER),), VisitEnd.REFUSED),
        ((unknown(1),), VisitEnd.FAULT),
    ],
)
def test_how_a_return_ended(answers: tuple[Event, ...], end: VisitEnd) -> None:
    play = returns()
    play.tell(laid(1), *answers, FinishTouched(), DoneTouched())

    assert play.reports[0].outcome.end is end


def test_what_was_not_taken_counts_as_a_fault_and_as_refused() -> None:
    play = returns(without_line())
    play.tell(LibrarySystemLost(), laid(1))
    play.pass_time(11)
    play.tell(FinishTouched(), DoneTouched())
    outcome = play.reports[0].outcome

    assert (outcome.end, outcome.refused, outcome.returned) == (VisitEnd.FAULT, ((Refusal.OTHER, 1),), 0)


def test_a_kiosk_that_cannot_serve_any_more_is_out_of_order_after_the_return() -> None:
    play = returns(replace(LIMITS, services=(Service.RETURN,), returns_offline=False))
    play.tell(LibrarySystemLost(), DeviceLost(Device.PAD), FinishTouched())

    assert isinstance(play.state, OutOfOrder)
    assert play.reports[0].outcome.end is VisitEnd.FAULT


def test_what_is_kept_is_counted_as_such() -> None:
    play = returns()
    play.tell(LibrarySystemLost(), laid(1))
    play.answer_all()
    play.tell(FinishTouched(), DoneTouched())

    assert (play.reports[0].outcome.returned, play.reports[0].outcome.offline) == (1, 1)
    assert isinstance(play.state, Idle)


def test_the_list_is_the_same_on_the_last_page() -> None:
    play = brought()

    assert [each.item_id for each in visit_of(play).entries] == [item(number) for number in (1, 2, 3, 4)]
