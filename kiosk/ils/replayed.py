"""What the kiosk did alone, told to another library system than ours by ordinary messages, and proven by 63 and 17.

Nothing is sent twice unless an answer says that it did not happen, and no return ends a loan that may be newer.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo
from enum import Enum, StrEnum
from typing import Final

from kiosk.ils.answers import loan_from, renewal_from, same
from kiosk.ils.conversation import Conversation
from kiosk.ils.due_dates import read_due_date
from kiosk.ils.lists import Standing
from kiosk.ils.profiles import Profile
from kiosk.ils.returns import return_from, still_on_loan
from kiosk.ils.wire import AnswerLostError, LineError, Lost, ResponseT, Sip2Line
from kiosk.journal.dating import Dated
from kiosk.journal.rows import KeptEntry, KeptKind, KeptState
from kiosk.ports import Refused
from kiosk.session.values import ItemId, Loan, PatronId, TransactionId
from sip2.layout import Request
from sip2.messages import (
    CheckinRequest,
    CheckinResponse,
    CheckoutRequest,
    CheckoutResponse,
    ItemInformationResponse,
    RenewRequest,
    RenewResponse,
)

LOOKS: Final = 3
"""So often it is asked about what may still be carried out by a slow system, before it counts as not done."""
_NOBODY: Final = PatronId("")

Standings = Callable[[Sip2Line, PatronId, ItemId], Awaitable[Standing]]
"""Looks for an item through a patron's list."""
Begin = Callable[[], Awaitable[None]]
"""Notes on disk that the first byte is about to leave."""


class Replayed(StrEnum):
    """What became of one event."""

    APPLIED = "applied"
    RENEWED = "renewed"
    NEEDS_STAFF = "needs_staff"
    ELSEWHERE = "elsewhere"
    """Somebody else has the item as far as the library system knows; nothing was sent."""


class _Again(Enum):
    """Whether something may be sent."""

    NOW = "now"
    LATER = "later"
    NEVER = "never"


@dataclass(slots=True)
class _Doubt:
    """What was sent and not answered."""

    sent: int = 0
    slow: bool = True
    """The line did not break, or nobody knows: it may still be carried out."""
    by_us: bool = False
    """By this run of the program; else it is known from the journal alone."""
    looks: int = 0


@dataclass(frozen=True, slots=True)
class _Made:
    """A loan that was told in this run: the one that a return in the same journal ends."""

    patron_id: PatronId
    due: date


class ReplayedAlone:
    """Told over the line that is there, one event after the other, each in a turn of its own."""

    def __init__(self, conversation: Conversation, standing: Standings, *, no_block: bool) -> None:
        """``no_block``: the system keeps the times of such messages; else they are ordinary ones, dated now."""
        self._conversation = conversation
        self._standing = standing
        self._no_block = no_block
        self._doubts: dict[TransactionId, _Doubt] = {}
        self._made: dict[ItemId, _Made] = {}

    async def replay(self, event: Dated, begin: Begin, shortest_due: date | None) -> Replayed | None:
        """Tell one event; ``None``: no answer says what became of it, and it is to be asked about later.

        ``shortest_due``: no loan that was made after the event is due before that day; ``None``: nobody knows.
        """
        entry = event.kept.entry
        doubt = self._doubts.setdefault(entry.transaction_id, _Doubt(sent=event.kept.state is KeptState.SENDING))
        try:
            async with self._conversation.turn:
                with self._conversation.pulse.aside():
                    if entry.kind is KeptKind.LEND:
                        outcome = await self._lent(event, doubt, begin)
                    else:
                        outcome = await self._returned(event, doubt, begin, shortest_due)
        except LineError:
            return None
        if outcome is not None:
            del self._doubts[entry.transaction_id]
        return outcome

    async def _lent(self, event: Dated, doubt: _Doubt, begin: Begin) -> Replayed | None:
        entry = event.kept.entry
        request = self._loan(event)
        if entry.patron_id is None or not self._conversation.words.can_say(request):
            return Replayed.NEEDS_STAFF
        match await self._in_list(entry):
            case Standing.CANNOT_TELL:
                return Replayed.NEEDS_STAFF
            case Standing.STANDS if doubt.sent:
                return await self._proven(event, Replayed.APPLIED)
            case Standing.STANDS:
                return await self._had_already(event, doubt, begin)
            case Standing.DOES_NOT_STAND:
                return await self._make(event, request, doubt, begin)

    async def _make(self, event: Dated, request: CheckoutRequest, doubt: _Doubt, begin: Begin) -> Replayed | None:
        entry = event.kept.entry
        if still_on_loan(await self._item(entry), entry.item_id):
            return Replayed.NEEDS_STAFF if doubt.sent else Replayed.ELSEWHERE
        again = self._again(doubt)
        if again is not _Again.NOW:
            return None if again is _Again.LATER else Replayed.NEEDS_STAFF
        answer = await self._send(request, CheckoutResponse, doubt, begin)
        loan = loan_from(answer, entry.item_id, self._profile, self._zone, fee_agreed=True)
        if loan is None:
            self._conversation.terminal.close()  # what it answers is about something else than was asked
            return None
        if isinstance(loan, Loan):
            return await self._proven(event, Replayed.RENEWED if answer.renewal_ok else Replayed.APPLIED, loan.due)
        if doubt.sent > 1 and await self._in_list(entry) is Standing.STANDS:
            return await self._proven(event, Replayed.APPLIED)  # an earlier sending had succeeded
        return Replayed.NEEDS_STAFF

    async def _had_already(self, event: Dated, doubt: _Doubt, begin: Begin) -> Replayed | None:
        """Renew what the patron has already, where it is due earlier than was printed: an 11 might renew it unasked."""
        entry = event.kept.entry
        if await self._proven(event, Replayed.APPLIED) is Replayed.APPLIED:
            return Replayed.APPLIED
        answer = await self._send(self._renewal(event), RenewResponse, doubt, begin)
        renewed = renewal_from(answer, entry.item_id, self._profile, self._zone)
        if isinstance(renewed, Refused):
            return Replayed.NEEDS_STAFF
        return await self._proven(event, Replayed.RENEWED, renewed.due if isinstance(renewed, Loan) else None)

    async def _proven(self, event: Dated, outcome: Replayed, said: datetime | None = None) -> Replayed:
        """Give the outcome where the patron has the item until the printed day or later; ``said``: by the answer."""
        entry = event.kept.entry
        if await self._in_list(entry) is not Standing.STANDS:
            return Replayed.NEEDS_STAFF
        due = self._due(await self._item(entry)) or said
        if due is not None:
            self._made[entry.item_id] = _Made(entry.patron_id or _NOBODY, due.date())
        if entry.due is None:
            return outcome
        promised = entry.due.astimezone(self._zone).date()
        return outcome if due is not None and due.date() >= promised else Replayed.NEEDS_STAFF

    async def _returned(self, event: Dated, doubt: _Doubt, begin: Begin, shortest_due: date | None) -> Replayed | None:
        entry = event.kept.entry
        request = self._return(event)
        if not self._conversation.words.can_say(request):
            return Replayed.NEEDS_STAFF
        item = await self._item(entry)
        on_loan = still_on_loan(item, entry.item_id)
        if on_loan is False:
            return Replayed.APPLIED
        if on_loan and not await self._is_older(item, event, shortest_due):
            return Replayed.NEEDS_STAFF
        again = self._again(doubt)
        if again is not _Again.NOW:
            return None if again is _Again.LATER else Replayed.NEEDS_STAFF
        answer = await self._send(request, CheckinResponse, doubt, begin)
        taken = return_from(answer, entry.item_id, self._profile)
        if taken is None:
            self._conversation.terminal.close()  # what it answers is about something else than was asked
            return None
        on_loan = still_on_loan(await self._item(entry), entry.item_id)
        return Replayed.APPLIED if on_loan is False or (taken.stands and not on_loan) else Replayed.NEEDS_STAFF

    async def _is_older(self, item: ItemInformationResponse, event: Dated, shortest_due: date | None) -> bool:
        """Say whether the loan that stands began before the event: by its due date, or because it was told here."""
        due = self._due(item)
        if due is None:
            return False
        if due.date() < event.at.astimezone(self._zone).date() or (
            shortest_due is not None and due.date() < shortest_due
        ):
            return True
        item_id = event.kept.entry.item_id
        made = self._made.get(item_id)
        if made is None or made.due != due.date():
            return False
        line = await self._conversation.line_up()
        return await self._standing(line, made.patron_id, item_id) is Standing.STANDS

    def _again(self, doubt: _Doubt) -> _Again:
        """Say what follows from an answer by which it did not happen."""
        if not doubt.sent:
            return _Again.NOW
        doubt.looks += 1
        if doubt.slow and doubt.looks < LOOKS:
            return _Again.LATER
        gives_up = (doubt.slow and doubt.by_us) or doubt.sent >= self._profile.sends
        return _Again.NEVER if gives_up else _Again.NOW

    async def _send(self, request: Request, expected: type[ResponseT], doubt: _Doubt, begin: Begin) -> ResponseT:
        await begin()
        doubt.sent, doubt.by_us, doubt.looks = doubt.sent + 1, True, 0
        try:
            return await self._conversation.once(request, expected)
        except AnswerLostError as error:
            doubt.slow = error.reason is Lost.TIME_LIMIT
            raise

    async def _in_list(self, entry: KeptEntry) -> Standing:
        line = await self._conversation.line_up()
        return await self._standing(line, entry.patron_id or _NOBODY, entry.item_id)

    async def _item(self, entry: KeptEntry) -> ItemInformationResponse:
        request = self._conversation.words.item(entry.item_id)
        answer = await self._conversation.question(request, ItemInformationResponse)
        if answer.item_id and not same(answer.item_id, entry.item_id.text):
            self._conversation.terminal.close()
            raise AnswerLostError(Lost.UNEXPECTED)
        return answer

    def _due(self, item: ItemInformationResponse) -> datetime | None:
        return read_due_date(item.due_date, self._zone, day_first=self._profile.day_first)

    def _loan(self, event: Dated) -> CheckoutRequest:
        entry, words = event.kept.entry, self._conversation.words
        request = words.checkout(entry.patron_id or _NOBODY, entry.item_id)
        if not self._no_block:
            return request
        due = None if entry.due is None else self._local(entry.due)
        return replace(request, no_block=True, transaction_date=self._local(event.at), nb_due_date=due)

    def _renewal(self, event: Dated) -> RenewRequest:
        entry = event.kept.entry
        request = self._conversation.words.renew(entry.patron_id or _NOBODY, entry.item_id, entry.transaction_id)
        if not self._no_block or entry.due is None:
            return request
        due = self._local(entry.due)
        return replace(request, no_block=True, transaction_date=self._local(event.at), nb_due_date=due)

    def _return(self, event: Dated) -> CheckinRequest:
        entry = event.kept.entry
        request = self._conversation.words.checkin(entry.item_id, entry.transaction_id)
        if not self._no_block:
            return request
        at = self._local(event.at)
        return replace(request, no_block=True, transaction_date=at, return_date=at)

    def _local(self, moment: datetime) -> datetime:
        return moment.astimezone(self._zone).replace(microsecond=0, tzinfo=None)

    @property
    def _zone(self) -> tzinfo:
        return self._conversation.settings.zone

    @property
    def _profile(self) -> Profile:
        return self._conversation.profile
