"""Answers to 01, 25 and 19: what a terminal says about a card or an item."""

import re
from dataclasses import replace
from typing import Final

from sqlalchemy.orm import Session

from library.lending.refusals import Refusal
from server.circulation.desk import LendingDesk
from server.circulation.offline_matters import note_card
from server.circulation.refusals import Language, Refused
from server.circulation.values import Counter, PatronAccount
from server.selfcheck.border import number_from_wire, refusal_extension, refusal_words, wire_date, wire_text
from server.selfcheck.patron_answers import PatronAnswers
from sip2.messages import (
    BlockPatronRequest,
    ItemStatusUpdateRequest,
    ItemStatusUpdateResponse,
    PatronEnableRequest,
    PatronEnableResponse,
    PatronStatusResponse,
)

_MARKER: Final = re.compile(r"0[0-3]")
_UNKNOWN_LANGUAGE: Final = "000"


class OrderAnswers:
    """Stateless; every method works inside the caller's transaction. Doing one twice is doing it once."""

    def __init__(self, desk: LendingDesk, patrons: PatronAnswers) -> None:
        self._desk = desk
        self._patrons = patrons

    def block_patron(
        self, session: Session, counter: Counter, request: BlockPatronRequest, language: Language
    ) -> PatronStatusResponse:
        """Answer 01: the card is blocked until staff settle it or a 25 comes; AL is kept for staff."""
        card = number_from_wire(request.patron_id)
        words = wire_text(request.blocked_card_message or "")
        self._desk.cards.block(session, counter, card, retained=request.card_retained, words=words)
        note_card(session, counter, card, retained=request.card_retained, now=self._desk.now())
        outcome = self._desk.patron(session, counter, card)
        return self._patrons.tell_status(outcome, request.patron_id, _UNKNOWN_LANGUAGE, language)

    def enable_patron(
        self, session: Session, counter: Counter, request: PatronEnableRequest, language: Language
    ) -> PatronEnableResponse:
        """Answer 25: what a terminal blocked is lifted, what staff blocked is not; with a wrong PIN nothing is."""
        card = number_from_wire(request.patron_id)
        outcome = self._desk.patron(session, counter, card, request.patron_password)
        if isinstance(outcome, PatronAccount) and outcome.refusal is Refusal.PATRON_BLOCKED:
            self._desk.cards.enable(session, counter, card)
            freed = self._desk.patron(session, counter, card)
            outcome = freed if isinstance(freed, Refused) else replace(freed, pin=outcome.pin)
        status = self._patrons.tell_status(outcome, request.patron_id, _UNKNOWN_LANGUAGE, language)
        return PatronEnableResponse(
            patron_status=status.patron_status,
            language=status.language,
            transaction_date=status.transaction_date,
            institution_id=status.institution_id,
            patron_id=status.patron_id,
            personal_name=status.personal_name,
            valid_patron=status.valid_patron,
            valid_patron_password=status.valid_patron_password,
            screen_messages=status.screen_messages,
            extensions=status.extensions,
        )

    def item_status_update(
        self, session: Session, counter: Counter, request: ItemStatusUpdateRequest, language: Language
    ) -> ItemStatusUpdateResponse:
        """Answer 19: of an item's properties the security marker (00 to 03) is kept, and nothing else."""
        told = (request.item_properties or "").strip()
        marker = told if _MARKER.fullmatch(told) else None
        outcome = self._desk.items.mark(session, counter, number_from_wire(request.item_id), marker)
        refusal = outcome.refusal if isinstance(outcome, Refused) else None
        return ItemStatusUpdateResponse(
            item_properties_ok=refusal is None,
            transaction_date=wire_date(self._desk.now()),
            item_id=wire_text(request.item_id),
            title=wire_text(outcome.title) or None,
            item_properties=marker if refusal is None else None,
            screen_messages=refusal_words(refusal, language),
            extensions=refusal_extension(refusal),
        )
