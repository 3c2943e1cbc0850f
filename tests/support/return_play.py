"""Plays a return by hand: a kiosk that takes items back, its bins, and answers about them."""

from dataclasses import replace

from kiosk.session.answers import AlarmStillOff, AlarmSwitchedOn, ReturnMade, ReturnRefused, ReturnUnknown
from kiosk.session.events import PadChanged
from kiosk.session.limits import Bins, Limits
from kiosk.session.return_list import ReturnEntry, ReturnVisit
from kiosk.session.state import ReturnFinished, Returning, ReturnSettling
from kiosk.session.touches import StartTouched
from kiosk.session.values import (
    AlarmFault,
    AlarmState,
    Bin,
    Pad,
    PadItem,
    Returned,
    ReturnKind,
    Service,
    VisitId,
)
from library.lending.refusals import Refusal
from tests.support.session_play import Play, item, uid

VISIT = VisitId("r1")
SHELF, HOLD, ELSEWHERE, STAFF, FILMS = (
    Bin(1, "Giá sách"),
    Bin(2),
    Bin(3),
    Bin(4, "Quầy"),
    Bin(5),
)
BINS = Bins(shelf=SHELF, hold=HOLD, other_place=ELSEWHERE, exception=STAFF, media=(("DVD", FILMS),))
LIMITS = Limits(bins=BINS)


def returns(limits: Limits = LIMITS, visit: VisitId = VISIT) -> Play:
    """Give a kiosk at which somebody has touched "return"."""
    play = Play(limits).open()
    play.tell(StartTouched(Service.RETURN, visit))
    return play


def laid(*numbers: int, alarm: AlarmState = AlarmState.ON_LOAN) -> PadChanged:
    """Say that these items lie on the pad, as they come back: their alarm is off."""
    return PadChanged(Pad(tuple(PadItem(uid(number), item(number), alarm) for number in numbers)))


def back(number: int, kind: ReturnKind = ReturnKind.SHELF, *, arm: bool = True, sort: str = "") -> ReturnMade:
    """Say that the return of the n-th item stands."""
    return ReturnMade(VISIT, Returned(item(number), f"Sách {number}", kind, arm=arm, sort=sort, place="Cơ sở 2"))


def refused(number: int, refusal: Refusal) -> ReturnRefused:
    """Say no to the return of the n-th item."""
    return ReturnRefused(VISIT, item(number), refusal, "không được", f"Sách {number}")


def unknown(number: int) -> ReturnUnknown:
    """Say that nobody knows."""
    return ReturnUnknown(VISIT, item(number))


def armed(number: int) -> AlarmSwitchedOn:
    """Say that every tag of the n-th item says "secured"."""
    return AlarmSwitchedOn(VISIT, item(number))


def still_off(number: int, fault: AlarmFault = AlarmFault.TAG_GONE) -> AlarmStillOff:
    """Say that it does not."""
    return AlarmStillOff(VISIT, item(number), fault)


def visit_of(play: Play) -> ReturnVisit:
    """Give the return that is going on."""
    assert isinstance(play.state, Returning | ReturnSettling | ReturnFinished)
    return play.state.visit


def entry(play: Play, number: int) -> ReturnEntry:
    """Give the n-th item's entry."""
    return next(each for each in visit_of(play).entries if each.item_id == item(number))


def without_line(limits: Limits = LIMITS) -> Limits:
    """Give the limits of a kiosk that takes nothing back on its own."""
    return replace(limits, returns_offline=False)
