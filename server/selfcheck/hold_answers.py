"""Answers to 15: holds placed, cancelled and changed."""

from datetime import date

from sqlalchemy.orm import Session

from library.lending.refusals import Refusal
from server.circulation.desk import LendingDesk
from server.circulation.refusals import Language, Refused
from server.circulation.reserving import HoldWish
from server.circulation.values import Counter, HoldStanding
from server.selfcheck.border import (
    day_from_wire,
    end_of,
    number_from_wire,
    refusal_extension,
    refusal_words,
    wire_date,
    wire_text,
)
from server.selfcheck.transactions import Told
from server.store.account_models import HoldStage
from sip2.messages import HoldRequest, HoldResponse

PLACE, CANCEL, CHANGE = "+", "-", "*"
_ONE_COPY = "3"
_YES = "Y"


class HoldAnswers:
    """Stateless; every method works inside the caller's transaction."""

    def __init__(self, desk: LendingDesk, institution: str) -> None:
        self._desk = desk
        self._institution = institution

    def hold(self, session: Session, counter: Counter, request: HoldRequest, language: Language) -> Told:
        """Answer 15; a mode or a day that cannot be read changes nothing."""
        card = number_from_wire(request.patron_id)
        until = day_from_wire(request.expiration_date)
        outcome: HoldStanding | Refused
        wrong_pin = self._desk.pin_refusal(session, counter, card, request.patron_password)
        if wrong_pin is not None:
            outcome = Refused(wrong_pin)
        elif not _is_day(request.expiration_date, until, self._desk.now().date()):
            outcome = Refused(Refusal.OTHER)
        else:
            outcome = self._act(session, counter, request.hold_mode, card, _wish(request, until))
        answer = self.tell_hold(request, outcome, language)
        if isinstance(outcome, Refused):
            return Told(answer, done=False)
        return Told(answer, done=True, hold_id=outcome.hold_id)

    def _act(self, session: Session, counter: Counter, mode: str, card: str, wish: HoldWish) -> HoldStanding | Refused:
        match mode:
            case "+":
                return self._desk.reservations.place(session, counter, card, wish)
            case "-":
                return self._desk.reservations.cancel(session, counter, card, wish)
            case "*":
                return self._desk.reservations.change(session, counter, card, wish)
            case _:
                return Refused(Refusal.OTHER)

    def tell_hold(self, request: HoldRequest, outcome: HoldStanding | Refused, language: Language) -> HoldResponse:
        """Make a 16."""
        standing = outcome if isinstance(outcome, HoldStanding) else None
        refused = outcome if isinstance(outcome, Refused) else None
        goes_on = standing is not None and request.hold_mode != CANCEL
        item = request.item_id if standing is None or standing.item_number is None else standing.item_number
        refusal = None if refused is None else refused.refusal
        return HoldResponse(
            ok=standing is not None,
            available=goes_on and standing is not None and standing.stage is HoldStage.READY,
            transaction_date=wire_date(self._desk.now()),
            institution_id=self._institution,
            patron_id=wire_text(request.patron_id),
            expiration_date=end_of(standing.until) if goes_on and standing is not None else None,
            queue_position=_position(standing) if goes_on else None,
            pickup_location=wire_text(standing.pickup_code) if standing is not None else None,
            item_id=None if item is None else wire_text(item),
            title=wire_text(outcome.title) if outcome.title else None,
            screen_messages=refusal_words(refusal, language, None if refused is None else refused.detail),
            extensions=refusal_extension(refusal),
        )


def _wish(request: HoldRequest, until: date | None) -> HoldWish:
    item = number_from_wire(request.item_id)
    return HoldWish(
        item_number=item or None,
        title=(request.title or "").strip() or None,
        pickup_code=(request.pickup_location or "").strip() or None,
        this_copy_alone=request.hold_type == _ONE_COPY,
        until=until,
        fee_acknowledged=request.fee_acknowledged == _YES,
    )


def _is_day(given: str | None, until: date | None, today: date) -> bool:
    return not (given or "").strip() or (until is not None and until >= today)


def _position(standing: HoldStanding | None) -> str | None:
    return None if standing is None or standing.position is None else str(standing.position)
