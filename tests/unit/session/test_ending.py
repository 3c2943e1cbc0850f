"""The last page, the receipt, and what the fleet is told."""

import pytest

from kiosk.session.answers import (
    AlarmStillOn,
    LoanMade,
    LoanRefused,
    LoanUnknown,
    PatronAccepted,
    ReceiptFailed,
    ReceiptPrinted,
)
from kiosk.session.effects import (
    IdentifyPatron,
    PrintReceipt,
    ReceiptEnd,
    ReceiptLine,
    ReportVisit,
    VisitEnd,
    VisitOutcome,
)
from kiosk.session.events import CardPresented, DeviceLost, Event, LibrarySystemLost
from kiosk.session.receipt_rules import ReceiptStage
from kiosk.session.state import AwaitingCard, Finished, Identifying, Idle, OutOfOrder, SettleReason, Settling
from kiosk.session.touches import (
    CancelTouched,
    DoneTouched,
    FinishTouched,
    LanguageTouched,
    ReceiptTouched,
    ScreenTouched,
)
from kiosk.session.values import AlarmFault, Device, Language, Patron, PatronId, PrinterFault, VisitId
from library.lending.refusals import Refusal
from tests.support.session_play import DUE, MINH, Play, item, loan, pad_of

V1 = VisitId("v1")
PRINT = ReceiptTouched(wanted=True)


def finished(play: Play) -> Finished:
    assert isinstance(play.state, Finished)
    return play.state


def with_one_loan() -> Play:
    play = Play().open().begin()
    play.tell(pad_of(1))
    play.answer_all()
    play.tell(FinishTouched())
    return play


def outcome(play: Play) -> VisitOutcome:
    (report,) = play.reports
    return report.outcome


# The last page


def test_after_a_loan_the_last_page_asks_about_a_receipt() -> None:
    play = with_one_loan()

    assert finished(play).stage is ReceiptStage.ASKING


def test_after_refusals_alone_the_last_page_asks_about_none() -> None:
    play = Play().open().begin()
    play.tell(pad_of(1), LoanRefused(V1, item(1), Refusal.ITEM_UNKNOWN), FinishTouched(), PRINT)

    assert finished(play).stage is ReceiptStage.NONE
    assert not [effect for effect in play.ordered if isinstance(effect, PrintReceipt)]


@pytest.mark.parametrize("cancelled", [True, False])
def test_cancel_and_time_out_after_refusals_alone_lead_home(cancelled: bool) -> None:  # noqa: FBT001 - pytest hands it
    play = Play().open().begin()
    play.tell(pad_of(1), LoanRefused(V1, item(1), Refusal.ITEM_UNKNOWN))
    if cancelled:
        play.tell(CancelTouched())
    else:
        play.pass_time(80)

    assert isinstance(play.state, Idle)
    assert outcome(play).end is VisitEnd.ABANDONED


def test_cancel_with_a_loan_of_which_nobody_knows_shows_it() -> None:
    play = Play().open().begin()
    play.tell(pad_of(1), CancelTouched(), LoanUnknown(V1, item(1)))

    assert finished(play).reason is SettleReason.CANCELLED
    assert finished(play).stage is ReceiptStage.ASKING


def test_a_loan_whose_answer_comes_after_the_touch_on_done_is_shown() -> None:
    play = Play().open().begin()
    play.tell(pad_of(1), FinishTouched())
    settling = play.state
    play.tell(LoanMade(VisitId("v0"), loan(1)))
    still = play.state
    play.answer_all()

    assert isinstance(settling, Settling)
    assert isinstance(still, Settling)
    assert [entry.title for entry in finished(play).visit.entries] == ["Sách 1"]


def test_waiting_items_are_given_up_while_settling_without_the_library_system() -> None:
    play = Play().open().begin()
    play.tell(LibrarySystemLost(), pad_of(1), FinishTouched())
    settling = play.state
    play.pass_time(10)

    assert isinstance(settling, Settling)
    assert finished(play).stage is ReceiptStage.NONE


# The receipt


def test_the_receipt_holds_what_was_lent_and_what_nobody_knows_and_nothing_else() -> None:
    play = Play().open().begin()
    play.tell(
        pad_of(1, 2, 3, 4),
        LoanMade(V1, loan(1)),
        LoanRefused(V1, item(2), Refusal.ITEM_NOT_FOR_LOAN),
        LoanUnknown(V1, item(3)),
        LoanMade(V1, loan(4, may_leave=False, due=None)),
    )
    play.answer_all()
    play.tell(LanguageTouched(Language.ENGLISH), FinishTouched())
    effects = play.tell(PRINT)

    assert effects == (
        PrintReceipt(
            V1,
            Language.ENGLISH,
            "0001",
            (
                ReceiptLine("Sách 1", DUE, show_at_desk=False, loan_known=True, item_id=item(1)),
                ReceiptLine("", None, show_at_desk=True, loan_known=False, item_id=item(3)),
                ReceiptLine("Sách 4", None, show_at_desk=True, loan_known=True, item_id=item(4)),
            ),
        ),
    )


def test_an_item_with_its_alarm_on_is_marked_for_the_desk() -> None:
    play = Play().open().begin()
    play.tell(pad_of(1), LoanMade(V1, loan(1)), AlarmStillOn(V1, item(1), AlarmFault.LOCKED), FinishTouched())
    (order,) = play.tell(PRINT)

    assert isinstance(order, PrintReceipt)
    assert [line.show_at_desk for line in order.lines] == [True]


def test_a_short_card_number_is_not_printed() -> None:
    play = Play().open().begin(patron=Patron(PatronId("1234"), "", 0))
    play.tell(pad_of(1))
    play.answer_all()
    play.tell(FinishTouched())
    (order,) = play.tell(PRINT)

    assert isinstance(order, PrintReceipt)
    assert order.patron_last_four == ""


def test_no_time_runs_out_while_the_receipt_is_printed() -> None:
    play = with_one_loan()
    play.tell(PRINT)
    play.pass_time(600)
    printing = finished(play)
    play.tell(DoneTouched(), PRINT, ReceiptPrinted(VisitId("v0")), ReceiptFailed(VisitId("v0"), PrinterFault.LOST))

    assert printing.stage is ReceiptStage.PRINTING
    assert play.state == printing


def test_a_printed_receipt_is_followed_by_a_short_stay() -> None:
    play = with_one_loan()
    play.tell(PRINT, ReceiptPrinted(V1))
    printed = finished(play)
    play.pass_time(8)

    assert printed.stage is ReceiptStage.PRINTED
    assert isinstance(play.state, Idle)
    assert outcome(play).receipt is ReceiptEnd.PRINTED


def test_a_receipt_that_was_printed_is_not_printed_again() -> None:
    play = with_one_loan()
    play.tell(PRINT, ReceiptPrinted(V1))

    assert play.tell(PRINT) == ()


@pytest.mark.parametrize("fault", PrinterFault)
def test_a_failed_receipt_leaves_the_dates_on_the_screen(fault: PrinterFault) -> None:
    play = with_one_loan()
    play.tell(PRINT, ReceiptFailed(V1, fault))
    shown = finished(play)
    play.pass_time(24)
    still = play.state
    play.tell(DoneTouched())

    assert (shown.stage, shown.printer_fault) == (ReceiptStage.FAILED, fault)
    assert isinstance(still, Finished)
    assert isinstance(play.state, Idle)
    assert outcome(play).receipt is ReceiptEnd.FAILED


def test_a_failed_receipt_may_be_asked_for_again() -> None:
    play = with_one_loan()
    play.tell(PRINT, ReceiptFailed(V1, PrinterFault.PAPER_OUT))
    effects = play.tell(PRINT)
    play.tell(ReceiptPrinted(V1), DoneTouched())

    assert [type(effect) for effect in effects] == [PrintReceipt]
    assert outcome(play).receipt is ReceiptEnd.PRINTED


@pytest.mark.parametrize("touch", [ReceiptTouched(wanted=False), DoneTouched()])
def test_who_wants_no_receipt_is_home_at_once(touch: Event) -> None:
    play = with_one_loan()
    play.tell(touch)

    assert isinstance(play.state, Idle)
    assert outcome(play).receipt is ReceiptEnd.DECLINED


def test_who_says_nothing_is_home_after_a_while_and_a_touch_gives_more_time() -> None:
    play = with_one_loan()
    play.pass_time(20)
    play.tell(ScreenTouched())
    play.pass_time(20)
    kept = play.state
    play.pass_time(5)

    assert isinstance(kept, Finished)
    assert isinstance(play.state, Idle)
    assert outcome(play).receipt is ReceiptEnd.NOT_ASKED


def test_after_a_time_out_nothing_is_printed_by_itself() -> None:
    play = Play().open().begin()
    play.tell(pad_of(1))
    play.answer_all()
    effects = play.pass_time(80 + 25)

    assert [type(effect) for effect in effects] == [ReportVisit]
    assert isinstance(play.state, Idle)


def test_a_card_on_the_last_page_begins_no_visit() -> None:
    play = with_one_loan()

    assert play.tell(CardPresented(VisitId("v2"), MINH.patron_id)) == ()
    assert isinstance(play.state, Finished)


def test_a_kiosk_that_lost_something_closes_after_the_visit() -> None:
    play = with_one_loan()
    play.tell(DeviceLost(Device.PAD))
    during = play.state
    play.tell(DoneTouched())

    assert isinstance(during, Finished)
    assert isinstance(play.state, OutOfOrder)


# The report


def test_a_visit_with_loans_is_done_and_counted() -> None:
    play = Play().open().begin()
    play.tell(
        pad_of(1, 2, 3, 4),
        LoanMade(V1, loan(1)),
        LoanRefused(V1, item(2), Refusal.ITEM_RESERVED),
        LoanRefused(V1, item(3), Refusal.ITEM_UNKNOWN),
        LoanRefused(V1, item(4), Refusal.ITEM_RESERVED),
        AlarmStillOn(V1, item(1), AlarmFault.LOCKED),
    )
    play.pass_time(12)
    play.tell(FinishTouched(), DoneTouched())

    assert outcome(play) == VisitOutcome(
        visit_id=V1,
        end=VisitEnd.DONE,
        seconds=12.0,
        language=Language.VIETNAMESE,
        lent=1,
        refused=((Refusal.ITEM_UNKNOWN, 1), (Refusal.ITEM_RESERVED, 2)),
        unknown=0,
        alarms_still_on=1,
        receipt=ReceiptEnd.DECLINED,
    )


def test_a_visit_in_which_all_was_refused_is_refused() -> None:
    play = Play().open().begin()
    play.tell(pad_of(1), LoanRefused(V1, item(1), Refusal.ITEM_RESERVED), FinishTouched(), DoneTouched())

    assert (outcome(play).end, outcome(play).receipt) == (VisitEnd.REFUSED, ReceiptEnd.NOT_ASKED)


@pytest.mark.parametrize("touch", [FinishTouched(), CancelTouched()])
def test_a_visit_without_items_is_abandoned(touch: Event) -> None:
    play = Play().open().begin()
    play.tell(touch)

    assert outcome(play).end is VisitEnd.ABANDONED


def test_a_visit_of_which_something_is_unknown_is_a_fault() -> None:
    play = Play().open().begin()
    play.tell(pad_of(1, 2), LoanUnknown(V1, item(1)))
    play.answer_all()
    play.tell(FinishTouched(), DoneTouched())

    assert (outcome(play).end, outcome(play).lent, outcome(play).unknown) == (VisitEnd.FAULT, 1, 1)


def test_items_that_were_never_asked_for_make_a_fault_and_count_as_refused() -> None:
    play = Play().open().begin()
    play.tell(LibrarySystemLost(), pad_of(1, 2))
    play.pass_time(10)
    play.tell(FinishTouched(), DoneTouched())

    assert isinstance(play.state, OutOfOrder)
    assert (outcome(play).end, outcome(play).refused) == (VisitEnd.FAULT, ((Refusal.OTHER, 2),))


def test_a_visit_that_ended_without_loans_because_a_reader_was_lost_is_a_fault() -> None:
    play = Play().open().begin()
    play.tell(DeviceLost(Device.SCANNER), CancelTouched())

    assert outcome(play).end is VisitEnd.FAULT


def test_nothing_of_a_patron_can_be_read_in_what_the_session_logs() -> None:
    play = Play().open().begin(patron=Patron(PatronId("PRIVATE-1"), "PRIVATE", 0))
    play.tell(PatronAccepted(V1, MINH), pad_of(1), LoanRefused(V1, item(1), Refusal.OTHER, "PRIVATE", "PRIVATE"))

    assert "PRIVATE" not in repr(play.state)
    assert "PRIVATE" not in repr(play.ordered)
    assert item(1).text not in repr(play.state)


def test_the_next_patrons_card_takes_the_last_page_away_and_begins_their_visit() -> None:
    play = with_one_loan()
    other = PatronId("SIM-READER-0002")
    play.tell(CardPresented(VisitId("v2"), other))

    assert isinstance(play.state, Identifying)
    assert (play.state.visit_id, play.pending) == (VisitId("v2"), [IdentifyPatron(VisitId("v2"), other)])
    assert [report.outcome.visit_id for report in play.reports] == [VisitId("v1")]


def test_the_patrons_own_card_shown_again_leaves_the_last_page_where_it_is() -> None:
    play = with_one_loan()
    before = play.state
    play.tell(CardPresented(VisitId("v2"), MINH.patron_id))

    assert play.state == before
    assert play.reports == []


def test_while_the_receipt_comes_out_nobody_elses_card_changes_anything() -> None:
    play = with_one_loan()
    play.tell(ReceiptTouched(wanted=True))
    before = play.state
    play.tell(CardPresented(VisitId("v2"), PatronId("SIM-READER-0002")))

    assert play.state == before


def test_an_answer_about_another_card_opens_no_visit() -> None:
    play = Play().open()
    play.tell(CardPresented(V1, MINH.patron_id), PatronAccepted(V1, Patron(PatronId("SIM-READER-0002"), "X.", 0)))

    assert isinstance(play.state, AwaitingCard)
    assert [report.outcome.end for report in play.reports] == [VisitEnd.FAULT]
