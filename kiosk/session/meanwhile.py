"""What goes on with a visit's items while its patron is on another page than the list: loans, alarms, cards, time."""

from dataclasses import replace
from typing import TypeVar

from kiosk.session.account_list import give_up_renewals
from kiosk.session.borrowing import borrowing
from kiosk.session.entries import give_up_waiting
from kiosk.session.events import Event, ItemScanned, NumberRead, PadChanged, Ticked
from kiosk.session.state import AskingPin, AtAccount, Borrowing
from kiosk.session.surroundings import Laid, Step, still_shown
from kiosk.session.touches import (
    CandidateTouched,
    CountTouched,
    FeeTouched,
    FinishTouched,
    LendLyingTouched,
    NoCandidateTouched,
    ScreenTouched,
)

PageT = TypeVar("PageT", AskingPin, AtAccount)

_BUTTONS_OF_THE_LIST = (
    LendLyingTouched,
    CandidateTouched,
    NoCandidateTouched,
    CountTouched,
    FeeTouched,
    FinishTouched,
)
"""Touches that answer what another page does not show: there they say only that somebody is there."""


def as_list(page: AskingPin | AtAccount, *, deaf: bool = False) -> Borrowing:
    """Give the list of items as it would be now; ``deaf``: what is laid down waits for a touch and is not lent."""
    doubted = page.doubted or deaf
    return Borrowing(page.around, page.visit, page.idle_since, page.notice, page.warned_until, doubted)


def alive(page: PageT) -> PageT:
    """Take it that the visit's own patron is there."""
    return replace(page, idle_since=page.around.now, warned_until=None, doubted=False)


def told(page: PageT) -> PageT:
    """Give the patron time to read an answer, unless somebody else may stand there."""
    return page if page.doubted else alive(page)


def beside(page: PageT, listed: Borrowing) -> PageT:
    """Give the page with what became of the list beside it."""
    return replace(
        page,
        around=listed.around,
        visit=listed.visit,
        idle_since=listed.idle_since,
        notice=listed.notice,
        warned_until=listed.warned_until,
        doubted=listed.doubted,
    )


def meanwhile(page: PageT, event: Event, laid: Laid) -> Step:
    """Let an event do to the visit what it does on the list, but present nothing: what is laid down waits there."""
    if isinstance(event, ItemScanned | NumberRead):
        return told(page), ()
    deaf = isinstance(event, PadChanged) and not page.doubted
    touch = isinstance(event, _BUTTONS_OF_THE_LIST)
    listed, effects = borrowing(as_list(page, deaf=deaf), ScreenTouched() if touch else event, laid)
    if not isinstance(listed, Borrowing):
        return listed, effects
    following = beside(page, listed)
    return alive(following) if deaf else following, effects


def passed(page: PageT, tick: Ticked, *, awaits: bool) -> Step:
    """Let time go on: what waits in vain is given up, and an idle patron is asked, then led out.

    ``awaits``: an answer to what the page itself asked for is under way; nobody is asked whether they are there.
    """
    if not awaits:
        return meanwhile(page, tick, Laid())
    around = page.around
    visit = give_up_renewals(give_up_waiting(page.visit, around), around)
    return replace(page, visit=visit, notice=still_shown(page.notice, around)), ()
