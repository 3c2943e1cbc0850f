"""Answers to 23, 63 and 35: what is told of a patron."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from library.lending.refusals import Refusal
from server.circulation.desk import LendingDesk
from server.circulation.fee_words import fee_words
from server.circulation.refusals import CONSEQUENCES, Language, Refused
from server.circulation.values import Counter, PatronAccount, PinCheck
from server.patrons.addresses import address_of
from server.patrons.register import find_card
from server.selfcheck.border import CURRENCY, number_from_wire, refusal_extension, refusal_words, wire_date, wire_text
from sip2.fields import PatronFlag, Summary
from sip2.messages import (
    EndPatronSessionRequest,
    EndSessionResponse,
    PatronInformationRequest,
    PatronInformationResponse,
    PatronStatusRequest,
    PatronStatusResponse,
)

LONGEST_LIST = 200
"""Items in one 64 at most."""
LIST_BYTES = 6000
"""Bytes (UTF-8) of the list in one 64: of the 8,192 that SIP2 gives a message (DevGuide 6.2) the rest is for its words.

A list that is longer ends earlier, and the next page begins where this one ended.
"""
_AROUND_A_VALUE = len("AV|")
EXPIRY_FIELD = "PA"
"""The last good day of the card, YYYYMMDD; of no specification, but Koha and Evergreen send it like this."""
MAIL_FIELD = "XE"
"""Y: our server knows an e-mail address of this reader, and takes receipts for it."""

_NOTHING = PatronAccount("", "", None, card_lost=False, pin=PinCheck.NOT_GIVEN)
_NO_PIN_NO_WORD = frozenset({PinCheck.WRONG, PinCheck.LOCKED})


class PatronAnswers:
    """Stateless; every method works inside the caller's transaction and changes nothing."""

    def __init__(self, desk: LendingDesk, institution: str, *, sends_mail: bool = False) -> None:
        self._desk = desk
        self._institution = institution
        self._sends_mail = sends_mail

    def patron_information(
        self, session: Session, counter: Counter, request: PatronInformationRequest, language: Language
    ) -> PatronInformationResponse:
        """Answer 63, with the list whose Y comes first, from BP to BQ counted from 1."""
        outcome = self._desk.patron(session, counter, number_from_wire(request.patron_id), request.patron_password)
        account = outcome if isinstance(outcome, PatronAccount) else _NOTHING
        tells = isinstance(outcome, PatronAccount) and outcome.pin not in _NO_PIN_NO_WORD
        lists = _lists(account, language)
        limits = account.limits

        def page(summary: Summary) -> tuple[str, ...]:
            return _page(lists[summary], request) if request.summary is summary else ()

        return PatronInformationResponse(
            patron_status=_flags(outcome),
            language=request.language,
            transaction_date=wire_date(self._desk.now()),
            hold_items_count=len(lists[Summary.HOLDS]),
            overdue_items_count=len(account.overdue),
            charged_items_count=len(account.loans),
            fine_items_count=len(account.fees),
            recall_items_count=0,
            unavailable_holds_count=len(lists[Summary.UNAVAILABLE_HOLDS]),
            institution_id=self._institution,
            patron_id=wire_text(request.patron_id),
            personal_name=wire_text(account.name),
            hold_items_limit=str(limits.holds) if tells else None,
            overdue_items_limit=None if limits.overdue is None else str(limits.overdue),
            charged_items_limit=str(limits.loans) if tells else None,
            valid_patron=yes(isinstance(outcome, PatronAccount)),
            valid_patron_password=_pin_verdict(outcome),
            currency=CURRENCY if tells else None,
            fee_amount=str(account.owed) if tells else None,
            fee_limit=None if limits.fees is None else str(limits.fees),
            hold_items=page(Summary.HOLDS),
            overdue_items=page(Summary.OVERDUE),
            charged_items=page(Summary.CHARGED),
            fine_items=page(Summary.FINES),
            unavailable_hold_items=page(Summary.UNAVAILABLE_HOLDS),
            screen_messages=_words(outcome, language),
            extensions=(
                *refusal_extension(outcome.refusal),
                *_expiry(outcome),
                *(self._mail(session, counter, request.patron_id) if tells else ()),
            ),
        )

    def patron_status(
        self, session: Session, counter: Counter, request: PatronStatusRequest, language: Language
    ) -> PatronStatusResponse:
        """Answer 23."""
        outcome = self._desk.patron(session, counter, number_from_wire(request.patron_id), request.patron_password)
        return self.tell_status(outcome, request.patron_id, request.language, language)

    def end_session(self, request: EndPatronSessionRequest) -> EndSessionResponse:
        """Answer 35: yes; nothing of a patron is remembered between messages but the language of the words."""
        return EndSessionResponse(
            end_session=True,
            transaction_date=wire_date(self._desk.now()),
            institution_id=self._institution,
            patron_id=wire_text(request.patron_id),
        )

    def _mail(self, session: Session, counter: Counter, patron_id: str) -> tuple[tuple[str, str], ...]:
        """Say whether receipts can be sent to this reader; never where."""
        card = find_card(session, counter.organisation_id, number_from_wire(patron_id)) if self._sends_mail else None
        there = card is not None and address_of(session, card.patron_id) is not None
        return ((MAIL_FIELD, "Y"),) if there else ()

    def tell_status(
        self, outcome: PatronAccount | Refused, patron_id: str, language_code: str, language: Language
    ) -> PatronStatusResponse:
        """Make a 24."""
        account = outcome if isinstance(outcome, PatronAccount) else None
        tells = account is not None and account.pin not in _NO_PIN_NO_WORD
        return PatronStatusResponse(
            patron_status=_flags(outcome),
            language=language_code,
            transaction_date=wire_date(self._desk.now()),
            institution_id=self._institution,
            patron_id=wire_text(patron_id),
            personal_name="" if account is None else wire_text(account.name),
            valid_patron=yes(account is not None),
            valid_patron_password=_pin_verdict(outcome),
            currency=CURRENCY if tells else None,
            fee_amount=str(account.owed) if account is not None and tells else None,
            screen_messages=_words(outcome, language),
            extensions=(*refusal_extension(outcome.refusal), *_expiry(outcome)),
        )


def yes(truth: bool) -> str:  # noqa: FBT001 - the value of a SIP2 flag
    """Write a flag."""
    return "Y" if truth else "N"


def _lists(account: PatronAccount, language: Language) -> dict[Summary, list[str]]:
    return {
        Summary.HOLDS: [hold.item_number for hold in account.holds if hold.ready],
        Summary.OVERDUE: [loan.item_number for loan in account.overdue],
        Summary.CHARGED: [loan.item_number for loan in account.loans],
        Summary.FINES: [fee_words(fee, language) for fee in account.fees],
        Summary.RECALLS: [],
        Summary.UNAVAILABLE_HOLDS: [hold.item_number for hold in account.holds if not hold.ready],
    }


def _words(outcome: PatronAccount | Refused, language: Language) -> tuple[str, ...]:
    """Say why the card is no good, else what keeps a good one from borrowing; that all is lent is told by a flag."""
    if isinstance(outcome, Refused) or outcome.refusal is not None:
        return refusal_words(outcome.refusal, language)
    if outcome.no_loans is Refusal.PATRON_LIMIT_REACHED:
        return ()
    return refusal_words(outcome.no_loans, language, outcome.no_loans_detail)


def _flags(outcome: PatronAccount | Refused) -> frozenset[PatronFlag]:
    flags = frozenset[PatronFlag]() if outcome.refusal is None else CONSEQUENCES[outcome.refusal].patron_flags
    if isinstance(outcome, Refused) or outcome.pin in _NO_PIN_NO_WORD:
        return flags
    if outcome.card_lost:
        flags |= {PatronFlag.CARD_LOST}
    if outcome.no_loans is not None:
        flags |= CONSEQUENCES[outcome.no_loans].patron_flags
    if len(outcome.loans) >= outcome.limits.loans:
        flags |= CONSEQUENCES[Refusal.PATRON_LIMIT_REACHED].patron_flags
    if len(outcome.holds) >= outcome.limits.holds:
        flags |= {PatronFlag.HOLD_DENIED}
    return flags


def _pin_verdict(outcome: PatronAccount | Refused) -> str | None:
    """CQ only after a check: an empty PIN must never read as a right one."""
    if isinstance(outcome, Refused) or outcome.pin is PinCheck.NOT_GIVEN:
        return None
    return yes(outcome.pin is PinCheck.RIGHT)


def _expiry(outcome: PatronAccount | Refused) -> tuple[tuple[str, str], ...]:
    if isinstance(outcome, Refused) or outcome.expires is None:
        return ()
    return ((EXPIRY_FIELD, f"{outcome.expires:%Y%m%d}"),)


def _page(values: Sequence[str], request: PatronInformationRequest) -> tuple[str, ...]:
    first = _place(request.start_item) or 1
    last = _place(request.end_item) or first + LONGEST_LIST - 1
    told: list[str] = []
    size = 0
    for value in values[first - 1 : min(last, first + LONGEST_LIST - 1)]:
        text = wire_text(value)
        size += len(text.encode()) + _AROUND_A_VALUE
        if told and size > LIST_BYTES:
            break
        told.append(text)
    return tuple(told)


def _place(text: str | None) -> int | None:
    text = (text or "").strip()
    return int(text) or None if text.isascii() and text.isdigit() and len(text) < len("10000000") else None
