"""A patron without a card types its number; from there on nothing goes without the PIN."""

from dataclasses import replace

from kiosk.session.effects import VisitEnd
from kiosk.session.events import Event
from kiosk.session.hold_state import BookWish
from kiosk.session.locks import is_locked
from kiosk.session.number_pad import typed_after
from kiosk.session.outcome import report_without_loans
from kiosk.session.services import open_service
from kiosk.session.state import Around, AwaitingCard, Identifying, NoticeKind, TurnedAway, Visit
from kiosk.session.surroundings import Step, may_begin, notice
from kiosk.session.touches import CancelTouched, EnterTouched, EraseTouched, KeyTouched, TypeCardTouched
from kiosk.session.values import Patron, PatronId, Service, VisitId
from library.lending.refusals import Refusal


def may_type_card(around: Around) -> bool:
    """Say whether a number may be typed now: where the site wants it, and the library system can check the PIN."""
    return around.limits.types_card and around.library_system and around.staff is None


def typing_card(state: AwaitingCard, event: Event) -> Step | None:
    """Take what is typed; ``None``: it is no matter of the number pad.

    The library system is asked about the number and the PIN together, and never about the number alone: whose it is,
    and what stands against its card, is told to nobody without the PIN.
    """
    match event:
        case TypeCardTouched(visit_id) if state.typing is None and may_type_card(state.around):
            return replace(_awake(state), typing=visit_id, notice=None), ()
        case CancelTouched() if state.typing is not None:
            return _wiped(state), ()
        case KeyTouched() | EraseTouched() if state.typing is not None:
            limits = state.around.limits
            typed = typed_after(state.typed, event, limits.card_longest, limits.card_letters)
            return replace(_awake(state), typed=typed), ()
        case EnterTouched() if state.typing is not None and state.typed:
            return _meant(state, state.typing)
        case _:
            return None


def _meant(state: AwaitingCard, visit_id: VisitId) -> Step:
    around, patron_id = state.around, PatronId(state.typed)
    if not (may_type_card(around) and may_begin(around, state.service)):
        return replace(_wiped(state), notice=notice(around, NoticeKind.NOT_IDENTIFIED)), ()
    return begin_unproven(around, visit_id, patron_id, state.service, around.now, state.wish)


def begin_unproven(  # noqa: PLR0913, PLR0917 - each is a part of the visit that begins
    around: Around,
    visit_id: VisitId,
    patron_id: PatronId,
    service: Service,
    started: float,
    wish: BookWish | None = None,
) -> Step:
    """Begin the visit of somebody who showed no card: nothing of the number's reader is asked without the PIN."""
    if is_locked(around, patron_id):
        asked = Identifying(around, visit_id, started, service=service, patron_id=patron_id)
        report = report_without_loans(asked, VisitEnd.REFUSED, Refusal.PIN_LOCKED)
        return TurnedAway(around, Refusal.PIN_LOCKED, "", around.now + around.limits.message_s), (report,)
    visit = Visit(
        visit_id,
        Patron(patron_id, "", loans=0),
        started,
        entries=(),
        accepted=around.now,
        lying=around.pad.tags,
        service=service,
        card_typed=True,
        wish=wish,
    )
    return open_service(around, visit, service)


def _wiped(state: AwaitingCard) -> AwaitingCard:
    return replace(_awake(state), typing=None, typed="")


def _awake(state: AwaitingCard) -> AwaitingCard:
    return replace(state, until=state.around.now + state.around.limits.card_wait_s)
