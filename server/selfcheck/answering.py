"""One request of a terminal that is known, to one answer, in one transaction."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy.orm import Session

from library.lending.refusals import Refusal
from server.circulation.desk import LendingDesk
from server.circulation.refusals import Language, Refused
from server.circulation.transactions import find_done, note_done
from server.circulation.values import Counter, Paid
from server.config import LibrarySection
from server.selfcheck.border import number_from_wire, wire_date, wire_text
from server.selfcheck.fee_answers import FeeAnswers
from server.selfcheck.hold_answers import CANCEL, HoldAnswers
from server.selfcheck.item_answers import ItemAnswers
from server.selfcheck.kept import Kept, find_kept, fingerprint, forget, keep
from server.selfcheck.loan_answers import LoanAnswers
from server.selfcheck.offline_answers import OfflineAnswers, is_told
from server.selfcheck.order_answers import OrderAnswers
from server.selfcheck.patron_answers import PatronAnswers
from server.selfcheck.transactions import (
    TRANSACTION_FIELD,
    Told,
    kept_answer,
    subject_of,
    to_keep,
    transaction_of,
    with_transaction,
)
from server.store.account_models import DoneTransaction
from sip2.codec import Received
from sip2.layout import Message, Request, Response
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

_SUPPORTED = "YYYYYYYYYYYYYYYY"
"""BX in its fixed order: 23 11 09 01 99 97 93 63 35 37 17 19 25 15 29 65."""
_TENTHS = 10
REFUSAL_STANDS: Final = timedelta(minutes=10)
"""How long a refusal answers the same message again: much longer than a terminal repeats what it got no answer to."""
_KEPT = (CheckoutRequest, CheckinRequest, RenewRequest, RenewAllRequest, HoldRequest, FeePaidRequest)
"""What must not be done again when its message comes again; the other changes are the same done twice."""


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks, and in which language the reader is to be answered."""

    counter: Counter
    language: Language


def changes_something(request: Message) -> bool:
    """Say whether the request may change the store."""
    return isinstance(request, Request) and request.changes


class Answering:
    """The whole of SIP2's questions; has no state of its own."""

    def __init__(
        self, desk: LendingDesk, library: LibrarySection, answer_s: float, *, sends_mail: bool = False
    ) -> None:
        self._desk = desk
        self._library = library
        self._timeout = min(round(answer_s * _TENTHS), 998)
        self._loans = LoanAnswers(desk, library.code)
        self._holds = HoldAnswers(desk, library.code)
        self._fees = FeeAnswers(desk, library.code)
        self._patrons = PatronAnswers(desk, library.code, sends_mail=sends_mail)
        self._items = ItemAnswers(desk, library.code)
        self._orders = OrderAnswers(desk, self._patrons)
        self._offline = OfflineAnswers(desk, library.code)

    def answer_once(self, session: Session, asking: Asking, received: Received) -> Response | None:
        """Answer a request that changes something, and change it once.

        A transaction of our own kiosks is known by its number; any other message by its text: by what was kept for it,
        else by doing it and keeping the answer. What was granted answers again only as long as it is true: a book must
        not leave without a loan.
        """
        request = received.message
        if is_told(request):
            return self._told_late(session, asking, request)
        transaction_id = transaction_of(request)
        if transaction_id is not None:
            return with_transaction(self._transact(session, asking, request, transaction_id), transaction_id)
        if not isinstance(request, _KEPT):
            return self.answer(session, asking, request)
        terminal_id, message_hash = asking.counter.terminal_id, fingerprint(received.body)
        kept = find_kept(session, terminal_id, message_hash)
        if kept is not None:
            if self._still_stands(session, asking.counter, request, kept):
                return kept.answer
            forget(session, terminal_id, message_hash)
        answer = self._change(session, asking, request).answer
        keep(session, terminal_id, message_hash, answer, self._desk.now())
        return answer

    def _told_late(self, session: Session, asking: Asking, request: Message) -> Response | None:
        """Answer what a kiosk tells of its time without a line."""
        answer = self._offline.answer(session, asking.counter, request)
        transaction_id = request.extension(TRANSACTION_FIELD)
        return answer if answer is None or transaction_id is None else with_transaction(answer, transaction_id)

    def _transact(self, session: Session, asking: Asking, request: Message, transaction_id: str) -> Response:
        terminal_id, subject = asking.counter.terminal_id, subject_of(request)
        done = find_done(session, terminal_id, transaction_id)
        if done is not None:
            if done.subject != subject:  # the number of another transaction
                return self._deny(asking, request, Refused(Refusal.OTHER))
            return self._again(session, asking, request, done)
        told = self._change(session, asking, request)
        if told.done:
            note_done(
                session,
                DoneTransaction(
                    terminal_id=terminal_id,
                    transaction_id=transaction_id,
                    subject=subject,
                    answer=to_keep(told.answer),
                    at=self._desk.now(),
                    loan_id=told.loan_id,
                    hold_id=told.hold_id,
                ),
            )
        return told.answer

    def _again(self, session: Session, asking: Asking, request: Message, done: DoneTransaction) -> Response:
        """Tell again what was done: in the first words where they are known and still true."""
        kept, language = kept_answer(done.answer), asking.language
        match request:
            case CheckoutRequest() | RenewRequest():
                return self._loan_again(session, asking, request, done)
            case CheckinRequest():
                back = self._desk.seen_back(session, asking.counter, number_from_wire(request.item_id))
                return kept or self._loans.tell_checkin(request, back, language)
            case HoldRequest() if request.hold_mode != CANCEL:
                standing = self._desk.reservations.as_it_stands(session, done.hold_id or 0)
                return self._holds.tell_hold(request, standing or Refused(Refusal.HOLD_UNKNOWN), language)
            case HoldRequest():
                ended = self._desk.reservations.as_it_ended(session, done.hold_id or 0)
                return kept or self._holds.tell_hold(request, ended, language)
            case FeePaidRequest():
                return kept or self._fees.tell_paid(request, Paid(0, 0, 0), language)
            case _:
                raise TypeError(type(request))

    def _loan_again(
        self, session: Session, asking: Asking, request: CheckoutRequest | RenewRequest, done: DoneTransaction
    ) -> Response:
        kept, counter = kept_answer(done.answer), asking.counter
        stands = self._desk.loan_as_it_stands(session, done.loan_id or 0)
        if stands is None:
            card, item = number_from_wire(request.patron_id), number_from_wire(request.item_id)
            return self._deny(asking, request, self._desk.why_not(session, counter, card, item))
        if isinstance(request, CheckoutRequest):
            now = self._loans.tell_checkout(request, stands, asking.language)
            return kept if isinstance(kept, CheckoutResponse) and kept.due_date == now.due_date else now
        renewed = self._loans.tell_renew(request, stands, asking.language)
        return kept if isinstance(kept, RenewResponse) and kept.due_date == renewed.due_date else renewed

    def _deny(self, asking: Asking, request: Message, refused: Refused) -> Response:
        language = asking.language
        match request:
            case CheckoutRequest():
                return self._loans.tell_checkout(request, refused, language)
            case RenewRequest():
                return self._loans.tell_renew(request, refused, language)
            case CheckinRequest():
                return self._loans.tell_checkin(request, refused, language)
            case HoldRequest():
                return self._holds.tell_hold(request, refused, language)
            case FeePaidRequest():
                return self._fees.tell_paid(request, refused, language)
            case _:
                raise TypeError(type(request))

    def _change(self, session: Session, asking: Asking, request: Message) -> Told:
        counter, language = asking.counter, asking.language
        match request:
            case CheckoutRequest():
                return self._loans.checkout(session, counter, request, language)
            case CheckinRequest():
                return self._loans.checkin(session, counter, request, language)
            case RenewRequest():
                return self._loans.renew(session, counter, request, language)
            case RenewAllRequest():
                return self._loans.renew_all(session, counter, request, language)
            case HoldRequest():
                return self._holds.hold(session, counter, request, language)
            case FeePaidRequest():
                return self._fees.fee_paid(session, counter, request, language)
            case _:
                raise TypeError(type(request))

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
            case (CheckoutRequest() | RenewRequest() | HoldRequest(), _):
                return abs(self._desk.now() - kept.at) < REFUSAL_STANDS
            case _:
                return True

    def answer(self, session: Session, asking: Asking, request: Message) -> Response | None:  # noqa: PLR0911 - one flat table of all messages reads better than a nested one
        """Answer from the store as it is now; ``None`` for what is no question to the store."""
        counter, language = asking.counter, asking.language
        match request:
            case _ if isinstance(request, _KEPT):
                return self._change(session, asking, request).answer
            case PatronInformationRequest():
                return self._patrons.patron_information(session, counter, request, language)
            case PatronStatusRequest():
                return self._patrons.patron_status(session, counter, request, language)
            case ItemInformationRequest():
                return self._items.item_information(session, counter, request, language)
            case BlockPatronRequest():
                return self._orders.block_patron(session, counter, request, language)
            case PatronEnableRequest():
                return self._orders.enable_patron(session, counter, request, language)
            case ItemStatusUpdateRequest():
                return self._orders.item_status_update(session, counter, request, language)
            case EndPatronSessionRequest():
                return self._patrons.end_session(request)
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
            status_update_ok=may,
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
