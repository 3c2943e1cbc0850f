"""Bringing back: the list of what came back, and where each item is to be put; whose loan it was is never told."""

from typing import assert_never

from kiosk.session.return_entries import can_take
from kiosk.session.return_list import ReturnAlarm, ReturnEntry, ReturnStatus
from kiosk.session.state import Around, Returning
from kiosk.session.values import Bin, Device, ReturnOutcome
from kiosk.texts import Texts, plain_title
from kiosk.ui.view_rows import odd_return_rows
from kiosk.ui.view_types import Mark, ReturnView, RowView
from kiosk.ui.view_words import notice_words
from library.text.width import shorten

_OUTCOME = {
    ReturnOutcome.SHELF: "return.shelf",
    ReturnOutcome.HOLD: "return.hold",
    ReturnOutcome.OTHER_PLACE: "return.other_place",
    ReturnOutcome.NOT_ON_LOAN: "return.not_on_loan",
    ReturnOutcome.UNKNOWN_ITEM: "return.unknown_item",
    ReturnOutcome.REFUSED: "return.refused",
    ReturnOutcome.NOT_ARMED: "return.not_armed",
    ReturnOutcome.IN_DOUBT: "return.in_doubt",
    ReturnOutcome.KEPT: "return.kept",
    ReturnOutcome.STAFF: "return.staff",
}
_FOR_STAFF = frozenset(
    {
        ReturnOutcome.UNKNOWN_ITEM,
        ReturnOutcome.REFUSED,
        ReturnOutcome.NOT_ARMED,
        ReturnOutcome.IN_DOUBT,
        ReturnOutcome.STAFF,
    }
)
"""What a person of the library looks at: where no bin is for it, it is handed over."""
_SETTLED = frozenset({ReturnStatus.BACK, ReturnStatus.REFUSED, ReturnStatus.UNKNOWN})
_OPEN_ALARMS = frozenset({ReturnAlarm.WANTED, ReturnAlarm.WRITING, ReturnAlarm.STILL_OFF})
_LONGEST_PLACE = 60
_TITLE_ON_PLATE = 28
"""Columns of a title beside the large letters that say where it is to be put; the list has all of it."""


def returning(state: Returning, texts: Texts) -> ReturnView:
    """Give the page on which items are brought back."""
    around, entries = state.around, state.visit.entries
    odd = odd_return_rows(around.pad, state.visit.questions, texts)
    rows = odd + tuple(return_row(entry, around, texts) for entry in reversed(entries))
    placed = next((entry for entry in reversed(entries) if _is_placed(entry, around)), None)
    back = sum(entry.status is ReturnStatus.BACK for entry in entries)
    return ReturnView(
        title=texts.say("return.title"),
        count=texts.count("return.count", back) if entries else "",
        prompt=texts.say(_prompt(around, entries, bins=any(entry.bin is not None for entry in entries))),
        rows=rows,
        where="" if placed is None else _where(placed, texts),
        where_title="" if placed is None else shorten(_title(placed, texts), _TITLE_ON_PLATE),
        by_hand=placed is not None and placed.bin is None,
        finish_label=texts.say("return.finish") if entries else "",
        cancel_label="" if entries else texts.say("card.cancel"),
        busy=any(row.mark in {Mark.WAITING, Mark.BUSY} for row in rows),
        notice=notice_words(state.notice, texts),
        picture="pad" if around.limits.has_pad else "",
    )


def return_row(entry: ReturnEntry, around: Around, texts: Texts) -> RowView:
    """Give the row of an item that came back."""
    detail, mark = _standing(entry, around, texts)
    where = _where(entry, texts) if _is_placed(entry, around) else ""
    return RowView(f"item {entry.item_id.text}", _title(entry, texts), detail, mark, where)


def _title(entry: ReturnEntry, texts: Texts) -> str:
    return plain_title(entry.title) or texts.say("row.untitled", item=plain_title(entry.item_id.text))


def _is_placed(entry: ReturnEntry, around: Around) -> bool:
    """Say whether the screen says where the item is to be put: once nothing is to be done about its alarm."""
    settled = entry.status in _SETTLED and (entry.alarm not in _OPEN_ALARMS or Device.PAD in around.lost)
    return settled and (entry.bin is not None or entry.outcome in _FOR_STAFF)


def _standing(entry: ReturnEntry, around: Around, texts: Texts) -> tuple[str, Mark]:
    match entry.status:
        case ReturnStatus.WAITING:
            return texts.say("row.waiting" if can_take(around) else "row.waiting_library"), Mark.WAITING
        case ReturnStatus.TAKING:
            return texts.say("return.taking"), Mark.BUSY
        case ReturnStatus.BACK:
            action, mark = _alarm_action(entry, around)
            return (texts.say(action), mark) if action else _outcome(entry, texts, ReturnOutcome.SHELF)
        case ReturnStatus.REFUSED:
            return _outcome(entry, texts, ReturnOutcome.REFUSED)
        case ReturnStatus.UNKNOWN:
            return _outcome(entry, texts, ReturnOutcome.IN_DOUBT)
        case ReturnStatus.NOT_TAKEN:
            return texts.say("return.not_taken"), Mark.ATTENTION
        case _:
            assert_never(entry.status)


def _outcome(entry: ReturnEntry, texts: Texts, otherwise: ReturnOutcome) -> tuple[str, Mark]:
    outcome = entry.outcome or otherwise
    words = texts.say(_OUTCOME[outcome])
    place = plain_title(entry.place)[:_LONGEST_PLACE]
    if outcome is ReturnOutcome.OTHER_PLACE and place:
        words = texts.say("return.other_place_named", place=place)
    by_hand = outcome in _FOR_STAFF and entry.bin is None
    return words, Mark.ATTENTION if by_hand else Mark.DONE


def _where(entry: ReturnEntry, texts: Texts) -> str:
    if entry.bin is not None:
        return bin_words(entry.bin, texts)
    return texts.say("return.to_desk")


def bin_words(place: Bin, texts: Texts) -> str:
    """Say into which bin."""
    name = plain_title(place.name)[:_LONGEST_PLACE]
    return texts.say("return.bin_named", name=name) if name else texts.say("return.bin", number=str(place.number))


def _alarm_action(entry: ReturnEntry, around: Around) -> tuple[str, Mark]:
    """Give what its reader is to do about the item's alarm; nothing once that is settled."""
    lies = any(item.item_id == entry.item_id for item in around.pad.items)
    match entry.alarm:
        case ReturnAlarm.WRITING:
            return "row.keep_still", Mark.BUSY
        case ReturnAlarm.WANTED | ReturnAlarm.STILL_OFF if Device.PAD in around.lost:
            return "return.not_armed", Mark.ATTENTION  # nothing can be written any more, and the book is back
        case ReturnAlarm.WANTED if lies:
            return "row.keep_still", Mark.BUSY
        case ReturnAlarm.WANTED:
            return "return.lay", Mark.ATTENTION
        case ReturnAlarm.STILL_OFF:
            return "row.lay_again", Mark.ATTENTION
        case _:
            return "", Mark.DONE


def _prompt(  # noqa: PLR0911 - one return for each case
    around: Around, entries: tuple[ReturnEntry, ...], *, bins: bool
) -> str:
    there = around.limits.items_group - around.lost
    asked = {ReturnAlarm.WANTED, ReturnAlarm.STILL_OFF}
    if not there:
        return "return.prompt_readers_lost"
    if any(entry.status is ReturnStatus.BACK and entry.alarm in asked for entry in entries):
        return "borrow.prompt_attention"
    if entries:
        return "return.prompt_bins" if bins else "return.prompt_more"
    if not around.library_system:
        return "return.prompt_offline"
    match Device.PAD in there, Device.SCANNER in around.limits.needed - around.lost:
        case True, True:
            return "return.prompt"
        case True, False:
            return "return.prompt_pad_only"
        case _:
            return "return.prompt_scan_only"
