"""Answers to 37: payments."""

import re
from typing import Final

from sqlalchemy.orm import Session

from library.lending.refusals import Refusal
from server.circulation.desk import LendingDesk
from server.circulation.fees import Money
from server.circulation.refusals import Language, Refused
from server.circulation.values import Counter, Paid
from server.selfcheck.border import CURRENCY, number_from_wire, refusal_extension, refusal_words, wire_date, wire_text
from server.selfcheck.transactions import Told, transaction_of
from sip2.messages import FeePaidRequest, FeePaidResponse

_AMOUNT: Final = re.compile(r"([0-9]{1,9})(?:\.0{1,2})?")
_REFERENCE: Final = re.compile(r"[!-~]{1,64}")


class FeeAnswers:
    """Stateless; every method works inside the caller's transaction."""

    def __init__(self, desk: LendingDesk, institution: str) -> None:
        self._desk = desk
        self._institution = institution

    def fee_paid(self, session: Session, counter: Counter, request: FeePaidRequest, language: Language) -> Told:
        """Answer 37; the same number (BK, else XT) is the same payment and is written down once."""
        card = number_from_wire(request.patron_id)
        wrong_pin = self._desk.pin_refusal(session, counter, card, request.patron_password)
        amount = _AMOUNT.fullmatch((request.fee_amount or "").strip())
        reference = (request.transaction_id or "").strip() or transaction_of(request)
        outcome: Paid | Refused
        if wrong_pin is not None:
            outcome = Refused(wrong_pin)
        elif request.currency != CURRENCY or amount is None or not _is_reference(reference):
            outcome = Refused(Refusal.PAYMENT_INVALID)
        else:
            money = Money(int(amount[1]), way=request.payment_type, reference=reference)
            outcome = self._desk.fees.take(session, counter, card, money)
        return Told(self.tell_paid(request, outcome, language), done=isinstance(outcome, Paid))

    def tell_paid(self, request: FeePaidRequest, outcome: Paid | Refused, language: Language) -> FeePaidResponse:
        """Make a 38."""
        refused = outcome if isinstance(outcome, Refused) else None
        refusal = None if refused is None else refused.refusal
        return FeePaidResponse(
            payment_accepted=refused is None,
            transaction_date=wire_date(self._desk.now()),
            institution_id=self._institution,
            patron_id=wire_text(request.patron_id),
            transaction_id=None if request.transaction_id is None else wire_text(request.transaction_id),
            screen_messages=refusal_words(refusal, language, None if refused is None else refused.detail),
            extensions=refusal_extension(refusal),
        )


def _is_reference(text: str | None) -> bool:
    return text is None or _REFERENCE.fullmatch(text) is not None
