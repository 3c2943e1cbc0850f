"""A receipt by e-mail: offered where our server knows an address, sent once a wish, and no way home meanwhile."""

from dataclasses import replace

import pytest

from kiosk.session.answers import ReceiptFailed, ReceiptNotShared, ReceiptShared
from kiosk.session.effects import PrintReceipt, ReceiptEnd, ShareReceipt
from kiosk.session.events import Event, LibrarySystemLost, PrinterChanged
from kiosk.session.receipt_rules import ReceiptKind, ReceiptRules, ReceiptStage, ReceiptWish
from kiosk.session.state import Finished
from kiosk.session.touches import DoneTouched, FinishTouched, ReceiptTouched
from kiosk.session.values import PrinterFault, VisitId
from kiosk.texts import load_texts
from kiosk.ui.view_model import view
from kiosk.ui.view_types import FinishedView
from tests.support.session_play import LIMITS, MINH, Play, pad_of

V1 = VisitId("v1")
MAIL = ReceiptTouched(wanted=True, kind=ReceiptKind.EMAIL)
BOTH = (ReceiptKind.PRINT, ReceiptKind.EMAIL)
OUT = PrinterChanged(PrinterFault.PAPER_OUT)
TEXTS = load_texts()


def lent(rules: ReceiptRules, *before: Event, mailable: bool = True) -> Play:
    play = Play(replace(LIMITS, receipts=rules)).open()
    play.tell(*before)
    play.begin(patron=replace(MINH, mailable=mailable))
    play.tell(pad_of(1))
    play.answer_all()
    play.tell(FinishTouched())
    return play


def stage(play: Play) -> ReceiptStage:
    assert isinstance(play.state, Finished)
    return play.state.stage


def page(play: Play) -> FinishedView:
    shown = view(play.state, TEXTS).page
    assert isinstance(shown, FinishedView)
    return shown


def test_a_letter_is_sent_to_the_patron_and_the_page_says_so() -> None:
    play = lent(ReceiptRules(kinds=BOTH))
    asking = page(play)
    (effect,) = play.tell(MAIL)
    busy = page(play)
    play.tell(DoneTouched(), ReceiptShared(VisitId("v0"), ""))
    still = stage(play)
    play.tell(ReceiptShared(V1, ""))
    mailed = page(play)
    play.tell(DoneTouched())

    assert (asking.print_label, asking.mail_label, asking.share_label) == ("Lấy phiếu", "Qua e-mail", "")
    assert isinstance(effect, ShareReceipt)
    assert (effect.mail_to, bool(effect.receipt.lines)) == (MINH.patron_id, True)
    assert (busy.busy, busy.hint.startswith("Đang gửi"), still) == (True, True, ReceiptStage.MAILING)
    assert (mailed.hint.startswith("Phiếu sẽ đến"), mailed.code, mailed.done_label) == (True, "", "Xong")
    assert play.reports[0].outcome.receipt is ReceiptEnd.SHARED


def test_what_our_server_did_not_take_is_said_and_may_be_wished_again() -> None:
    play = lent(ReceiptRules(kinds=BOTH))
    play.tell(MAIL, ReceiptNotShared(VisitId("v0")), ReceiptNotShared(V1))
    failed = page(play)
    again = play.tell(MAIL)

    assert (failed.hint.startswith("Chưa gửi"), failed.mail_label, failed.print_label) == (
        True,
        "Qua e-mail",
        "Lấy phiếu",
    )
    assert [type(effect) for effect in again] == [ShareReceipt]


@pytest.mark.parametrize("lost", [True, False])
def test_without_an_address_or_the_line_no_letter_is_offered(*, lost: bool) -> None:
    play = lent(ReceiptRules(kinds=BOTH), mailable=lost)
    if lost:
        play.tell(LibrarySystemLost())
    told = play.tell(MAIL)

    assert (page(play).mail_label, told, stage(play)) == ("", (), ReceiptStage.ASKING)


def test_where_the_paper_ends_a_letter_is_offered() -> None:
    play = lent(ReceiptRules(kinds=BOTH))
    play.tell(ReceiptTouched(wanted=True), OUT, ReceiptFailed(V1, PrinterFault.PAPER_OUT))
    shown = page(play)

    assert (shown.hint.startswith("Phiếu chưa in được. Bạn nhận phiếu qua e-mail"), shown.mail_label) == (
        True,
        "Qua e-mail",
    )
    assert shown.print_label == ""


def test_of_three_kinds_the_first_two_that_can_be_had_are_offered() -> None:
    play = lent(ReceiptRules(kinds=(ReceiptKind.PRINT, ReceiptKind.EMAIL, ReceiptKind.QR)))
    three = page(play)
    play.tell(OUT)
    two = page(play)

    assert (three.print_label, three.mail_label, three.share_label) == ("Lấy phiếu", "Qua e-mail", "")
    assert (two.print_label, two.mail_label, two.share_label) == ("", "Qua e-mail", "Qua điện thoại")


@pytest.mark.parametrize(("before", "made"), [((), PrintReceipt), ((OUT,), ShareReceipt)])
def test_a_receipt_that_is_always_made_is_a_letter_where_there_is_no_paper(
    before: tuple[Event, ...], made: type[object]
) -> None:
    play = lent(ReceiptRules(loan=ReceiptWish.ALWAYS, kinds=BOTH), *before)
    ordered = [effect for effect in play.ordered if isinstance(effect, PrintReceipt | ShareReceipt)]

    assert [type(effect) for effect in ordered] == [made]
