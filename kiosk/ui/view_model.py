"""What the screen shows, as plain translated words: state and texts in, one frozen ``Screen`` out."""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import assert_never

from kiosk.session.questions import asking
from kiosk.session.state import (
    Around,
    AskingPin,
    AtAccount,
    AwaitingCard,
    Borrowing,
    EntryStatus,
    Finished,
    Identifying,
    Idle,
    OutOfOrder,
    ReceiptStage,
    ReturnFinished,
    Returning,
    ReturnSettling,
    SettleReason,
    Settling,
    State,
    TurnedAway,
)
from kiosk.session.values import Device, Finding, Language, PrinterFault
from kiosk.texts import Texts, plain_title
from kiosk.ui.view_rows import item_row, odd_rows
from kiosk.ui.view_types import (
    BorrowView,
    FinishedView,
    HomeView,
    IdentifyView,
    LanguageView,
    Mark,
    OptionView,
    OutOfOrderView,
    Overlay,
    Page,
    RowView,
    Screen,
    SettlingView,
    StillThereView,
    WhichView,
)
from kiosk.ui.view_words import DEVICE_NAME, card_words, notice_words, refusal_of_card
from library.text.forms import printable
from library.text.width import shorten

_TITLE_ON_BUTTON = 40
"""Columns of a title that stand on a button beside a library's name."""


def view(
    state: State, texts_by_language: Mapping[Language, Texts], help_words: str = "", *, camera: bool = False
) -> Screen:
    """Give all that the screen shows in this state; ``help_words`` say where help is when the kiosk is out of order.

    ``camera``: labels are held before a camera, and it helps to see what it sees.
    """
    texts = texts_by_language[state.around.language]
    overlay = _overlay(state, texts) if isinstance(state, Borrowing) else None
    page = _page(state, texts, texts_by_language, help_words)
    if camera and Device.SCANNER not in state.around.lost:
        page = _with_camera(page, texts, laid=Device.CARD_READER in state.around.limits.needed - state.around.lost)
    return Screen(page, overlay, state.around.language)


def _with_camera(page: Page, texts: Texts, *, laid: bool) -> Page:
    """Show what the camera sees; ``laid``: a card may be laid on a card reader as well."""
    match page:
        case IdentifyView(busy=False, refused=False) if laid:
            return replace(page, camera=True)
        case IdentifyView(busy=False, refused=False):
            title, hint = texts.say("card.title_camera"), texts.say("card.hint_camera")
            return replace(page, title=title, hint=hint, camera=True)
        case BorrowView(picture=""):
            return replace(page, picture="camera")
        case _:
            return page


def _page(  # noqa: PLR0911 - one return for each state of the closed union
    state: State, texts: Texts, texts_by_language: Mapping[Language, Texts], help_words: str
) -> Page:
    match state:
        case Idle():
            return _home(state, texts, texts_by_language)
        case AwaitingCard():
            return _awaiting_card(state, texts)
        case Identifying():
            return _identifying(state, texts)
        case TurnedAway():
            return _turned_away(state, texts)
        case Borrowing():
            return _borrowing(state, texts)
        case Settling() | AskingPin() | AtAccount() | Returning() | ReturnSettling() | ReturnFinished():
            return SettlingView(title=texts.say("settling.title"), hint=texts.say("settling.hint"))
        case Finished():
            return _finished(state, texts)
        case OutOfOrder():
            return _out_of_order(state, texts, help_words)
        case _:
            assert_never(state)


def _home(state: Idle, texts: Texts, texts_by_language: Mapping[Language, Texts]) -> HomeView:
    return HomeView(
        title=texts.say("home.title"),
        hint=texts.say(card_words(state.around).home),
        start_label=texts.say("home.start"),
        languages=tuple(
            LanguageView(language, words.say("language.name"), chosen=language is texts.language)
            for language, words in texts_by_language.items()
        ),
        notice=notice_words(state.notice, texts),
    )


def _awaiting_card(state: AwaitingCard, texts: Texts) -> IdentifyView:
    return IdentifyView(
        title=texts.say(card_words(state.around).title),
        hint=texts.say(card_words(state.around).hint),
        busy=False,
        refused=False,
        cancel_label=texts.say("card.cancel"),
        notice=notice_words(state.notice, texts),
    )


def _identifying(state: Identifying, texts: Texts) -> IdentifyView:
    return IdentifyView(
        title=texts.say("identify.cancelled" if state.cancelled else "identify.title"),
        hint=texts.say("identify.hint"),
        busy=True,
        refused=False,
        cancel_label="" if state.cancelled else texts.say("card.cancel"),
        notice="",
    )


def _turned_away(state: TurnedAway, texts: Texts) -> IdentifyView:
    return IdentifyView(
        title=texts.say("turned_away.title"),
        hint=refusal_of_card(state.refusal, state.words, texts),
        busy=False,
        refused=True,
        cancel_label=texts.say("card.cancel"),
        notice="",
    )


def _borrowing(state: Borrowing, texts: Texts) -> BorrowView:
    around, visit = state.around, state.visit
    odd = odd_rows(around.pad, visit.questions, texts)
    items = tuple(item_row(entry, around, texts, leaving=False) for entry in reversed(visit.entries))
    there = around.pad.tags - {tag_uid for tag_uid, _ in around.pad.oddities}
    lying = len(there & visit.lying)
    lent = sum(entry.status is EntryStatus.LENT for entry in visit.entries)
    initials = printable(visit.patron.initials)
    return BorrowView(
        greeting=texts.say("borrow.greeting", initials=initials) if initials else texts.say("borrow.greeting_nameless"),
        prompt=texts.say(_prompt(around, odd + items)),
        count=_count(len(there) if around.limits.has_pad else None, lent, texts),
        rows=odd + items,
        lying_label=texts.count("borrow.lying", lying) if lying else "",
        finish_label=texts.say("borrow.finish"),
        cancel_label=texts.say("borrow.cancel"),
        busy=any(row.mark in {Mark.WAITING, Mark.BUSY} for row in odd + items),
        notice=notice_words(state.notice, texts),
        picture="pad" if around.limits.has_pad else "",
    )


def _count(on_pad: int | None, lent: int, texts: Texts) -> str:
    """Say how many lie there and how many are lent; without a pad only the latter."""
    said = texts.count("borrow.count_lent", lent)
    return said if on_pad is None else texts.say("borrow.count", pad=texts.count("borrow.count_pad", on_pad), lent=said)


def _prompt(around: Around, rows: tuple[RowView, ...]) -> str:
    if not around.library_system:
        return "borrow.prompt_library_lost"
    there = around.limits.needed - around.lost
    if around.limits.has_pad and Device.PAD not in there:
        return "borrow.prompt_pad_lost"
    match around.limits.has_pad, Device.SCANNER in there:
        case False, False:
            return "borrow.prompt_readers_lost"
        case False, True:
            return "borrow.prompt_scan_only"
        case True, False:
            lost = Device.SCANNER in around.limits.needed
            return "borrow.prompt_scanner_lost" if lost else "borrow.prompt_pad_only"
        case _:
            attention = any(row.mark is Mark.ATTENTION for row in rows)
            return "borrow.prompt_attention" if attention else "borrow.prompt"


def _overlay(state: Borrowing, texts: Texts) -> Overlay | None:
    if state.warned_until is not None:
        return _still_there(state, state.warned_until, texts)
    options = asking(state.visit)
    return _which(options, texts) if options else None


def _which(options: tuple[Finding, ...], texts: Texts) -> WhichView:
    return WhichView(
        title=texts.say("which.title"),
        options=tuple(OptionView(each.candidate.item_id, _option(each, texts)) for each in options),
        none_label=texts.say("which.none"),
        more_label=texts.say("which.more"),
    )


def _option(finding: Finding, texts: Texts) -> str:
    candidate, title = finding.candidate, shorten(plain_title(finding.title), _TITLE_ON_BUTTON)
    library = candidate.name or candidate.isil or texts.say("which.nameless")
    return texts.say("which.option", library=library, title=title) if title else library


def _still_there(state: Borrowing, until: float, texts: Texts) -> StillThereView:
    seconds = max(0, math.ceil(until - state.around.now))
    return StillThereView(
        title=texts.say("still.other_card", name=state.visit.patron.initials)
        if state.doubted
        else texts.say("still.title"),
        countdown=texts.count("still.countdown", seconds),
        stay_label=texts.say("still.stay"),
    )


_STAGE_HINT = {
    ReceiptStage.ASKING: "finished.ask",
    ReceiptStage.PRINTING: "finished.printing",
    ReceiptStage.PRINTED: "finished.printed",
    ReceiptStage.NONE: "finished.nothing_to_print",
}
_FAULT_HINT = {
    PrinterFault.ABSENT: "finished.no_printer",
    PrinterFault.PAPER_OUT: "finished.paper_out",
    PrinterFault.LOST: "finished.printer_lost",
    PrinterFault.OTHER: "finished.print_failed",
}
_UNASKED_HINT = {**_FAULT_HINT, PrinterFault.OTHER: "finished.printer_stopped"}
"""Where no receipt is offered, because none would come out."""


def _finished(state: Finished, texts: Texts) -> FinishedView:
    rows = tuple(item_row(entry, state.around, texts, leaving=True) for entry in reversed(state.visit.entries))
    stage, fault = state.stage, state.around.printer_fault
    offered = stage is ReceiptStage.ASKING and fault is None
    hints = [texts.say("finished.timed_out")] if state.reason is SettleReason.TIMED_OUT else []
    hints.append(texts.say(_receipt_hint(state)))
    if any(row.mark is Mark.ATTENTION for row in rows):
        hints.append(texts.say("finished.desk"))
    return FinishedView(
        title=_finished_title(state, texts),
        hint=" ".join(hints),
        rows=rows,
        print_label=_print_label(stage, texts) if fault is None else "",
        decline_label=texts.say("finished.decline") if offered else "",
        done_label="" if offered or stage is ReceiptStage.PRINTING else texts.say("finished.done"),
        busy=stage is ReceiptStage.PRINTING,
        printer_stopped=stage is ReceiptStage.FAILED
        or (stage is ReceiptStage.ASKING and fault not in {None, PrinterFault.ABSENT}),
    )


def _receipt_hint(state: Finished) -> str:
    fault = state.around.printer_fault
    match state.stage:
        case ReceiptStage.FAILED:
            return _FAULT_HINT[state.printer_fault or PrinterFault.OTHER]
        case ReceiptStage.ASKING if fault is not None:
            return _UNASKED_HINT[fault]
        case stage:
            return _STAGE_HINT[stage]


def _finished_title(state: Finished, texts: Texts) -> str:
    statuses = [entry.status for entry in state.visit.entries]
    lent = statuses.count(EntryStatus.LENT)
    if lent:
        return texts.count("finished.title_lent", lent)
    return texts.say("finished.title_unknown" if EntryStatus.UNKNOWN in statuses else "finished.title_none")


def _print_label(stage: ReceiptStage, texts: Texts) -> str:
    match stage:
        case ReceiptStage.ASKING:
            return texts.say("finished.print")
        case ReceiptStage.FAILED:
            return texts.say("finished.print_again")
        case _:
            return ""


def _out_of_order(state: OutOfOrder, texts: Texts, help_words: str) -> OutOfOrderView:
    around = state.around
    missing = [] if around.library_system else ["out.library"]
    missing += [DEVICE_NAME[device] for device in Device if device in around.limits.unmet(around.lost)]
    hint = texts.say("out.hint")
    return OutOfOrderView(
        title=texts.say("out.title"),
        hint=texts.say("out.hint_help", hint=hint, help=help_words) if help_words else hint,
        small_print=texts.say("out.waiting_for", parts=", ".join(map(texts.say, missing))),
    )
