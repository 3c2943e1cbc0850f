"""Answers to 11, 09, 29 and 65."""

from typing import Final

from sqlalchemy.orm import Session

from library.lending.overrides import Override, read_override
from library.lending.refusals import Refusal
from server.circulation.desk import LendingDesk
from server.circulation.refusals import Language, Refused
from server.circulation.values import AllRenewed, Counter, Lent, Route, TakenBack
from server.selfcheck.border import CURRENCY, number_from_wire, refusal_extension, refusal_words, wire_date, wire_text
from server.selfcheck.transactions import Told, transaction_of
from sip2.dates import write_date
from sip2.messages import (
    CheckinRequest,
    CheckinResponse,
    CheckoutRequest,
    CheckoutResponse,
    RenewAllRequest,
    RenewAllResponse,
    RenewRequest,
    RenewResponse,
)

OVERRIDE_FIELD: Final = "XV"
"""Our own tagged field of an 11: staff at the kiosk override a refusal."""
_BOOK = "001"
_RENTAL = "06"
_YES = "Y"
_NOBODY_KNOWS = "99"
_ALERT_TYPE = {Route.HOLD_HERE: "01", Route.HOLD_ELSEWHERE: "02", Route.TRANSFER: "04", Route.STAFF: _NOBODY_KNOWS}
_GOES_SOMEWHERE = frozenset({Route.HOLD_HERE, Route.HOLD_ELSEWHERE, Route.TRANSFER})


class LoanAnswers:
    """Stateless; every method works inside the caller's transaction.

    ``no block`` changes nothing here: what a kiosk did alone comes with a transaction id and goes another way.
    """

    def __init__(self, desk: LendingDesk, institution: str) -> None:
        self._desk = desk
        self._institution = institution

    def checkout(self, session: Session, counter: Counter, request: CheckoutRequest, language: Language) -> Told:
        """Answer 11; with BI=Y it undoes a return (DevGuide p. 17), with BO=Y a fee is acknowledged."""
        card, item = number_from_wire(request.patron_id), number_from_wire(request.item_id)
        wrong_pin = self._desk.pin_refusal(session, counter, card, request.patron_password)
        outcome: Lent | Refused
        if wrong_pin is not None:
            outcome = Refused(wrong_pin)
        elif request.cancel == _YES:
            outcome = self._desk.cancel_return(session, counter, card, item)
        else:
            outcome = self._desk.lend(
                session,
                counter,
                card,
                item,
                renew_own=request.sc_renewal_policy,
                fee_acknowledged=request.fee_acknowledged == _YES,
                override=_override(request),
            )
        return _told_loan(self.tell_checkout(request, outcome, language), outcome)

    def renew(self, session: Session, counter: Counter, request: RenewRequest, language: Language) -> Told:
        """Answer 29; the item may be named by AB or by AJ."""
        card = number_from_wire(request.patron_id)
        wrong_pin = self._desk.pin_refusal(session, counter, card, request.patron_password)
        outcome: Lent | Refused
        if wrong_pin is not None:
            outcome = Refused(wrong_pin)
        else:
            outcome = self._desk.renew(
                session,
                counter,
                card,
                item_number=number_from_wire(request.item_id) if request.item_id else None,
                title=request.title,
            )
        return _told_loan(self.tell_renew(request, outcome, language), outcome)

    def checkin(self, session: Session, counter: Counter, request: CheckinRequest, language: Language) -> Told:
        """Answer 09; with BI=Y it undoes a loan. A known item is never refused."""
        item = number_from_wire(request.item_id)
        if request.cancel == _YES:
            outcome = self._desk.cancel_loan(session, counter, item)
        else:
            outcome = self._desk.take_back(session, counter, item)
        answer = self.tell_checkin(request, outcome, language)
        if isinstance(outcome, Refused):
            return Told(answer, done=False)
        return Told(answer, done=True, loan_id=outcome.loan_id)

    def renew_all(self, session: Session, counter: Counter, request: RenewAllRequest, language: Language) -> Told:
        """Answer 65: what was renewed (BM) and what was not (BN), also where there was nothing to renew."""
        card = number_from_wire(request.patron_id)
        wrong_pin = self._desk.pin_refusal(session, counter, card, request.patron_password)
        outcome: AllRenewed | Refused
        outcome = self._desk.renew_all(session, counter, card) if wrong_pin is None else Refused(wrong_pin)
        refusal = outcome.refusal if isinstance(outcome, Refused) else None
        renewed = outcome.renewed if isinstance(outcome, AllRenewed) else ()
        unrenewed = outcome.unrenewed if isinstance(outcome, AllRenewed) else ()
        answer = RenewAllResponse(
            ok=refusal is None,
            renewed_count=len(renewed),
            unrenewed_count=len(unrenewed),
            transaction_date=wire_date(self._desk.now()),
            institution_id=self._institution,
            renewed_items=tuple(wire_text(number) for number in renewed),
            unrenewed_items=tuple(wire_text(number) for number in unrenewed),
            screen_messages=refusal_words(refusal, language),
            extensions=refusal_extension(refusal),
        )
        return Told(answer, done=bool(renewed))

    def tell_checkout(self, request: CheckoutRequest, outcome: Lent | Refused, language: Language) -> CheckoutResponse:
        """Make a 12."""
        refused = outcome if isinstance(outcome, Refused) else None
        refusal = None if refused is None else refused.refusal
        fee = _fee(outcome)
        return CheckoutResponse(
            ok=refusal is None,
            renewal_ok=isinstance(outcome, Lent) and outcome.renewed,
            magnetic_media=False,
            desensitize=refusal is None,
            transaction_date=wire_date(self._desk.now()),
            institution_id=self._institution,
            patron_id=wire_text(request.patron_id),
            item_id=wire_text(request.item_id),
            title=wire_text(outcome.title),
            due_date=_due(outcome),
            fee_type=_RENTAL if fee else None,
            currency=CURRENCY if fee else None,
            fee_amount=str(fee) if fee else None,
            media_type=_BOOK,
            screen_messages=refusal_words(refusal, language, None if refused is None else refused.detail),
            extensions=refusal_extension(refusal),
        )

    def tell_renew(self, request: RenewRequest, outcome: Lent | Refused, language: Language) -> RenewResponse:
        """Make a 30."""
        refused = outcome if isinstance(outcome, Refused) else None
        refusal = None if refused is None else refused.refusal
        return RenewResponse(
            ok=refusal is None,
            renewal_ok=refusal is None,
            magnetic_media=False,
            desensitize=refusal is None,
            transaction_date=wire_date(self._desk.now()),
            institution_id=self._institution,
            patron_id=wire_text(request.patron_id),
            item_id=wire_text(request.item_id or ""),
            title=wire_text(outcome.title),
            due_date=_due(outcome),
            media_type=_BOOK,
            screen_messages=refusal_words(refusal, language, None if refused is None else refused.detail),
            extensions=refusal_extension(refusal),
        )

    def tell_checkin(
        self, request: CheckinRequest, outcome: TakenBack | Refused, language: Language
    ) -> CheckinResponse:
        """Make a 10: where the book belongs, never for whom it is kept (no CY, no DA)."""
        back = outcome if isinstance(outcome, TakenBack) else None
        refusal = outcome.refusal if isinstance(outcome, Refused) else None
        not_on_loan = Refusal.ITEM_NOT_ON_LOAN if back is not None and not back.was_on_loan else None
        return CheckinResponse(
            ok=back is not None,
            resensitize=back is not None,
            magnetic_media=False,
            alert=back is None or back.route is not Route.SHELF,
            transaction_date=wire_date(self._desk.now()),
            institution_id=self._institution,
            item_id=wire_text(request.item_id),
            permanent_location="" if back is None else wire_text(back.home_name),
            title=wire_text(outcome.title),
            sort_bin=None if back is None else wire_text(back.item_type),
            media_type=_BOOK,
            call_number=wire_text(back.call_number) if back is not None and back.call_number else None,
            destination_location=_destination(back),
            alert_type=_NOBODY_KNOWS if back is None else _ALERT_TYPE.get(back.route),
            screen_messages=refusal_words(refusal or not_on_loan, language),
            extensions=refusal_extension(refusal),
        )


def _override(request: CheckoutRequest) -> Override | None:
    """Give what staff at one of our own kiosks override: without a transaction's number it is nobody's."""
    return None if transaction_of(request) is None else read_override(request.extension(OVERRIDE_FIELD))


def _told_loan(answer: CheckoutResponse | RenewResponse, outcome: Lent | Refused) -> Told:
    if isinstance(outcome, Refused):
        return Told(answer, done=False)
    return Told(answer, done=True, loan_id=outcome.loan_id)


def _destination(back: TakenBack | None) -> str | None:
    return wire_text(back.destination_code) if back is not None and back.route in _GOES_SOMEWHERE else None


def _fee(outcome: Lent | Refused) -> int:
    if isinstance(outcome, Lent):
        return outcome.fee
    asked = outcome.refusal is Refusal.FEE_NOT_ACKNOWLEDGED
    return outcome.detail if asked and isinstance(outcome.detail, int) else 0


def _due(outcome: Lent | Refused) -> str:
    return "" if isinstance(outcome, Refused) else write_date(wire_date(outcome.due.at))
