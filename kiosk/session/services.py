"""Going from one service to another within a patron's visit."""

from dataclasses import replace

from kiosk.session.effects import ReadAccount
from kiosk.session.hold_begin import begin_hold
from kiosk.session.state import Around, AskingPin, AtAccount, Borrowing, Visit
from kiosk.session.surroundings import Step
from kiosk.session.values import PinStanding, Service


def open_service(around: Around, visit: Visit, service: Service) -> Step:
    """Open what the patron wants, behind the PIN where the site wants one for it and it was not given yet.

    Items are brought back without a card: for a patron that is no service of the visit, and lending goes on.
    """
    by_staff = around.staff is not None  # who sees the card and its reader needs no PIN to lend
    wanted = visit.card_typed or service in around.limits.pin_for  # a number can be anybody's, a card is in a hand
    if not by_staff and wanted and visit.patron.pin is not PinStanding.RIGHT:
        return AskingPin(around, visit, service, idle_since=around.now), ()
    if service is Service.ACCOUNT and visit.wish is not None and not visit.wish.asked:
        return begin_hold(around, visit, visit.wish)
    if service is Service.ACCOUNT:
        if not around.library_system:
            return AtAccount(around, visit, idle_since=around.now, unread=True), ()
        question = ReadAccount(visit.visit_id, visit.patron.patron_id, around.language)
        return AtAccount(around, visit, idle_since=around.now, reading=True), (question,)
    if visit.wish is not None and not visit.wish.asked:  # whoever borrows instead did not mean it any more
        visit = replace(visit, wish=None)
    return Borrowing(around, visit, idle_since=around.now), ()
