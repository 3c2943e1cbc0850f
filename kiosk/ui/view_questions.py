"""What lies over a page: whether somebody is still there, which item is meant, whether a fee or a count is right."""

import math
from typing import assert_never

from kiosk.session.citizen_state import NewReader
from kiosk.session.entries import uncounted
from kiosk.session.hold_state import Reserving
from kiosk.session.questions import asking
from kiosk.session.search_state import Searching
from kiosk.session.state import AskingPin, AtAccount, Borrowing, Entry, EntryStatus, Returning, State
from kiosk.session.touches import CountTouched, FeeTouched
from kiosk.session.values import Finding
from kiosk.texts import Texts, plain_title
from kiosk.ui.view_types import Asked, OptionView, Overlay, QuestionView, StillThereView, WhichView
from library.text.width import shorten

_TITLE_ON_BUTTON = 40
"""Columns of a title that stand on a button beside a library's name."""

_Warned = Borrowing | AskingPin | AtAccount | Returning | Searching | Reserving | NewReader


def overlay(state: State, texts: Texts) -> Overlay | None:
    """Give what lies over the page, the warning before all else."""
    if isinstance(state, _Warned) and state.warned_until is not None:
        return _still_there(state, state.warned_until, texts)
    options = asking(state.visit) if isinstance(state, Borrowing | Returning) else ()
    if options:
        return _which(options, texts)
    return _borrowing(state, texts) if isinstance(state, Borrowing) else None


def _borrowing(state: Borrowing, texts: Texts) -> QuestionView | None:
    fee = next((entry for entry in state.visit.entries if entry.status is EntryStatus.FEE_ASKED), None)
    if fee is not None:
        return _fee(fee, texts)
    number = uncounted(state.visit, state.around)
    return _count(number, texts) if number else None


def _fee(entry: Entry, texts: Texts) -> QuestionView:
    title = plain_title(entry.title) or texts.say("row.untitled", item=plain_title(entry.item_id.text))
    return QuestionView(
        asked=Asked.FEE,
        title=texts.say("fee.title" if entry.fee is not None else "fee.title_unknown"),
        words=title,
        large="" if entry.fee is None else texts.money(entry.fee),
        yes_label=texts.say("fee.agree"),
        no_label=texts.say("fee.decline"),
        yes=FeeTouched(entry.item_id, agreed=True),
        no=FeeTouched(entry.item_id, agreed=False),
    )


def _count(number: int, texts: Texts) -> QuestionView:
    return QuestionView(
        asked=Asked.COUNT,
        title=texts.say("count.title"),
        words="",
        large=texts.count("count.books", number),
        yes_label=texts.say("count.right"),
        no_label=texts.say("count.wrong"),
        yes=CountTouched(right=True),
        no=CountTouched(right=False),
    )


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


def _still_there(state: _Warned, until: float, texts: Texts) -> StillThereView:
    seconds = max(0, math.ceil(until - state.around.now))
    stay = "still.stay" if isinstance(state, Borrowing) else "still.stay_here"
    return StillThereView(
        title=_still_there_title(state, texts),
        countdown=texts.count("still.countdown", seconds),
        stay_label=texts.say(stay),
    )


def _still_there_title(state: _Warned, texts: Texts) -> str:
    match state:
        case Borrowing(doubted=True):
            return texts.say("still.other_card", name=state.visit.patron.initials)
        case AtAccount(doubted=True):
            return texts.say("still.other_card_account", name=state.visit.patron.initials)
        case Borrowing() | AtAccount() | AskingPin() | Returning() | Searching() | Reserving() | NewReader():
            return texts.say("still.title")
        case _:
            assert_never(state)
