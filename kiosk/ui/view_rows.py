"""One row of a list: the title of an item, how far it has come, and what its reader should do."""

from dataclasses import replace
from typing import assert_never

from kiosk.session.question_list import Question
from kiosk.session.renewals import Renewal, RenewalStatus
from kiosk.session.state import Around, Entry, EntryAlarm, EntryStatus
from kiosk.session.surroundings import answers_loans
from kiosk.session.values import Device, IncompleteSet, Pad, PadOddity, Service
from kiosk.texts import Texts, plain_title
from kiosk.ui.view_types import Mark, RowView
from kiosk.ui.view_words import ODD_DETAIL, ODD_TITLE, is_had_now, refusal_of_item, refusal_of_renewal
from library.lending.refusals import Refusal

_FOR_STAFF = {
    PadOddity.FOREIGN: "odd.foreign_return",
    PadOddity.BLANK: "odd.desk_return",
    PadOddity.TWO_OWNERS: "odd.desk_return",
}
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


def odd_return_rows(pad: Pad, questions: tuple[Question, ...], texts: Texts) -> tuple[RowView, ...]:
    """Give a row for each tag on the pad that is not taken back by itself: staff take it, nobody is sent away."""
    left = replace(pad, oddities=(), incomplete=())
    nameless = texts.say("odd.desk_return")
    numbers = tuple(
        row if row.mark is Mark.BUSY else replace(row, detail=nameless) for row in odd_rows(left, questions, texts)
    )
    return numbers + tuple(
        RowView(
            key=f"tag {tag_uid}",
            title=texts.say(ODD_TITLE[oddity]),
            detail=texts.say(_FOR_STAFF.get(oddity, ODD_DETAIL[oddity])),
            mark=Mark.ATTENTION,
        )
        for tag_uid, oddity in pad.oddities
    )


def renewal_row(renewal: Renewal, texts: Texts) -> RowView:
    """Give the row of a loan that is to go on."""
    detail, mark = renewal_standing(renewal, texts)
    number = plain_title(renewal.item_id.text)
    title = plain_title(renewal.title) or texts.say("row.untitled", item=number)
    return RowView(key=f"renewal {renewal.item_id.text}", title=title, detail=detail, mark=mark)


def renewal_standing(renewal: Renewal, texts: Texts) -> tuple[str, Mark]:
    """Say how far a renewal has come: the new date, or the reason for none."""
    match renewal.status:
        case RenewalStatus.WAITING:
            return texts.say("row.waiting"), Mark.WAITING
        case RenewalStatus.RENEWING:
            return texts.say("renewal.renewing"), Mark.BUSY
        case RenewalStatus.RENEWED:
            until = renewal.due
            key = "renewal.renewed" if until is None else "renewal.renewed_until"
            return texts.say(key, date="" if until is None else texts.due(until)), Mark.DONE
        case RenewalStatus.REFUSED:
            return refusal_of_renewal(renewal.refusal or Refusal.OTHER, renewal.words, texts), Mark.REFUSED
        case RenewalStatus.UNKNOWN:
            return texts.say("renewal.unknown"), Mark.ATTENTION
        case RenewalStatus.NOT_SENT:
            return texts.say("renewal.not_sent"), Mark.REFUSED
        case _:
            assert_never(renewal.status)


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
            return texts.say("row.waiting" if answers_loans(around) else "row.waiting_library"), Mark.WAITING
        case EntryStatus.LENDING:
            return texts.say("row.lending"), Mark.BUSY
        case EntryStatus.LENT:
            return _lent(entry, around, texts)
        case EntryStatus.REFUSED:
            return refusal_of_item(entry.refusal or Refusal.OTHER, entry.words, texts), Mark.REFUSED
        case EntryStatus.FEE_ASKED:
            return texts.say("row.fee_asked"), Mark.ATTENTION
        case EntryStatus.OWN:
            return _own(entry, around, texts, leaving=leaving)
        case EntryStatus.UNKNOWN:
            return texts.say("row.unknown"), Mark.ATTENTION
        case EntryStatus.NOT_SENT:
            again = answers_loans(around) and not leaving
            return texts.say("row.not_sent_try" if again else "row.not_sent"), Mark.REFUSED
        case _:
            assert_never(entry.status)


def _lent(entry: Entry, around: Around, texts: Texts) -> tuple[str, Mark]:
    due = texts.say("row.lent") if entry.due is None else texts.say("row.due", date=texts.due(entry.due))
    if entry.offline:
        due = texts.say("row.due_and_action", due=due, action=texts.say("row.kept"))
    action, mark = _alarm_action(entry, around)
    if not action:
        return due, mark
    return texts.say("row.due_and_action", due=due, action=texts.say(action)), mark


def _own(entry: Entry, around: Around, texts: Texts, *, leaving: bool) -> tuple[str, Mark]:
    """Say that it is the reader's own loan already; an alarm that is not ours to switch off is left as it is."""
    own = texts.say("row.own") if entry.due is None else texts.say("row.own_due", date=texts.due(entry.due))
    action, mark = _alarm_action(entry, around)
    if entry.alarm is EntryAlarm.UNTOUCHED:
        offered = not leaving and is_had_now(around, Service.ACCOUNT)
        action, mark = "row.own_renew" if offered else "", Mark.BOOK
    return (texts.say("row.due_and_action", due=own, action=texts.say(action)) if action else own), mark


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
