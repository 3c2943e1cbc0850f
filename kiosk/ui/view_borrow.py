"""The page of a patron who borrows: the items of this visit, newest first, and what to do next."""

from dataclasses import replace

from kiosk.session.staff_visit import may_override
from kiosk.session.state import Around, Borrowing, Entry, EntryStatus
from kiosk.session.surroundings import answers_loans
from kiosk.session.values import Device, Service
from kiosk.texts import Texts
from kiosk.ui.view_rows import item_row, odd_rows
from kiosk.ui.view_staff_visit import override_action
from kiosk.ui.view_types import BorrowView, Mark, RowView
from kiosk.ui.view_words import is_had_now, notice_words
from library.text.forms import printable


def borrowing(state: Borrowing, texts: Texts) -> BorrowView:
    """Give the page."""
    around, visit = state.around, state.visit
    odd = odd_rows(around.pad, visit.questions, texts)
    items = tuple(_row(entry, around, texts) for entry in reversed(visit.entries))
    there = around.pad.tags - {tag_uid for tag_uid, _ in around.pad.oddities}
    lying = len(there & visit.lying)
    lent = sum(entry.status is EntryStatus.LENT for entry in visit.entries)
    initials = printable(visit.patron.initials)
    return BorrowView(
        greeting=_greeting(around, initials, texts),
        prompt=texts.say(_prompt(around, odd + items)),
        count=_count(len(there) if around.limits.has_pad else None, lent, texts),
        rows=odd + items,
        lying_label=texts.count("borrow.lying", lying) if lying else "",
        finish_label=texts.say("borrow.finish"),
        cancel_label=texts.say("borrow.cancel"),
        busy=any(row.mark in {Mark.WAITING, Mark.BUSY} for row in odd + items),
        notice=notice_words(state.notice, texts),
        account_label=texts.say("service.account") if is_had_now(around, Service.ACCOUNT) else "",
        picture="pad" if around.limits.has_pad else "",
    )


def _greeting(around: Around, initials: str, texts: Texts) -> str:
    if around.staff is not None:
        return texts.say("staff.lending_for", initials=initials) if initials else texts.say("staff.lending")
    return texts.say("borrow.greeting", initials=initials) if initials else texts.say("borrow.greeting_nameless")


def _row(entry: Entry, around: Around, texts: Texts) -> RowView:
    row = item_row(entry, around, texts, leaving=False)
    return replace(row, action=override_action(entry, texts)) if may_override(entry, around) else row


def _count(on_pad: int | None, lent: int, texts: Texts) -> str:
    """Say how many lie there and how many are lent; without a pad only the latter."""
    said = texts.count("borrow.count_lent", lent)
    return said if on_pad is None else texts.say("borrow.count", pad=texts.count("borrow.count_pad", on_pad), lent=said)


def _prompt(around: Around, rows: tuple[RowView, ...]) -> str:  # noqa: PLR0911 - one return for each case
    if not answers_loans(around):
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
        case _ if any(row.mark is Mark.ATTENTION for row in rows):
            return "borrow.prompt_attention"
        case _:
            return "borrow.prompt" if around.library_system else "borrow.prompt_offline"
