"""Answers to what a terminal wants to change: 11, 09, 29, and the changes that this server does not make yet."""

from sqlalchemy.orm import Session

from library.lending.refusals import Refusal
from server.circulation.desk import LendingDesk
from server.circulation.refusals import Language, Refused
from server.circulation.values import Counter, Lent, TakenBack
from server.selfcheck.border import number_from_wire, refusal_extension, refusal_words, wire_date, wire_text
from sip2.dates import write_date
from sip2.messages import (
    CheckinRequest,
    CheckinResponse,
    CheckoutRequest,
    CheckoutResponse,
    FeePaidRequest,
    FeePaidResponse,
    HoldRequest,
    HoldResponse,
    RenewAllResponse,
    RenewRequest,
    RenewResponse,
)

_BOOK = "001"
_TRANSFER = "04"
_OTHER_ALERT = "99"
_YES = "Y"


class LoanAnswers:
    """Stateless; every method works inside the caller's transaction.

    ``no block`` changes nothing here: loans made while the line was down are not taken over by SIP2; the 98 says so.
    """

    def __init__(self, desk: LendingDesk, institution: str) -> None:
        self._desk = desk
        self._institution = institution

    def checkout(
        self, session: Session, counter: Counter, request: CheckoutRequest, language: Language
    ) -> CheckoutResponse:
        """Answer 11; with BI=Y it undoes a return (DevGuide p. 17)."""
        card, item = number_from_wire(request.patron_id), number_from_wire(request.item_id)
        if request.cancel == _YES:
            outcome = self._desk.cancel_return(session, counter, card, item)
        else:
            outcome = self._desk.lend(session, counter, card, item, renew_own=request.sc_renewal_policy)
        refusal = outcome.refusal if isinstance(outcome, Refused) else None
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
            media_type=_BOOK,
            screen_messages=refusal_words(refusal, language),
            extensions=refusal_extension(refusal),
        )

    def renew(self, session: Session, counter: Counter, request: RenewRequest, language: Language) -> RenewResponse:
        """Answer 29; the item may be named by AB or by AJ."""
        outcome = self._desk.renew(
            session,
            counter,
            number_from_wire(request.patron_id),
            item_number=number_from_wire(request.item_id) if request.item_id else None,
            title=request.title,
        )
        refusal = outcome.refusal if isinstance(outcome, Refused) else None
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
            screen_messages=refusal_words(refusal, language),
            extensions=refusal_extension(refusal),
        )

    def checkin(
        self, session: Session, counter: Counter, request: CheckinRequest, language: Language
    ) -> CheckinResponse:
        """Answer 09; with BI=Y it undoes a loan. A book of another place asks for staff (alert, CV 04 transfer)."""
        item = number_from_wire(request.item_id)
        if request.cancel == _YES:
            outcome = self._desk.cancel_loan(session, counter, item)
        else:
            outcome = self._desk.take_back(session, counter, item)
        back = outcome if isinstance(outcome, TakenBack) else None
        refusal = outcome.refusal if isinstance(outcome, Refused) else None
        away = back is not None and not back.is_home
        not_on_loan = Refusal.ITEM_NOT_ON_LOAN if back is not None and not back.was_on_loan else None
        return CheckinResponse(
            ok=back is not None,
            resensitize=back is not None,
            magnetic_media=False,
            alert=away or back is None,
            transaction_date=wire_date(self._desk.now()),
            institution_id=self._institution,
            item_id=wire_text(request.item_id),
            permanent_location="" if back is None else wire_text(back.home_name),
            title=wire_text(outcome.title),
            media_type=_BOOK,
            call_number=wire_text(back.call_number) if back is not None and back.call_number else None,
            destination_location=wire_text(back.home_code) if back is not None and away else None,
            alert_type=_TRANSFER if away else _OTHER_ALERT if back is None else None,
            screen_messages=refusal_words(refusal or not_on_loan, language),
            extensions=refusal_extension(refusal),
        )

    def renew_all(self, language: Language) -> RenewAllResponse:
        """Answer 65: nothing is renewed."""
        return RenewAllResponse(
            ok=False,
            renewed_count=0,
            unrenewed_count=None,
            transaction_date=wire_date(self._desk.now()),
            institution_id=self._institution,
            screen_messages=refusal_words(Refusal.OTHER, language),
            extensions=refusal_extension(Refusal.OTHER),
        )

    def hold(self, request: HoldRequest, language: Language) -> HoldResponse:
        """Answer 15: no hold is made, changed or deleted."""
        return HoldResponse(
            ok=False,
            available=False,
            transaction_date=wire_date(self._desk.now()),
            institution_id=self._institution,
            patron_id=wire_text(request.patron_id),
            item_id=None if request.item_id is None else wire_text(request.item_id),
            screen_messages=refusal_words(Refusal.OTHER, language),
            extensions=refusal_extension(Refusal.OTHER),
        )

    def fee_paid(self, request: FeePaidRequest, language: Language) -> FeePaidResponse:
        """Answer 37: no payment is taken."""
        return FeePaidResponse(
            payment_accepted=False,
            transaction_date=wire_date(self._desk.now()),
            institution_id=self._institution,
            patron_id=wire_text(request.patron_id),
            screen_messages=refusal_words(Refusal.OTHER, language),
            extensions=refusal_extension(Refusal.OTHER),
        )


def _due(outcome: Lent | Refused) -> str:
    return "" if isinstance(outcome, Refused) else write_date(wire_date(outcome.due.at))
