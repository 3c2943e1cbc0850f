"""Answers to what a terminal wants to know (23, 63, 17, 35), and to the orders that this server does not take yet."""

from sqlalchemy.orm import Session

from library.lending.refusals import Refusal
from server.circulation.desk import LendingDesk
from server.circulation.refusals import CONSEQUENCES, Language, Refused
from server.circulation.values import Counter, ItemAccount, PatronAccount, PatronLoan, PinCheck
from server.selfcheck.border import number_from_wire, refusal_extension, refusal_words, wire_date, wire_text
from server.store.models import CopyStatus
from sip2.dates import write_date
from sip2.fields import CirculationStatus, PatronFlag, Summary
from sip2.messages import (
    BlockPatronRequest,
    EndPatronSessionRequest,
    EndSessionResponse,
    ItemInformationRequest,
    ItemInformationResponse,
    ItemStatusUpdateRequest,
    ItemStatusUpdateResponse,
    PatronEnableRequest,
    PatronEnableResponse,
    PatronInformationRequest,
    PatronInformationResponse,
    PatronStatusRequest,
    PatronStatusResponse,
)

LONGEST_LIST = 200
"""Items in one 64 without BQ; more would leave the 8,192 bytes that SIP2 gives a message (DevGuide 6.2) far behind."""

_UNKNOWN_MARKER = "00"
_NO_FEE = "01"
_UNKNOWN_LANGUAGE = "000"
_STANDING = {
    CopyStatus.SHELF: CirculationStatus.AVAILABLE,
    CopyStatus.IN_PROCESS: CirculationStatus.IN_PROCESS,
    CopyStatus.LOST: CirculationStatus.LOST,
    CopyStatus.MISSING: CirculationStatus.MISSING,
}


class QueryAnswers:
    """Stateless; every method works inside the caller's transaction and changes nothing."""

    def __init__(self, desk: LendingDesk, institution: str) -> None:
        self._desk = desk
        self._institution = institution

    def patron_information(
        self, session: Session, counter: Counter, request: PatronInformationRequest, language: Language
    ) -> PatronInformationResponse:
        """Answer 63, with the list whose Y comes first, from BP to BQ counted from 1."""
        outcome = self._desk.patron(session, counter, number_from_wire(request.patron_id), request.patron_password)
        account = outcome if isinstance(outcome, PatronAccount) else None
        loans = () if account is None else account.loans
        overdue = tuple(loan for loan in loans if loan.overdue)
        return PatronInformationResponse(
            patron_status=_flags(outcome),
            language=request.language,
            transaction_date=wire_date(self._desk.now()),
            hold_items_count=0,
            overdue_items_count=len(overdue),
            charged_items_count=len(loans),
            fine_items_count=0,
            recall_items_count=0,
            unavailable_holds_count=0,
            institution_id=self._institution,
            patron_id=wire_text(request.patron_id),
            personal_name="" if account is None else wire_text(account.name),
            charged_items_limit=None if account is None else str(account.limits.loans),
            valid_patron=_yes(account is not None),
            valid_patron_password=_pin_verdict(account),
            overdue_items=_page(overdue, request) if request.summary is Summary.OVERDUE else (),
            charged_items=_page(loans, request) if request.summary is Summary.CHARGED else (),
            screen_messages=refusal_words(outcome.refusal, language),
            extensions=refusal_extension(outcome.refusal),
        )

    def patron_status(
        self, session: Session, counter: Counter, request: PatronStatusRequest, language: Language
    ) -> PatronStatusResponse:
        """Answer 23."""
        outcome = self._desk.patron(session, counter, number_from_wire(request.patron_id), request.patron_password)
        return self._status(outcome, request.patron_id, request.language, outcome.refusal, language)

    def block_patron(
        self, session: Session, counter: Counter, request: BlockPatronRequest, language: Language
    ) -> PatronStatusResponse:
        """Answer 01: the card stays as it is, and the answer says how that is."""
        outcome = self._desk.patron(session, counter, number_from_wire(request.patron_id))
        return self._status(outcome, request.patron_id, _UNKNOWN_LANGUAGE, Refusal.OTHER, language)

    def enable_patron(
        self, session: Session, counter: Counter, request: PatronEnableRequest, language: Language
    ) -> PatronEnableResponse:
        """Answer 25: the card stays as it is, and the answer says how that is."""
        outcome = self._desk.patron(session, counter, number_from_wire(request.patron_id), request.patron_password)
        account = outcome if isinstance(outcome, PatronAccount) else None
        return PatronEnableResponse(
            patron_status=_flags(outcome),
            language=_UNKNOWN_LANGUAGE,
            transaction_date=wire_date(self._desk.now()),
            institution_id=self._institution,
            patron_id=wire_text(request.patron_id),
            personal_name="" if account is None else wire_text(account.name),
            valid_patron=_yes(account is not None),
            valid_patron_password=_pin_verdict(account),
            screen_messages=refusal_words(Refusal.OTHER, language),
            extensions=refusal_extension(Refusal.OTHER),
        )

    def item_information(
        self, session: Session, counter: Counter, request: ItemInformationRequest, language: Language
    ) -> ItemInformationResponse:
        """Answer 17; who has an item is not told."""
        outcome = self._desk.item(session, counter, number_from_wire(request.item_id))
        if isinstance(outcome, Refused):
            return ItemInformationResponse(
                circulation_status=CirculationStatus.OTHER,
                security_marker=_UNKNOWN_MARKER,
                fee_type=_NO_FEE,
                transaction_date=wire_date(self._desk.now()),
                item_id=wire_text(request.item_id),
                title="",
                screen_messages=refusal_words(outcome.refusal, language),
                extensions=refusal_extension(outcome.refusal),
            )
        return ItemInformationResponse(
            circulation_status=_standing(outcome),
            security_marker=_UNKNOWN_MARKER,
            fee_type=_NO_FEE,
            transaction_date=wire_date(self._desk.now()),
            item_id=wire_text(request.item_id),
            title=wire_text(outcome.copy.record.title),
            hold_queue_length="0",
            due_date=None if outcome.due is None else write_date(wire_date(outcome.due)),
            owner=self._institution,
            media_type="001",
            permanent_location=wire_text(outcome.copy.place.name),
        )

    def item_status_update(
        self, session: Session, counter: Counter, request: ItemStatusUpdateRequest, language: Language
    ) -> ItemStatusUpdateResponse:
        """Answer 19: the properties are not kept."""
        outcome = self._desk.item(session, counter, number_from_wire(request.item_id))
        refusal = outcome.refusal if isinstance(outcome, Refused) else Refusal.OTHER
        return ItemStatusUpdateResponse(
            item_properties_ok=False,
            transaction_date=wire_date(self._desk.now()),
            item_id=wire_text(request.item_id),
            title=None if isinstance(outcome, Refused) else wire_text(outcome.copy.record.title),
            screen_messages=refusal_words(refusal, language),
            extensions=refusal_extension(refusal),
        )

    def end_session(self, request: EndPatronSessionRequest) -> EndSessionResponse:
        """Answer 35: yes; nothing of a patron is remembered between messages but the language of the words."""
        return EndSessionResponse(
            end_session=True,
            transaction_date=wire_date(self._desk.now()),
            institution_id=self._institution,
            patron_id=wire_text(request.patron_id),
        )

    def _status(
        self,
        outcome: PatronAccount | Refused,
        patron_id: str,
        language_code: str,
        refusal: Refusal | None,
        language: Language,
    ) -> PatronStatusResponse:
        account = outcome if isinstance(outcome, PatronAccount) else None
        return PatronStatusResponse(
            patron_status=_flags(outcome),
            language=language_code,
            transaction_date=wire_date(self._desk.now()),
            institution_id=self._institution,
            patron_id=wire_text(patron_id),
            personal_name="" if account is None else wire_text(account.name),
            valid_patron=_yes(account is not None),
            valid_patron_password=_pin_verdict(account),
            screen_messages=refusal_words(refusal, language),
            extensions=refusal_extension(refusal),
        )


def _flags(outcome: PatronAccount | Refused) -> frozenset[PatronFlag]:
    flags = frozenset[PatronFlag]() if outcome.refusal is None else CONSEQUENCES[outcome.refusal].patron_flags
    if isinstance(outcome, Refused) or outcome.refusal is Refusal.WRONG_PIN:
        return flags
    if outcome.card_lost:
        flags |= {PatronFlag.CARD_LOST}
    if len(outcome.loans) >= outcome.limits.loans:
        flags |= CONSEQUENCES[Refusal.PATRON_LIMIT_REACHED].patron_flags
    return flags


def _pin_verdict(account: PatronAccount | None) -> str | None:
    """CQ only after a check: an empty PIN must never read as a right one."""
    if account is None or account.pin is PinCheck.NOT_GIVEN:
        return None
    return _yes(account.pin is PinCheck.RIGHT)


def _yes(truth: bool) -> str:  # noqa: FBT001 - the value of a SIP2 flag
    return "Y" if truth else "N"


def _page(loans: tuple[PatronLoan, ...], request: PatronInformationRequest) -> tuple[str, ...]:
    first = _place(request.start_item) or 1
    last = _place(request.end_item) or first + LONGEST_LIST - 1
    return tuple(wire_text(loan.item_number) for loan in loans[first - 1 : min(last, first + LONGEST_LIST - 1)])


def _place(text: str | None) -> int | None:
    text = (text or "").strip()
    return int(text) or None if text.isascii() and text.isdigit() and len(text) < len("10000000") else None


def _standing(account: ItemAccount) -> CirculationStatus:
    if account.due is not None:
        return CirculationStatus.CHARGED
    return _STANDING.get(account.copy.status, CirculationStatus.OTHER)
