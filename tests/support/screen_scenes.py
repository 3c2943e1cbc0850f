"""How to bring a session to each kind of screen, by name."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from kiosk.session.answers import (
    AlarmStillOn,
    AlarmSwitchedOff,
    IdentifyFailed,
    ItemsFound,
    LoanMade,
    LoanRefused,
    LoanUnknown,
    PatronRefused,
    ReceiptFailed,
    ReceiptNotShared,
    ReceiptPrinted,
    ReceiptShared,
)
from kiosk.session.events import (
    CardPresented,
    DeviceLost,
    Event,
    ItemScanned,
    LibrarySystemLost,
    NumberRead,
    PadChanged,
    PrinterChanged,
)
from kiosk.session.receipt_rules import ReceiptKind, ReceiptRules
from kiosk.session.state import Finished
from kiosk.session.touches import CancelTouched, FinishTouched, ReceiptTouched, StartTouched
from kiosk.session.values import (
    AlarmFault,
    AlarmState,
    Candidate,
    Device,
    Finding,
    Loan,
    Pad,
    PadNumber,
    PadOddity,
    PrinterFault,
    VisitId,
)
from library.lending.refusals import Refusal
from tests.support.session_play import DUE, MINH, Play, item, pad_of, uid

V1 = VisitId("v1")
PRINT = ReceiptTouched(wanted=True)
SHARE = ReceiptTouched(wanted=True, kind=ReceiptKind.QR)
MAIL = ReceiptTouched(wanted=True, kind=ReceiptKind.EMAIL)
CARD = CardPresented(V1, MINH.patron_id)


def lent(number: int, title: str, due: datetime | None = DUE, *, may_leave: bool = True) -> tuple[Event, ...]:
    return (LoanMade(V1, Loan(item(number), title, due, may_leave)),)


def closed(play: Play) -> None:
    play.tell(LibrarySystemLost(), DeviceLost(Device.SCANNER))


def home_with_notice(play: Play) -> None:
    play.tell(ItemScanned(item(1)))


def refused_card(play: Play) -> None:
    play.tell(CARD, PatronRefused(V1, Refusal.PATRON_EXPIRED))


def refused_in_own_words(play: Play) -> None:
    play.tell(CARD, PatronRefused(V1, Refusal.OTHER, "Bạn còn nợ\u202e 2.000 đ\x1b[1m."))


def borrow_empty(play: Play) -> None:
    play.begin()


def borrow_lying(play: Play) -> None:
    play.tell(pad_of(1, 2))
    play.begin()


def borrow_pile(play: Play) -> None:
    play.begin()
    play.tell(pad_of(1, 2, 3, 4), *lent(1, "Dế Mèn phiêu lưu ký"))
    play.tell(LoanRefused(V1, item(2), Refusal.ITEM_NOT_FOR_LOAN, title="Từ điển tiếng Việt"))
    play.tell(AlarmSwitchedOff(V1, item(1)))


def borrow_alarms(play: Play) -> None:
    play.begin()
    play.tell(
        ItemScanned(item(1)),
        *lent(1, "Đất rừng phương Nam"),
        pad_of(2, 3, 4, 5),
        *lent(2, "Tắt đèn"),
        AlarmStillOn(V1, item(2), AlarmFault.NOT_VERIFIED),
        *lent(3, "Số đỏ"),
        AlarmStillOn(V1, item(3), AlarmFault.LOCKED),
        *lent(4, "Chí Phèo"),
        *lent(5, "Lão Hạc"),
    )


def borrow_odd(play: Play) -> None:
    play.begin()
    play.tell(pad_of(1, odd=[(10 + number, oddity) for number, oddity in enumerate(PadOddity)]))


def borrow_desk(play: Play) -> None:
    play.begin()
    play.tell(
        pad_of(1, 2), LoanUnknown(V1, item(1)), *lent(2, "Bản đồ huyện", None, may_leave=False), LibrarySystemLost()
    )
    play.tell(ItemScanned(item(3)))
    play.pass_time(10)
    play.tell(ItemScanned(item(4)))


def borrow_warned(play: Play) -> None:
    borrow_empty(play)
    play.pass_time(65)


WHOSE = (
    Candidate(item(1), "VN-QN01", "Thư viện tỉnh"),
    Candidate(item(2), "VN-QN02"),
    Candidate(item(3), ""),
)


def borrow_which(play: Play) -> None:
    play.begin()
    titles = ("Truyện Kiều: Đoạn trường tân thanh, bản khắc năm 1866", "Số\x1b đỏ", "")
    findings = (Finding(each, known=True, title=title) for each, title in zip(WHOSE, titles, strict=True))
    play.tell(NumberRead(WHOSE), ItemsFound(V1, tuple(findings)))


def borrow_nameless(play: Play) -> None:
    play.begin()
    number = PadNumber(uid(7), WHOSE, AlarmState.SECURED)
    play.tell(PadChanged(Pad(numbers=(number,))), FinishTouched())


def borrow_number_unknown(play: Play) -> None:
    borrow_nameless(play)
    play.tell(ItemsFound(V1, tuple(Finding(each, known=False) for each in WHOSE)))


def settling(play: Play) -> None:
    play.begin()
    play.tell(pad_of(1), FinishTouched())


def finished_asking(play: Play) -> None:
    borrow_pile(play)
    play.answer_all()
    play.tell(FinishTouched())


def finished_printing(play: Play) -> None:
    finished_asking(play)
    play.tell(PRINT)


def finished_printed(play: Play) -> None:
    finished_printing(play)
    play.tell(ReceiptPrinted(V1))


def finished_choosing(play: Play) -> None:
    around = play.state.around
    rules = ReceiptRules(kinds=tuple(ReceiptKind))
    play.state = replace(play.state, around=replace(around, limits=replace(around.limits, receipts=rules)))
    finished_asking(play)


def finished_shared(play: Play) -> None:
    finished_choosing(play)
    play.tell(SHARE, ReceiptShared(V1, "https://receipts.example/r/token"))


def finished_unshared(play: Play) -> None:
    finished_choosing(play)
    play.tell(SHARE, ReceiptNotShared(V1))


def finished_choosing_mail(play: Play) -> None:
    finished_choosing(play)
    assert isinstance(play.state, Finished)
    visit, around = play.state.visit, play.state.around
    rules = ReceiptRules(kinds=(ReceiptKind.PRINT, ReceiptKind.EMAIL))
    play.state = replace(
        play.state,
        visit=replace(visit, patron=replace(visit.patron, mailable=True)),
        around=replace(around, limits=replace(around.limits, receipts=rules)),
    )


def finished_mailing(play: Play) -> None:
    finished_choosing_mail(play)
    play.tell(MAIL)


def finished_mailed(play: Play) -> None:
    finished_mailing(play)
    play.tell(ReceiptShared(V1, ""))


def finished_unmailed(play: Play) -> None:
    finished_mailing(play)
    play.tell(ReceiptNotShared(V1))


def finished_paper_out(play: Play) -> None:
    finished_printing(play)
    play.tell(ReceiptFailed(V1, PrinterFault.PAPER_OUT))


def finished_without_paper(play: Play) -> None:
    finished_asking(play)
    play.tell(PrinterChanged(PrinterFault.PAPER_OUT))


def finished_printer_lost(play: Play) -> None:
    play.tell(DeviceLost(Device.PRINTER))
    finished_asking(play)


def finished_desk(play: Play) -> None:
    borrow_alarms(play)
    play.tell(FinishTouched())
    play.answer_all()


def finished_timed_out(play: Play) -> None:
    borrow_pile(play)
    play.answer_all()
    play.pass_time(80)


def finished_refused(play: Play) -> None:
    play.begin()
    play.tell(pad_of(1), LoanRefused(V1, item(1), Refusal.ITEM_ON_LOAN), FinishTouched())


def finished_unknown(play: Play) -> None:
    play.begin()
    play.tell(pad_of(1), FinishTouched(), LoanUnknown(V1, item(1)))


SCENES: dict[str, Callable[[Play], object]] = {
    "home": lambda _: None,
    "home_with_notice": home_with_notice,
    "out_of_order": closed,
    "awaiting_card": lambda play: play.tell(StartTouched()),
    "identifying": lambda play: play.tell(CARD),
    "identifying_cancelled": lambda play: play.tell(CARD, CancelTouched()),
    "not_identified": lambda play: play.tell(CARD, IdentifyFailed(V1)),
    "turned_away": refused_card,
    "turned_away_in_own_words": refused_in_own_words,
    "borrow_empty": borrow_empty,
    "borrow_lying": borrow_lying,
    "borrow_pile": borrow_pile,
    "borrow_alarms": borrow_alarms,
    "borrow_odd": borrow_odd,
    "borrow_desk": borrow_desk,
    "borrow_warned": borrow_warned,
    "borrow_which": borrow_which,
    "borrow_nameless": borrow_nameless,
    "borrow_number_unknown": borrow_number_unknown,
    "settling": settling,
    "finished_asking": finished_asking,
    "finished_printing": finished_printing,
    "finished_printed": finished_printed,
    "finished_choosing": finished_choosing,
    "finished_shared": finished_shared,
    "finished_unshared": finished_unshared,
    "finished_choosing_mail": finished_choosing_mail,
    "finished_mailing": finished_mailing,
    "finished_mailed": finished_mailed,
    "finished_unmailed": finished_unmailed,
    "finished_paper_out": finished_paper_out,
    "finished_without_paper": finished_without_paper,
    "finished_printer_lost": finished_printer_lost,
    "finished_desk": finished_desk,
    "finished_timed_out": finished_timed_out,
    "finished_refused": finished_refused,
    "finished_unknown": finished_unknown,
}
