"""A loan is made once, or known not to be, or kept in the journal as unknown; and renewed at most once."""

import asyncio
import logging
import random
from collections.abc import Callable
from dataclasses import dataclass, field

from kiosk.ils.answers import found_loan, hold_ended, hold_placed, loan_from, renewal_from
from kiosk.ils.conversation import Conversation, SomebodyElseError
from kiosk.ils.lists import ChargedList, Standing
from kiosk.ils.noted import DoubtfulLoan, NotedLoans
from kiosk.ils.patrons import patron_from
from kiosk.ils.wire import AnswerLostError, LineError, Lost, Sip2Line
from kiosk.ports import FeeAsked, Refused, Unanswered
from kiosk.session.hold_values import PlacedHold
from kiosk.session.values import ItemId, Loan, PatronId, TransactionId
from library.lending.overrides import Override
from library.lending.refusals import Refusal
from sip2.fields import Summary
from sip2.messages import (
    CheckoutRequest,
    CheckoutResponse,
    HoldResponse,
    ItemInformationResponse,
    PatronInformationResponse,
    RenewResponse,
)

_log = logging.getLogger(__name__)

FIRST_PAUSE_S = 0.25
_LOOKS_AFTER_SLOWNESS = 3
_LOOK_AGAIN_S = 1.0


@dataclass(slots=True)
class _Attempt:
    """How far one loan has come."""

    request: CheckoutRequest = field(repr=False)
    item_id: ItemId
    fee_agreed: bool
    sent: int = 0
    slow: bool = False
    """A sending was not answered in time; the line did not break, so it may still be carried out."""
    refused: Refused | FeeAsked | None = None
    """What a later sending was told; an earlier one may have succeeded all the same."""
    found: Loan | None = None
    """The loan stands already: the patron's list named the item, or it is to be healed."""


class Lending:
    """Loans, renewals and ends of holds, each in a turn of its own."""

    def __init__(self, conversation: Conversation, noted: NotedLoans) -> None:
        self._conversation = conversation
        self._settings = conversation.settings
        self._profile = conversation.profile
        self._words = conversation.words
        self._noted = noted

    async def lend(
        self,
        transaction_id: TransactionId,
        patron_id: PatronId,
        item_id: ItemId,
        *,
        fee_agreed: bool,
        override: Override | None = None,
    ) -> Loan | Refused | FeeAsked | Unanswered:
        """Lend exactly once, however often the line breaks meanwhile; ends within ``give_up_s``.

        The intent is journalled before the first byte. After an answer was lost, the patron's list is asked before
        anything is sent again. A refusal because this patron has the item already is the loan itself where the journal
        still owes its alarm: the kiosk had ended between the two. ``Unanswered`` stays in the journal; a loan that was
        never sent is ``Refused``, as all are while the journal cannot be used.
        """
        request = self._words.checkout(patron_id, item_id, transaction_id, fee_agreed=fee_agreed, override=override)
        attempt = _Attempt(request, item_id, fee_agreed)
        if not self._words.can_say(attempt.request):
            return Refused(Refusal.ITEM_UNKNOWN)
        if not await self._noted.sending(transaction_id, patron_id, item_id):
            return Refused(Refusal.OTHER)
        outcome: Loan | Refused | FeeAsked | Unanswered
        try:
            async with asyncio.timeout(self._settings.give_up_s), self._conversation.turn:
                outcome = await self._lend(attempt)
        except TimeoutError:
            outcome = attempt.found or (Unanswered() if attempt.sent else Refused(Refusal.OTHER))
        except Exception:
            await self._noted.in_doubt([DoubtfulLoan(transaction_id, patron_id, item_id)])
            raise
        if isinstance(outcome, Unanswered):
            _log.warning("nobody can say whether loan %s stands", transaction_id)
            await self._noted.in_doubt([DoubtfulLoan(transaction_id, patron_id, item_id)])
        else:
            leaves = isinstance(outcome, Loan) and outcome.may_leave
            await self._noted.settled(transaction_id, alarm_owed=leaves and self._settings.owes_alarms)
        return outcome

    async def renew(
        self, transaction_id: TransactionId, patron_id: PatronId, item_id: ItemId
    ) -> Loan | Refused | Unanswered:
        """Renew, asking once: the loan stands in any case, and a second 29 would renew a second time."""
        request = self._words.renew(patron_id, item_id, transaction_id)
        if not self._words.can_say(request):
            return Refused(Refusal.ITEM_UNKNOWN)
        try:
            async with asyncio.timeout(self._settings.give_up_s), self._conversation.turn:
                answer = await self._conversation.once(request, RenewResponse)
        except (TimeoutError, LineError):
            return Unanswered()
        titled = request.title is not None
        return renewal_from(answer, item_id, self._profile, self._settings.zone, by_title=titled)

    async def place_hold(
        self,
        transaction_id: TransactionId,
        patron_id: PatronId,
        item_id: ItemId,
        here: Callable[[], frozenset[str]],
        *,
        fee_agreed: bool,
    ) -> PlacedHold | Refused | Unanswered:
        """Place a hold; it is sent again only where its transaction id keeps it from being placed twice.

        ``here`` says what this place is called, once the system has told.
        """
        request = self._words.place_hold(patron_id, item_id, transaction_id, fee_agreed=fee_agreed)
        if not self._words.can_say(request):
            return Refused(Refusal.ITEM_UNKNOWN)
        conversation = self._conversation
        ask = conversation.question if self._profile.sends_xt else conversation.once
        try:
            async with asyncio.timeout(self._settings.give_up_s), conversation.turn:
                answer = await ask(request, HoldResponse)
        except (TimeoutError, LineError):
            return Unanswered()
        return hold_placed(answer, self._profile, self._settings.zone, here())

    async def cancel_hold(
        self, transaction_id: TransactionId, patron_id: PatronId, item_id: ItemId
    ) -> bool | Refused | Unanswered:
        """End a hold, asking once: a second 15 might end another one of the same title."""
        request = self._words.cancel_hold(patron_id, item_id, transaction_id)
        if not self._words.can_say(request):
            return Refused(Refusal.HOLD_UNKNOWN)
        try:
            async with asyncio.timeout(self._settings.give_up_s), self._conversation.turn:
                answer = await self._conversation.once(request, HoldResponse)
        except (TimeoutError, LineError):
            return Unanswered()
        return hold_ended(answer, self._profile)

    async def standing(self, line: Sip2Line, patron_id: PatronId, item_id: ItemId) -> Standing:
        """Look for the item through the patron's list, page by page; its places are counted from 1."""
        if not self._conversation.terminal.lists_loans:
            return Standing.CANNOT_TELL
        charged = ChargedList(item_id, self._settings.numbers, self._profile.lists)
        while charged.verdict is None:
            request = self._words.patron(patron_id, Summary.CHARGED, first=charged.next_place)
            page = await self._conversation.ask(line, request, PatronInformationResponse)
            if patron_from(page, patron_id, self._profile) is None:
                line.close()
                raise SomebodyElseError(Lost.UNEXPECTED)
            charged.add(page)
        return charged.verdict

    async def _lend(self, attempt: _Attempt) -> Loan | Refused | FeeAsked | Unanswered:
        wait = FIRST_PAUSE_S
        while True:
            try:
                line = await self._conversation.line_up()
                outcome = await self._after_doubt(line, attempt) if attempt.sent else None
                if outcome is None:
                    outcome = await self._send(line, attempt)
                if outcome is not None:
                    return outcome
            except LineError as error:
                _log.info("a loan is without an answer after %d sendings: %s", attempt.sent, error)
                await self._conversation.pause(jittered(wait))
                wait = min(wait * 2, self._settings.answer_s)

    async def _of_a_slow_system(self, attempt: _Attempt) -> Loan | Unanswered:
        """Ask a few times more: a system that was too slow for its answer may still be making the loan.

        Sent again, it might be made by the one and renewed by the other; so it is not.
        """
        for _ in range(_LOOKS_AFTER_SLOWNESS):
            await self._conversation.pause(jittered(_LOOK_AGAIN_S))
            line = await self._conversation.line_up()
            if await self.standing(line, PatronId(attempt.request.patron_id), attempt.item_id) is Standing.STANDS:
                return await self._found(attempt)
        return Unanswered()

    async def _send(self, line: Sip2Line, attempt: _Attempt) -> Loan | Refused | FeeAsked | None:
        """Send the identical text; ``None`` where a refusal may only mean that an earlier sending had succeeded."""
        attempt.sent += 1
        try:
            answer = await self._conversation.ask(line, attempt.request, CheckoutResponse)
        except AnswerLostError as error:
            attempt.slow = attempt.slow or error.reason is Lost.TIME_LIMIT
            raise
        outcome = loan_from(answer, attempt.item_id, self._profile, self._settings.zone, fee_agreed=attempt.fee_agreed)
        if outcome is None:
            line.close()
            raise AnswerLostError(Lost.UNEXPECTED)
        if not isinstance(outcome, Loan) and attempt.sent > 1:
            attempt.refused = outcome
            return None
        if isinstance(outcome, Refused) and await self._is_to_be_healed(outcome, attempt.item_id):
            return await self._found(attempt)
        return outcome

    async def _is_to_be_healed(self, outcome: Refused, item_id: ItemId) -> bool:
        """Tell whether the patron has the item already, by a loan of this kiosk whose alarm was left on."""
        same_patron = outcome.refusal is Refusal.ITEM_ON_LOAN_TO_SAME_PATRON
        return same_patron and self._profile.reads_xr and await self._noted.alarm_is_owed(item_id)

    async def _after_doubt(self, line: Sip2Line, attempt: _Attempt) -> Loan | Refused | FeeAsked | Unanswered | None:
        """Judge by the patron's list; ``None``: the loan does not stand and may be sent again."""
        patron_id = PatronId(attempt.request.patron_id)
        match await self.standing(line, patron_id, attempt.item_id):
            case Standing.STANDS:
                return await self._found(attempt)
            case Standing.CANNOT_TELL:
                return Unanswered()
            case Standing.DOES_NOT_STAND if attempt.slow and not self._profile.sends_xt:
                return await self._of_a_slow_system(attempt)
            case Standing.DOES_NOT_STAND:
                if attempt.refused is not None:
                    return attempt.refused
                return Unanswered() if attempt.sent >= self._profile.sends else None

    async def _found(self, attempt: _Attempt) -> Loan:
        """Give the loan that stands, with what a 17 says of the item; without, if the time ends before the answer."""
        attempt.found = found_loan(None, attempt.item_id, self._profile, self._settings.zone)
        request = self._words.item(attempt.item_id)
        try:
            answer = await self._conversation.question(request, ItemInformationResponse)
        except LineError:
            return attempt.found  # the loan stands all the same
        return found_loan(answer, attempt.item_id, self._profile, self._settings.zone)


def jittered(seconds: float) -> float:
    """Spread a pause by chance, so that a fleet does not come back all at once."""
    return seconds * random.uniform(0.8, 1.2)  # noqa: S311 - spreads retries, guards nothing
