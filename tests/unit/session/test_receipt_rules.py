"""Which receipt a visit gets: by what was done, by what can be had, and what comes instead."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.session.answers import ReceiptFailed, ReceiptNotShared, ReceiptPrinted, ReceiptShared
from kiosk.session.effects import LineKind, PrintReceipt, ReceiptEnd, ShareReceipt
from kiosk.session.events import CardPresented, Event, LibrarySystemLost, PrinterChanged, Ticked
from kiosk.session.leaving import way_out
from kiosk.session.receipt_rules import ReceiptKind, ReceiptRules, ReceiptStage, ReceiptWish
from kiosk.session.state import Finished, Identifying, Idle, ReturnFinished
from kiosk.session.touches import DoneTouched, FinishTouched, ReceiptTouched, ScreenTouched
from kiosk.session.values import PatronId, PrinterFault, VisitId
from kiosk.texts import load_texts
from kiosk.ui.view_model import view
from kiosk.ui.view_types import FinishedView
from tests.support import return_play
from tests.support.session_moves import strings
from tests.support.session_play import LIMITS, Play, pad_of

V1 = VisitId("v1")
TEXTS = load_texts()
LINK = "https://receipts.example/r/link"
BOTH = (ReceiptKind.PRINT, ReceiptKind.QR)
PRINT, SHARE = ReceiptTouched(wanted=True), ReceiptTouched(wanted=True, kind=ReceiptKind.QR)
OUT = PrinterChanged(PrinterFault.PAPER_OUT)


def lent(rules: ReceiptRules, *before: Event) -> Play:
    play = Play(replace(LIMITS, receipts=rules)).open()
    play.tell(*before)
    play.begin()
    play.tell(pad_of(1))
    play.answer_all()
    play.tell(FinishTouched())
    return play


def stage(play: Play) -> ReceiptStage:
    assert isinstance(play.state, Finished | ReturnFinished)
    return play.state.stage


def page(play: Play) -> FinishedView:
    shown = view(play.state, TEXTS).page
    assert isinstance(shown, FinishedView)
    return shown


def labels(play: Play) -> tuple[bool, bool, bool, bool]:
    """Say which of the buttons are there: print, telephone, none, done."""
    shown = page(play)
    return bool(shown.print_label), bool(shown.share_label), bool(shown.decline_label), bool(shown.done_label)


def ordered(play: Play) -> list[type]:
    return [type(effect) for effect in play.ordered if isinstance(effect, PrintReceipt | ShareReceipt)]


@given(
    st.tuples(*[st.sampled_from(ReceiptWish)] * 4),
    st.frozensets(st.sampled_from(LineKind)),
)
def test_a_visit_of_several_sorts_gets_the_most(
    wishes: tuple[ReceiptWish, ReceiptWish, ReceiptWish, ReceiptWish], kinds: frozenset[LineKind]
) -> None:
    order = (ReceiptWish.NEVER, ReceiptWish.ASK, ReceiptWish.ALWAYS)
    of = dict(zip((LineKind.LENT, LineKind.RETURNED, LineKind.RENEWED, LineKind.ON_LOAN), wishes, strict=True))
    most = max((of[kind] for kind in kinds), key=order.index, default=ReceiptWish.NEVER)

    assert ReceiptRules(*wishes[:3], account=wishes[3]).wish(kinds) is most


def test_never_gives_none_and_says_to_remember_the_dates() -> None:
    play = lent(ReceiptRules(loan=ReceiptWish.NEVER, kinds=BOTH))
    told = play.tell(PRINT, SHARE)

    assert (stage(play), told, labels(play)) == (ReceiptStage.NONE, (), (False, False, False, True))
    assert "nhớ ngày trả" in page(play).hint


def test_always_makes_the_first_kind_without_asking() -> None:
    play = lent(ReceiptRules(loan=ReceiptWish.ALWAYS, kinds=BOTH))
    printing = stage(play)
    play.tell(ReceiptPrinted(V1), DoneTouched())

    assert (printing, ordered(play)) == (ReceiptStage.PRINTING, [PrintReceipt])
    assert play.reports[0].outcome.receipt is ReceiptEnd.PRINTED


def test_always_goes_on_to_the_next_kind_where_there_is_no_paper() -> None:
    play = lent(ReceiptRules(loan=ReceiptWish.ALWAYS, kinds=BOTH), OUT)

    assert (stage(play), ordered(play)) == (ReceiptStage.SHARING, [ShareReceipt])


def test_always_asks_where_nothing_can_be_had_until_it_can() -> None:
    play = lent(ReceiptRules(loan=ReceiptWish.ALWAYS), OUT)
    without = labels(play)
    play.tell(PrinterChanged(None))

    assert (stage(play), without) == (ReceiptStage.ASKING, (False, False, False, True))
    assert labels(play) == (True, False, True, False)


def test_a_return_has_a_rule_of_its_own() -> None:
    rules = ReceiptRules(returned=ReceiptWish.NEVER)
    play = return_play.returns(replace(return_play.LIMITS, receipts=rules))
    play.tell(return_play.laid(1))
    play.answer_all()
    play.tell(FinishTouched())

    assert stage(play) is ReceiptStage.NONE


def test_a_telephone_gets_the_receipt_and_the_page_goes_with_its_patron() -> None:
    play = lent(ReceiptRules(kinds=BOTH))
    asking = labels(play)
    (effect,) = play.tell(SHARE)
    busy = page(play).busy
    play.tell(DoneTouched(), CardPresented(VisitId("v2"), PatronId("SIM-READER-0002")), ReceiptPrinted(V1))
    still = stage(play)
    play.tell(ReceiptShared(V1, LINK))
    shown = page(play)
    play.tell(CardPresented(VisitId("v3"), PatronId("SIM-READER-0003")))

    assert (asking, busy, still) == ((True, True, True, False), True, ReceiptStage.SHARING)
    assert isinstance(effect, ShareReceipt)
    assert effect.receipt.lines
    assert (shown.code, shown.done_label) == (LINK, "Xong")
    assert isinstance(play.state, Identifying)
    assert LINK not in set(strings(play.state))
    assert play.reports[0].outcome.receipt is ReceiptEnd.SHARED


def test_a_code_stays_long_enough_for_a_telephone_and_goes_by_itself() -> None:
    play = lent(ReceiptRules(kinds=BOTH))
    play.tell(SHARE, ReceiptShared(V1, LINK))
    now = play.state.around.now
    play.tell(Ticked(now + LIMITS.idle_s - 1))
    there = page(play).code
    play.tell(ScreenTouched(), Ticked(now + LIMITS.idle_s + 1))
    longer = page(play).code
    play.tell(Ticked(now + 2 * LIMITS.idle_s + 1))

    assert (there, longer) == (LINK, LINK)
    assert isinstance(play.state, Idle)
    assert LINK not in set(strings(play.state))


def test_without_the_line_no_code_is_offered() -> None:
    play = lent(ReceiptRules(kinds=BOTH))
    play.tell(LibrarySystemLost())
    told = play.tell(SHARE)

    assert (labels(play), told) == ((True, False, True, False), ())


def test_where_only_codes_are_given_and_the_line_is_gone_nothing_is_offered() -> None:
    play = lent(ReceiptRules(kinds=(ReceiptKind.QR,)))
    with_line = labels(play)
    play.tell(LibrarySystemLost())
    shown = page(play)

    assert (with_line, labels(play)) == ((False, True, True, False), (False, False, False, True))
    assert "nhớ ngày trả" in shown.hint
    assert not shown.printer_stopped


def test_a_printer_that_gives_out_leaves_the_telephone() -> None:
    play = lent(ReceiptRules(kinds=BOTH))
    play.tell(PRINT, OUT, ReceiptFailed(V1, PrinterFault.PAPER_OUT))
    failed = labels(play), page(play).hint
    play.tell(SHARE, ReceiptShared(V1, LINK), DoneTouched())

    assert failed == ((False, True, False, True), TEXTS[LIMITS.default_language].say("finished.share_instead"))
    assert play.reports[0].outcome.receipt is ReceiptEnd.SHARED


def test_a_code_that_could_not_be_made_leaves_the_paper() -> None:
    play = lent(ReceiptRules(kinds=BOTH))
    play.tell(SHARE, ReceiptNotShared(V1))
    shown = labels(play), page(play).hint
    play.tell(PRINT, ReceiptPrinted(V1), DoneTouched())

    assert shown == ((True, True, False, True), TEXTS[LIMITS.default_language].say("finished.unshared"))
    assert play.reports[0].outcome.receipt is ReceiptEnd.PRINTED


@pytest.mark.parametrize(
    "answer",
    [ReceiptShared(VisitId("v0"), LINK), ReceiptNotShared(VisitId("v0")), ReceiptFailed(V1, PrinterFault.OTHER)],
)
def test_only_an_answer_of_this_visit_to_this_wish_counts(answer: Event) -> None:
    play = lent(ReceiptRules(kinds=BOTH))
    play.tell(SHARE)
    before = play.state
    play.tell(answer)

    assert play.state == before


def test_a_kiosk_that_is_told_to_stop_awaits_the_answer() -> None:
    play = lent(ReceiptRules(kinds=BOTH))
    asking = way_out(play.state)
    play.tell(SHARE)
    sharing = way_out(play.state)
    play.tell(ReceiptShared(V1, LINK))

    assert (asking, sharing, way_out(play.state)) == (DoneTouched(), None, DoneTouched())


def test_a_return_may_be_on_a_telephone_too() -> None:
    rules = ReceiptRules(kinds=(ReceiptKind.QR,))
    play = return_play.returns(replace(return_play.LIMITS, receipts=rules))
    play.tell(return_play.laid(1))
    play.answer_all()
    play.tell(FinishTouched(), SHARE)
    sharing = stage(play)
    play.tell(ReceiptNotShared(return_play.VISIT))
    unshared = page(play).hint
    play.tell(SHARE, ReceiptShared(return_play.VISIT, LINK))

    assert sharing is ReceiptStage.SHARING
    assert "Chưa lấy được mã" in unshared
    assert page(play).code == LINK
