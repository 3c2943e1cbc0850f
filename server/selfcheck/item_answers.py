"""Answers to 17: what is told of an item."""

from typing import Final

from sqlalchemy.orm import Session

from server.circulation.desk import LendingDesk
from server.circulation.refusals import Language, Refused
from server.circulation.values import Counter, ItemAccount
from server.selfcheck.border import (
    CURRENCY,
    end_of,
    number_from_wire,
    refusal_extension,
    refusal_words,
    wire_date,
    wire_text,
)
from server.store.account_models import HoldStage
from server.store.models import CopyStatus
from sip2.dates import write_date
from sip2.fields import CirculationStatus
from sip2.messages import ItemInformationRequest, ItemInformationResponse

PLACE_FIELD: Final = "XP"
"""Our own: the code of the place where the item is now; absent while it is on loan."""

_UNKNOWN_MARKER: Final = "00"
_NO_FEE: Final = "01"
_RENTAL: Final = "06"
_STANDING: Final = {
    CopyStatus.SHELF: CirculationStatus.AVAILABLE,
    CopyStatus.IN_PROCESS: CirculationStatus.IN_PROCESS,
    CopyStatus.LOST: CirculationStatus.LOST,
    CopyStatus.MISSING: CirculationStatus.MISSING,
}


class ItemAnswers:
    """Stateless; every method works inside the caller's transaction and changes nothing."""

    def __init__(self, desk: LendingDesk, institution: str) -> None:
        self._desk = desk
        self._institution = institution

    def item_information(
        self, session: Session, counter: Counter, request: ItemInformationRequest, language: Language
    ) -> ItemInformationResponse:
        """Answer 17; who has an item, and for whom it is kept, is not told."""
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
            security_marker=outcome.copy.security_marker or _UNKNOWN_MARKER,
            fee_type=_RENTAL if outcome.fee else _NO_FEE,
            transaction_date=wire_date(self._desk.now()),
            item_id=wire_text(request.item_id),
            title=wire_text(outcome.copy.record.title),
            hold_queue_length=str(outcome.waiting),
            due_date=None if outcome.due is None else write_date(wire_date(outcome.due)),
            hold_pickup_date=end_of(outcome.kept_until),
            owner=self._institution,
            currency=CURRENCY if outcome.fee else None,
            fee_amount=str(outcome.fee) if outcome.fee else None,
            media_type="001",
            permanent_location=wire_text(outcome.copy.place.name),
            current_location=wire_text(outcome.place_name) if outcome.place_name else None,
            extensions=((PLACE_FIELD, wire_text(outcome.place_code)),) if outcome.place_code else (),
        )


def _standing(account: ItemAccount) -> CirculationStatus:
    if account.due is not None:
        return CirculationStatus.CHARGED
    if account.kept_as is HoldStage.READY:
        return CirculationStatus.ON_HOLD_SHELF
    at_rest = _STANDING.get(account.copy.status, CirculationStatus.OTHER)
    if at_rest is CirculationStatus.AVAILABLE and (account.travels or account.kept_as is not None):
        return CirculationStatus.IN_TRANSIT
    return at_rest
