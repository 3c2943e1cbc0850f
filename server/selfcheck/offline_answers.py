"""Answers to what a kiosk tells of its time alone: 11 and 09 with ``no block`` and a transaction id, 19 with XA."""

from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from library.lending.offline_events import Outcome, clock_of, is_transaction_id, journal_number_of
from library.lending.overrides import read_staff_id
from server.circulation.desk import LendingDesk
from server.circulation.offline import Became, OfflineDesk, Told
from server.circulation.offline_matters import BY_THE_KIOSK, Case, note_matter, open_alarms, settle
from server.circulation.values import Counter
from server.selfcheck.border import number_from_wire, wire_date, wire_text
from server.selfcheck.transactions import TRANSACTION_FIELD
from server.store.offline_models import EventKind, MatterKind
from sip2.dates import write_date
from sip2.layout import Message, Response
from sip2.messages import (
    CheckinRequest,
    CheckinResponse,
    CheckoutRequest,
    CheckoutResponse,
    ItemStatusUpdateRequest,
    ItemStatusUpdateResponse,
)

CLOCK_FIELD: Final = "XC"
JOURNAL_FIELD: Final = "XG"
OUTCOME_FIELD: Final = "XO"
ALARM_FIELD: Final = "XA"
STAFF_FIELD: Final = "XW"
_ALARM_ON, _ALARM_OFF = "on", "off"
_BOOK = "001"
_YEARS: Final = range(2020, 2200)
"""A clock that shows another one was never set."""


def is_told(request: Message) -> bool:
    """Say whether a request tells something that has happened already."""
    if not is_transaction_id(request.extension(TRANSACTION_FIELD) or ""):
        return False
    match request:
        case CheckoutRequest() | CheckinRequest():
            return request.no_block
        case ItemStatusUpdateRequest():
            return request.extension(ALARM_FIELD) in {_ALARM_ON, _ALARM_OFF}
        case _:
            return False


class OfflineAnswers:
    """Stateless; works inside the caller's transaction. A repeat is known by its transaction id: no answer is kept."""

    def __init__(self, desk: LendingDesk, institution: str) -> None:
        self._desk = desk
        self._offline = OfflineDesk(desk)
        self._institution = institution

    def answer(self, session: Session, counter: Counter, request: Message) -> Response | None:
        """Answer what :func:`is_told` is true of; ``None`` for anything else."""
        match request:
            case CheckoutRequest():
                return self._checkout(session, counter, request)
            case CheckinRequest():
                return self._checkin(session, counter, request)
            case ItemStatusUpdateRequest():
                return self._alarm(session, counter, request)
            case _:
                return None

    def _checkout(self, session: Session, counter: Counter, request: CheckoutRequest) -> CheckoutResponse:
        told = self._told(request, EventKind.LENT, request.item_id, request.transaction_date)
        became = self._offline.take_over(session, counter, told)
        return CheckoutResponse(
            ok=True,
            renewal_ok=became.outcome is Outcome.RENEWED,
            magnetic_media=False,
            desensitize=True,
            transaction_date=wire_date(self._desk.now()),
            institution_id=self._institution,
            patron_id=wire_text(request.patron_id),
            item_id=wire_text(request.item_id),
            title=_title(became),
            due_date="" if became.due is None else write_date(wire_date(became.due.at)),
            media_type=_BOOK,
            extensions=((OUTCOME_FIELD, became.outcome.value),),
        )

    def _checkin(self, session: Session, counter: Counter, request: CheckinRequest) -> CheckinResponse:
        told = self._told(request, EventKind.RETURNED, request.item_id, request.transaction_date or request.return_date)
        became = self._offline.take_over(session, counter, told)
        return CheckinResponse(
            ok=True,
            resensitize=True,
            magnetic_media=False,
            alert=False,
            transaction_date=wire_date(self._desk.now()),
            institution_id=self._institution,
            item_id=wire_text(request.item_id),
            permanent_location="" if became.copy is None else wire_text(became.copy.place.name),
            title=_title(became),
            media_type=_BOOK,
            extensions=((OUTCOME_FIELD, became.outcome.value),),
        )

    def _alarm(self, session: Session, counter: Counter, request: ItemStatusUpdateRequest) -> ItemStatusUpdateResponse:
        """Put an item on the list whose alarm is still on, and take it off when the kiosk has switched it off."""
        item, now = _number(request.item_id), self._desk.now()
        if request.extension(ALARM_FIELD) == _ALARM_OFF:
            settle(session, open_alarms(session, item), now, BY_THE_KIOSK)
        elif not open_alarms(session, item):
            event_id = request.extension(TRANSACTION_FIELD)
            case = Case(self._aware(request.transaction_date) or now, item, transaction_id=event_id)
            note_matter(session, counter, MatterKind.ALARM_ON, case, now)
        return ItemStatusUpdateResponse(
            item_properties_ok=True,
            transaction_date=wire_date(now),
            item_id=wire_text(request.item_id),
            extensions=((OUTCOME_FIELD, Outcome.APPLIED.value),),
        )

    def _told(
        self, request: CheckoutRequest | CheckinRequest, kind: EventKind, item_id: str, happened: datetime | None
    ) -> Told:
        lent = request if isinstance(request, CheckoutRequest) else None
        return Told(
            kind=kind,
            transaction_id=request.extension(TRANSACTION_FIELD) or "",
            item_number=_number(item_id),
            at=self._aware(happened),
            clock=clock_of(request.extension(CLOCK_FIELD)),
            journal_no=journal_number_of(request.extension(JOURNAL_FIELD)),
            card_number="" if lent is None else _number(lent.patron_id),
            promised=None if lent is None else self._aware(lent.nb_due_date),
            staff_id=read_staff_id(request.extension(STAFF_FIELD)),
        )

    def _aware(self, moment: datetime | None) -> datetime | None:
        if moment is None or moment.year not in _YEARS:
            return None
        return moment if moment.tzinfo is not None else moment.replace(tzinfo=self._desk.zone)


def _number(text: str) -> str:
    """Give a number as the store would know it; what can be none is kept for staff to look at."""
    return number_from_wire(text) or wire_text(text).strip()


def _title(became: Became) -> str:
    return "" if became.copy is None else wire_text(became.copy.record.title)
