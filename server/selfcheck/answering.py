"""One request of a terminal that is known, to one answer, in one transaction."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy.orm import Session

from server.circulation.desk import LendingDesk
from server.circulation.refusals import Language
from server.circulation.values import Counter
from server.config import LibrarySection
from server.selfcheck.border import number_from_wire, wire_date, wire_text
from server.selfcheck.kept import Kept, find_kept, fingerprint, forget, keep
from server.selfcheck.loan_answers import LoanAnswers
from server.selfcheck.offline_answers import OfflineAnswers, is_told
from server.selfcheck.query_answers import QueryAnswers
from sip2.codec import Received
from sip2.layout import Message, Response
from sip2.messages import (
    AcsStatus,
    BlockPatronRequest,
    CheckinRequest,
    CheckoutRequest,
    CheckoutResponse,
    EndPatronSessionRequest,
    FeePaidRequest,
    HoldRequest,
    ItemInformationRequest,
    ItemStatusUpdateRequest,
    PatronEnableRequest,
    PatronInformationRequest,
    PatronStatusRequest,
    RenewAllRequest,
    RenewRequest,
    RenewResponse,
)

_SUPPORTED = "YYYNYYYYYNYNNNYN"
"""BX in its fixed order: 23 11 09 01 99 97 93 63 35 37 17 19 25 15 29 65."""
_TENTHS = 10
REFUSAL_STANDS: Final = timedelta(minutes=10)
"""How long a refusal answers the same message again: much longer than a terminal repeats what it got no answer to."""


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks, and in which language the reader is to be answered."""

    counter: Counter
    language: Language


def changes_something(request: Message) -> bool:
    """Say whether the request may change the store, so that its answer must be kept."""
    return isinstance(request, CheckoutRequest | CheckinRequest | RenewRequest) or is_told(request)


class Answering:
    """The whole of SIP2's questions; has no state of its own."""

    def __init__(self, desk: LendingDesk, library: LibrarySection, answer_s: float) -> None:
        self._desk = desk
        self._library = library
        self._timeout = min(round(answer_s * _TENTHS), 998)
        self._loans = LoanAnswers(desk, library.code)
        self._queries = QueryAnswers(desk, library.code)
        self._offline = OfflineAnswers(desk, library.code)

    def answer_once(self, session: Session, asking: Asking, received: Received) -> Response | None:
        """Answer a request that changes something: by what was kept for it, else by doing it and keeping the answer.

        What was kept for a loan or a renewal answers only as long as it is true: a book must not leave without a loan.
        """
        if is_told(received.message):
            return self._offline.answer(session, asking.counter, received.message)
        terminal_id, message_hash = asking.counter.terminal_id, fingerprint(received.body)
        kept = find_kept(session, terminal_id, message_hash)
        if kept is not None:
            if self._still_stands(session, asking.counter, received.message, kept):
                return kept.answer
            forget(session, terminal_id, message_hash)
        answer = self.answer(session, asking, received.message)
        if answer is not None:
            keep(session, terminal_id, message_hash, answer, self._desk.now())
        return answer

    def _still_stands(self, session: Session, counter: Counter, request: Message, kept: Kept) -> bool:
        match request, kept.answer:
            case (CheckoutRequest() | RenewRequest(), CheckoutResponse(ok=True) | RenewResponse(ok=True)):
                return self._desk.has_on_loan(
                    session,
                    counter,
                    number_from_wire(request.patron_id),
                    item_number=number_from_wire(request.item_id) if request.item_id else None,
                    title=request.title if isinstance(request, RenewRequest) else None,
                )
            case (CheckoutRequest() | RenewRequest(), _):
                return abs(self._desk.now() - kept.at) < REFUSAL_STANDS
            case _:
                return True

    def answer(self, session: Session, asking: Asking, request: Message) -> Response | None:  # noqa: C901, PLR0911, PLR0912 - one flat table of all messages reads better than a nested one
        """Answer from the store as it is now; ``None`` for what is no question to the store."""
        counter, language = asking.counter, asking.language
        match request:
            case CheckoutRequest():
                return self._loans.checkout(session, counter, request, language)
            case CheckinRequest():
                return self._loans.checkin(session, counter, request, language)
            case RenewRequest():
                return self._loans.renew(session, counter, request, language)
            case PatronInformationRequest():
                return self._queries.patron_information(session, counter, request, language)
            case PatronStatusRequest():
                return self._queries.patron_status(session, counter, request, language)
            case ItemInformationRequest():
                return self._queries.item_information(session, counter, request, language)
            case BlockPatronRequest():
                return self._queries.block_patron(session, counter, request, language)
            case PatronEnableRequest():
                return self._queries.enable_patron(session, counter, request, language)
            case ItemStatusUpdateRequest():
                return self._queries.item_status_update(session, counter, request, language)
            case EndPatronSessionRequest():
                return self._queries.end_session(request)
            case RenewAllRequest():
                return self._loans.renew_all(language)
            case HoldRequest():
                return self._loans.hold(request, language)
            case FeePaidRequest():
                return self._loans.fee_paid(request, language)
            case _:
                return None

    def status(self, counter: Counter | None) -> AcsStatus:
        """Answer 99; a line that has not logged in may do nothing yet."""
        may = counter is not None
        return AcsStatus(
            online_status=True,
            checkin_ok=may,
            checkout_ok=may,
            acs_renewal_policy=may,
            status_update_ok=False,
            offline_ok=False,
            timeout_period=self._timeout,
            retries_allowed=3,
            date_time_sync=wire_date(self._desk.now()),
            protocol_version="2.00",
            institution_id=self._library.code,
            supported_messages=_SUPPORTED,
            library_name=wire_text(self._library.name),
            terminal_location=None if counter is None else wire_text(counter.place_name),
        )
