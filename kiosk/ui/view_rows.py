"""One row of a list: the title of an item, how far it has come, and what its reader should do."""

from typing import assert_never

from kiosk.session.state import Around, Entry, EntryAlarm, EntryStatus, Question
from kiosk.session.values import Device, IncompleteSet, Pad
from kiosk.texts import Texts, plain_title
from kiosk.ui.view_types import Mark, RowView
from kiosk.ui.view_words import ODD_DETAIL, ODD_TITLE, refusal_of_item
from library.lending.refusals import Refusal

_SHOWN_PARTS = 4
"""Numbers of missing parts that fit a row; a box of which more are missing is counted at the desk."""


def odd_rows(pad: Pad, questions: tuple[Question, ...], texts: Texts) -> tuple[RowView, ...]:
    """Give a row for each tag on the pad that cannot be lent; of a set it says which parts are missing.

    A number of which it is not known whose it is has its row too: asked about, or left to the patron.
    """
    lacking = {each.tag_uid: each for each in pad.incomplete if each.missing}
    settled = {item.tag_uid for item in pad.items} | {question.tag_uid for question in questions}
    title, left, asked = map(texts.say, ("odd.nameless_title", "odd.nameless", "row.asking"))
    rows = [RowView(f"number {number}", title, asked, Mark.BUSY) for number, _ in enumerate(questions)]
    nameless = (number.tag_uid for number in pad.numbers if number.tag_uid not in settled)
    rows += [RowView(f"tag {tag_uid}", title, left, Mark.ATTENTION) for tag_uid in nameless]
    return tuple(
        RowView(
            key=f"tag {tag_uid}",
            title=texts.say(ODD_TITLE[oddity]),
            detail=_missing(lacking[tag_uid], texts) if tag_uid in lacking else texts.say(ODD_DETAIL[oddity]),
            mark=Mark.ATTENTION,
        )
        for tag_uid, oddity in pad.oddities
    ) + tuple(rows)


def _missing(lacking: IncompleteSet, texts: Texts) -> str:
    shown = [str(number) for number in lacking.missing[:_SHOWN_PARTS]]
    more = ["…"] if len(lacking.missing) > _SHOWN_PARTS else []
    return texts.say("odd.missing_parts", missing=", ".join(shown + more), parts=str(lacking.parts))


def item_row(entry: Entry, around: Around, texts: Texts, *, leaving: bool) -> RowView:
    """Give the row of an item; ``leaving``: the reader is about to go, only the desk can still help."""
    detail, mark = _standing(entry, around, texts, leaving=leaving)
    number = plain_title(entry.item_id.text)
    return RowView(
        key=f"item {entry.item_id.text}",
        title=plain_title(entry.title) or texts.say("row.untitled", item=number),
        detail=detail,
        mark=mark,
    )


def _standing(  # noqa: PLR0911 - one return for each status
    entry: Entry, around: Around, texts: Texts, *, leaving: bool
) -> tuple[str, Mark]:
    match entry.status:
        case EntryStatus.WAITING:
            return texts.say("row.waiting" if around.library_system else "row.waiting_library"), Mark.WAITING
        case EntryStatus.LENDING:
            return texts.say("row.lending"), Mark.BUSY
        case EntryStatus.LENT:
            return _lent(entry, around, texts)
        case EntryStatus.REFUSED:
            return refusal_of_item(entry.refusal or Refusal.OTHER, entry.words, texts), Mark.REFUSED
        case EntryStatus.FEE_ASKED | EntryStatus.OWN:
            return texts.say("row.waiting"), Mark.WAITING
        case EntryStatus.UNKNOWN:
            return texts.say("row.unknown"), Mark.ATTENTION
        case EntryStatus.NOT_SENT:
            again = around.library_system and not leaving
            return texts.say("row.not_sent_try" if again else "row.not_sent"), Mark.REFUSED
        case _:
            assert_never(entry.status)


def _lent(entry: Entry, around: Around, texts: Texts) -> tuple[str, Mark]:
    due = texts.say("row.lent") if entry.due is None else texts.say("row.due", date=texts.due(entry.due))
    action, mark = _alarm_action(entry, around)
    if not action:
        return due, mark
    return texts.say("row.due_and_action", due=due, action=texts.say(action)), mark


def _alarm_action(entry: Entry, around: Around) -> tuple[str, Mark]:  # noqa: PLR0911 - one return for each case
    match entry.alarm:
        case EntryAlarm.OFF | EntryAlarm.NOT_OURS:
            return "", Mark.DONE
        case EntryAlarm.UNTOUCHED | EntryAlarm.AT_DESK:
            return "row.desk", Mark.ATTENTION
        case EntryAlarm.WANTED | EntryAlarm.STILL_ON if Device.PAD in around.lost:
            return "row.desk", Mark.ATTENTION
        case EntryAlarm.WRITING:
            return "row.keep_still", Mark.BUSY
        case EntryAlarm.STILL_ON:
            return "row.lay_again", Mark.ATTENTION
        case EntryAlarm.WANTED:
            if any(item.item_id == entry.item_id for item in around.pad.items):
                return "row.keep_still", Mark.BUSY
            return "row.lay", Mark.ATTENTION
        case _:
            assert_never(entry.alarm)
