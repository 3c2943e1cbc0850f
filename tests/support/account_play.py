"""Plays the pages of one patron by hand: a PIN is typed, the account is read, loans are renewed."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TypeVar

from kiosk.session.answers import AccountRead, LoanRenewed, PatronAccepted
from kiosk.session.effects import RenewLoan
from kiosk.session.events import CardPresented, Event
from kiosk.session.limits import Limits
from kiosk.session.renewals import RenewalStatus
from kiosk.session.state import AskingPin, AtAccount, Borrowing, State
from kiosk.session.touches import EnterTouched, KeyTouched, RenewTouched, StartTouched
from kiosk.session.values import (
    Account,
    Hold,
    HoldStage,
    ItemId,
    Loan,
    OwnLoan,
    Patron,
    PatronId,
    PinStanding,
    Service,
    VisitId,
)
from tests.support.session_play import DUE, MINH, Play, item

LIMITS = Limits()
V1 = VisitId("v1")
OTHER = PatronId("SIM-READER-0002")
ANOTHER_CARD: Event = CardPresented(VisitId("v2"), OTHER)
LATER = DUE + timedelta(days=14)
PIN = "2468"

PageT = TypeVar("PageT", bound=State)


def own(number: int, *, days: int = 0, overdue: bool = False, dated: bool = True) -> OwnLoan:
    """Give a loan of the account, due so many days after the usual date."""
    return OwnLoan(item(number), f"Sách {number}", DUE + timedelta(days=days) if dated else None, overdue)


def hold(number: int) -> Hold:
    """Give a hold of the account."""
    return Hold(item(number), f"Sách {number}", HoldStage.WAITING)


def account(*numbers: int, holds: Iterable[int] = ()) -> Account:
    """Give an account with these loans and holds."""
    return Account(loans=tuple(own(number) for number in numbers), holds=tuple(hold(number) for number in holds))


def checked(standing: PinStanding, *, patron_id: PatronId = MINH.patron_id) -> PatronAccepted:
    """Give the library system's answer about a PIN."""
    return PatronAccepted(V1, Patron(patron_id, "N.T.M.", loans=1, pin=standing))


RIGHT = checked(PinStanding.RIGHT)
WRONG = checked(PinStanding.WRONG)


def typed(pin: str) -> tuple[Event, ...]:
    """Give the touches by which a PIN is typed and meant."""
    return (*map(KeyTouched, pin), EnterTouched())


def at_pin(limits: Limits = LIMITS) -> Play:
    """Bring a patron to the page that asks for the PIN of the account."""
    play = Play(limits).open()
    play.tell(StartTouched(Service.ACCOUNT), CardPresented(V1, MINH.patron_id), PatronAccepted(V1, MINH))
    return play


def at_account(told: Account | None = None, limits: Limits = LIMITS) -> Play:
    """Bring a patron to the account page, with what the library system tells; ``None``: it did not answer yet."""
    play = at_pin(limits)
    if isinstance(play.state, AskingPin):
        play.tell(*typed(PIN), RIGHT)
    if told is not None:
        play.tell(AccountRead(V1, told))
    return play


def renewals(play: Play) -> list[ItemId]:
    """Give the items whose renewal was asked for."""
    return [effect.item_id for effect in play.ordered if isinstance(effect, RenewLoan)]


def on(play: Play, page: type[PageT]) -> PageT:
    """Give the state, which is to be this page."""
    assert isinstance(play.state, page)
    return play.state


def pin_page(play: Play) -> AskingPin:
    """Give the page that asks for the PIN."""
    return on(play, AskingPin)


def account_page(play: Play) -> AtAccount:
    """Give the account page."""
    return on(play, AtAccount)


def list_page(play: Play) -> Borrowing:
    """Give the list of items that are lent."""
    return on(play, Borrowing)


def renew(*numbers: int) -> RenewTouched:
    """Say that the patron wants to keep these items longer."""
    return RenewTouched(tuple(map(item, numbers)))


def renewed(number: int) -> LoanRenewed:
    """Say that the n-th item's loan goes on."""
    return LoanRenewed(V1, Loan(item(number), "", LATER, may_leave=True))


def statuses(play: Play) -> list[RenewalStatus]:
    """Give how far the renewals have come, as the account page shows them."""
    return [renewal.status for renewal in account_page(play).visit.renewals]


def dues(play: Play) -> list[datetime | None]:
    """Give the dates of the account page."""
    told = account_page(play).visit.account
    assert told is not None
    return [loan.due for loan in told.loans]
