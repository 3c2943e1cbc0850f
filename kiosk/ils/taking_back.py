"""A return is journalled before its first byte, and never carried out a second time over a newer loan."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field

from kiosk.ils.answers import finding_from
from kiosk.ils.conversation import Conversation
from kiosk.ils.lending import FIRST_PAUSE_S, jittered
from kiosk.ils.noted import DoubtfulReturn, NotedReturns
from kiosk.ils.returns import Answered, found_return, return_from, still_on_loan
from kiosk.ils.wire import AnswerLostError, LineError, Lost
from kiosk.ports import Refused, Unanswered
from kiosk.session.values import Candidate, ItemId, Returned, TagUid, TransactionId
from library.lending.refusals import Refusal
from sip2.messages import CheckinRequest, CheckinResponse, ItemInformationResponse

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Attempt:
    """How far one return has come."""

    request: CheckinRequest = field(repr=False)
    item_id: ItemId
    sent: int = 0


class TakingBack:
    """Returns, each in a turn of its own."""

    def __init__(self, conversation: Conversation, noted: NotedReturns) -> None:
        self._conversation = conversation
        self._settings = conversation.settings
        self._profile = conversation.profile
        self._words = conversation.words
        self._noted = noted

    async def take_back(
        self, transaction_id: TransactionId, item_id: ItemId, tags: Sequence[TagUid]
    ) -> Returned | Refused | Unanswered:
        """Take back; ends within ``give_up_s``.

        After an answer was lost, our own server is told the same again, for it does it once. Of any other system the
        item is asked about (17) first: only what is still on loan is sent again. ``Unanswered`` stays in the journal; a
        return that was never sent is ``Refused``, as all are while the journal cannot be used.
        """
        attempt = _Attempt(self._words.checkin(item_id, transaction_id), item_id)
        if not self._words.can_say(attempt.request):
            return Refused(Refusal.ITEM_UNKNOWN)
        if not await self._noted.returning(transaction_id, item_id, tags):
            return Refused(Refusal.OTHER)
        doubtful = DoubtfulReturn(transaction_id, item_id)
        answered: Answered | None
        try:
            async with asyncio.timeout(self._settings.give_up_s), self._conversation.turn:
                answered = await self._take_back(attempt)
        except TimeoutError:
            answered = None if attempt.sent else Answered(Refused(Refusal.OTHER), stands=False)
        except Exception:
            await self._noted.in_doubt([doubtful])
            raise
        if answered is None:
            _log.warning("nobody can say whether return %s stands", transaction_id)
            await self._noted.in_doubt([doubtful])
            return Unanswered()
        back = isinstance(answered.outcome, Returned) and answered.outcome.arm
        await self._noted.settled(transaction_id, arm=back and self._settings.owes_alarms, stands=answered.stands)
        return answered.outcome

    async def is_on_loan(self, item_id: ItemId) -> bool | None:
        """Tell by a 17 whether the item is on loan to anybody; ``None`` where that is not said."""
        request = self._words.item(item_id)
        if not self._words.can_say(request):
            return None
        return still_on_loan(await self._conversation.question(request, ItemInformationResponse), item_id)

    async def _take_back(self, attempt: _Attempt) -> Answered | None:
        wait = FIRST_PAUSE_S
        while True:
            try:
                if attempt.sent and not self._profile.repeats_checkin:
                    return await self._after_doubt(attempt)
                if attempt.sent >= self._profile.sends:
                    return None
                return await self._send(attempt)
            except AnswerLostError as error:
                if error.reason is Lost.HUNG_UP and self._profile.hangs_up_at_checkin and attempt.sent:
                    return None
                _log.info("a return is without an answer after %d sendings: %s", attempt.sent, error)
            except LineError as error:
                _log.info("a return waits for a line: %s", error)
            await self._conversation.pause(jittered(wait))
            wait = min(wait * 2, self._settings.answer_s)

    async def _send(self, attempt: _Attempt) -> Answered | None:
        self._conversation.pulse.begun()
        line = await self._conversation.terminal.sure_line()
        attempt.sent += 1
        answer = await self._conversation.ask(line, attempt.request, CheckinResponse)
        answered = return_from(answer, attempt.item_id, self._profile)
        if answered is None:
            line.close()
            raise AnswerLostError(Lost.UNEXPECTED)
        return answered

    async def _after_doubt(self, attempt: _Attempt) -> Answered | None:
        """Judge by a 17: what is on no loan is back; what still is may be sent again."""
        answer = await self._about(attempt.item_id)
        on_loan = still_on_loan(answer, attempt.item_id)
        if on_loan is False:
            return Answered(found_return(answer, attempt.item_id, self._profile), stands=True)
        if on_loan is None:
            finding = finding_from(answer, Candidate(attempt.item_id, ""), self._profile)
            unknown = Refused(Refusal.ITEM_UNKNOWN)
            return Answered(unknown, stands=False) if finding.known is False else None
        if attempt.sent >= self._profile.sends:
            return None
        answered = await self._send(attempt)
        if answered is None or isinstance(answered.outcome, Returned):
            return answered
        # The first sending may have been carried out after the question: then the second one finds no loan.
        answer = await self._about(attempt.item_id)
        if still_on_loan(answer, attempt.item_id) is False:
            return Answered(found_return(answer, attempt.item_id, self._profile), stands=True)
        return answered

    async def _about(self, item_id: ItemId) -> ItemInformationResponse:
        return await self._conversation.question(self._words.item(item_id), ItemInformationResponse)
