"""A library system behind SIP2: one connection, one message under way, and no loan made twice or lost silently."""

import asyncio
import contextlib
import logging
import random
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field

from kiosk.ils.answers import ChargedList, Standing, finding_from, found_loan, loan_from, patron_from
from kiosk.ils.noted import DoubtfulLoan, LoanJournal, NotedLoans, PendingLoan
from kiosk.ils.profiles import Profile
from kiosk.ils.settings import Sip2Settings
from kiosk.ils.terminal import Terminal
from kiosk.ils.wire import AnswerLostError, LineError, Lost, NoLineError, ResponseT, Sip2Line
from kiosk.ils.words import Words
from kiosk.ports import Clock, FeeAsked, Refused, Unanswered
from kiosk.session.values import (
    Account,
    Candidate,
    Finding,
    ItemId,
    Loan,
    Patron,
    PatronId,
    Pin,
    Returned,
    TagUid,
    TransactionId,
)
from library.lending.refusals import Refusal
from sip2.layout import Request
from sip2.messages import (
    CheckoutRequest,
    CheckoutResponse,
    ItemInformationResponse,
    PatronInformationResponse,
)

_log = logging.getLogger(__name__)

FIRST_PAUSE_S = 0.25
LONGEST_PAUSE_S = 30.0
"""A fleet that finds its server back must not come all at once; half a minute is also what a librarian waits."""


@dataclass(slots=True)
class _Attempt:
    """How far one loan has come."""

    request: CheckoutRequest = field(repr=False)
    item_id: ItemId
    sent: int = 0
    refused: Refused | None = None
    """What a later sending was told; an earlier one may have succeeded all the same."""
    found: Loan | None = None
    """The loan stands already: the patron's list named the item, or it is to be healed."""


class _SomebodyElseError(AnswerLostError):
    """A list was of another patron than was asked about."""


class Sip2LibrarySystem:
    """A ``ports.LibrarySystem`` over SIP2 2.00.

    ``watch`` is to run beside the other methods; without it they open the line themselves when they need it.
    """

    def __init__(
        self,
        settings: Sip2Settings,
        *,
        profile: Profile,
        journal: LoanJournal,
        clock: Clock,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._settings = settings
        self._profile = profile
        self._noted = NotedLoans(journal)
        self._pause = pause
        self._words = Words(settings, profile, clock)
        self._terminal = Terminal(settings, profile, self._words)
        self._turn = asyncio.Lock()

    async def identify(self, patron_id: PatronId, pin: Pin | None = None) -> Patron | Refused | Unanswered:
        """Say who holds the card; ends within twice the limit of one message, or within ``give_up_s``."""
        del pin
        request = self._words.patron(patron_id)
        if not self._words.can_say(request):
            return Refused(Refusal.PATRON_UNKNOWN)
        limit = min(self._settings.give_up_s, 2 * self._settings.answer_s)
        try:
            async with asyncio.timeout(limit), self._turn:
                answer = await self._question(request, PatronInformationResponse)
                patron = patron_from(answer, patron_id, self._profile)
        except (TimeoutError, LineError):
            return Unanswered()
        return patron or Unanswered()

    async def find(self, candidates: Sequence[Candidate]) -> tuple[Finding, ...]:
        """Say which of these items are known, by a 17 for each; ends within ``give_up_s``.

        After the first that has no answer the others are not asked about: the patron waits.
        """
        found: list[Finding] = []
        with contextlib.suppress(TimeoutError, LineError):
            async with asyncio.timeout(self._settings.give_up_s), self._turn:
                for candidate in candidates:
                    found.append(await self._finding(candidate))  # noqa: PERF401 - what was found before a failure counts
        return (*found, *(Finding(candidate, known=None) for candidate in candidates[len(found) :]))

    async def account(self, patron_id: PatronId) -> Account | Unanswered:
        """Tell nothing yet."""
        del patron_id
        return Unanswered()

    async def take_back(
        self, transaction_id: TransactionId, item_id: ItemId, tags: Sequence[TagUid] = ()
    ) -> Returned | Refused | Unanswered:
        """Take nothing back yet."""
        del transaction_id, item_id, tags
        return Unanswered()

    async def renew(
        self, transaction_id: TransactionId, patron_id: PatronId, item_id: ItemId
    ) -> Loan | Refused | Unanswered:
        """Renew nothing yet."""
        del transaction_id, patron_id, item_id
        return Unanswered()

    async def cancel_hold(
        self, transaction_id: TransactionId, patron_id: PatronId, item_id: ItemId
    ) -> bool | Refused | Unanswered:
        """Cancel nothing yet."""
        del transaction_id, patron_id, item_id
        return Unanswered()

    async def lend(
        self, transaction_id: TransactionId, patron_id: PatronId, item_id: ItemId, *, fee_agreed: bool = False
    ) -> Loan | Refused | FeeAsked | Unanswered:
        """Lend exactly once, however often the line breaks meanwhile; ends within ``give_up_s``.

        The intent is journalled before the first byte. After an answer was lost, the patron's list is asked before
        anything is sent again. A refusal because this patron has the item already is the loan itself where the journal
        still owes its alarm: the kiosk had ended between the two. ``Unanswered`` stays in the journal; a loan that was
        never sent is ``Refused``, as all are while the journal cannot be used.
        """
        del fee_agreed
        attempt = _Attempt(self._words.checkout(patron_id, item_id), item_id)
        if not self._words.can_say(attempt.request):
            return Refused(Refusal.ITEM_UNKNOWN)
        if not await self._noted.sending(transaction_id, patron_id, item_id):
            return Refused(Refusal.OTHER)
        outcome: Loan | Refused | Unanswered
        try:
            async with asyncio.timeout(self._settings.give_up_s), self._turn:
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

    async def watch(self, on_change: Callable[[bool], Awaitable[None]]) -> None:
        """Keep the line open until cancelled; tell each time it is lost or there, the first time included."""
        told: bool | None = None
        wait = FIRST_PAUSE_S
        try:
            while True:
                there = await self._check(log=told is not False)
                if there is not told:
                    if there:
                        _log.info("the library system answers")
                        wait = FIRST_PAUSE_S
                    told = there
                    await on_change(there)
                await self._noted.catch_up()
                # Neither a loan about which nobody can be asked nor a server that always hangs up may make us hurry.
                if there and await self._settle_open({}) and await self._terminal.idle():
                    wait = FIRST_PAUSE_S
                else:
                    await self._pause(_jittered(wait))
                    wait = min(wait * 2, LONGEST_PAUSE_S)
        finally:
            self.close()

    async def recover(self, pending: Iterable[PendingLoan]) -> dict[TransactionId, Standing]:
        """Find out about loans that a crash left open, by the patrons' lists; nothing is lent here.

        What cannot be learned now is asked again by ``watch`` whenever the line comes back; until then it is kept in
        the journal as unknown. Ends within ``give_up_s``.
        """
        await self._noted.in_doubt(pending)
        verdicts: dict[TransactionId, Standing] = {}
        await self._settle_open(verdicts)
        return verdicts

    def close(self) -> None:
        """Give the line up."""
        self._terminal.close()

    async def _lend(self, attempt: _Attempt) -> Loan | Refused | Unanswered:
        wait = FIRST_PAUSE_S
        while True:
            try:
                line = await self._terminal.line_up()
                outcome = await self._after_doubt(line, attempt) if attempt.sent else None
                if outcome is None:
                    outcome = await self._send(line, attempt)
                if outcome is not None:
                    return outcome
            except LineError as error:
                _log.info("a loan is without an answer after %d sendings: %s", attempt.sent, error)
                await self._pause(_jittered(wait))
                wait = min(wait * 2, self._settings.answer_s)

    async def _send(self, line: Sip2Line, attempt: _Attempt) -> Loan | Refused | None:
        """Send the identical text; ``None`` where a refusal may only mean that an earlier sending had succeeded."""
        attempt.sent += 1
        answer = await line.ask(attempt.request, CheckoutResponse, self._settings.answer_s)
        outcome = loan_from(answer, attempt.item_id, self._profile, self._settings.zone)
        if outcome is None:
            line.close()
            raise AnswerLostError(Lost.UNEXPECTED)
        if isinstance(outcome, Refused) and attempt.sent > 1:
            attempt.refused = outcome
            return None
        if isinstance(outcome, Refused) and await self._is_to_be_healed(outcome, attempt.item_id):
            return await self._found(attempt)
        return outcome

    async def _is_to_be_healed(self, outcome: Refused, item_id: ItemId) -> bool:
        """Tell whether the patron has the item already, by a loan of this kiosk whose alarm was left on."""
        same_patron = outcome.refusal is Refusal.ITEM_ON_LOAN_TO_SAME_PATRON
        return same_patron and self._profile.reads_xr and await self._noted.alarm_is_owed(item_id)

    async def _after_doubt(self, line: Sip2Line, attempt: _Attempt) -> Loan | Refused | Unanswered | None:
        """Judge by the patron's list; ``None``: the loan does not stand and may be sent again."""
        patron_id = PatronId(attempt.request.patron_id)
        match await self._standing(line, patron_id, attempt.item_id):
            case Standing.STANDS:
                return await self._found(attempt)
            case Standing.CANNOT_TELL:
                return Unanswered()
            case Standing.DOES_NOT_STAND:
                if attempt.refused is not None:
                    return attempt.refused
                return Unanswered() if attempt.sent >= self._profile.sends else None

    async def _standing(self, line: Sip2Line, patron_id: PatronId, item_id: ItemId) -> Standing:
        """Look through the patron's list, page by page; its places are counted from 1."""
        if not self._terminal.lists_loans:
            return Standing.CANNOT_TELL
        charged = ChargedList(item_id, self._settings.numbers)
        while charged.verdict is None:
            first = charged.next_place
            request = self._words.patron(patron_id, first, first + self._profile.list_page - 1)
            page = await line.ask(request, PatronInformationResponse, self._settings.answer_s)
            if patron_from(page, patron_id, self._profile) is None:
                line.close()
                raise _SomebodyElseError(Lost.UNEXPECTED)
            charged.add(page)
        return charged.verdict

    async def _found(self, attempt: _Attempt) -> Loan:
        """Give the loan that stands, with what a 17 says of the item; without, if the time ends before the answer."""
        attempt.found = found_loan(None, attempt.item_id, self._profile, self._settings.zone)
        try:
            answer: ItemInformationResponse | None = await self._question(
                self._words.item(attempt.item_id), ItemInformationResponse
            )
        except LineError:
            answer = None  # the loan stands all the same
        return found_loan(answer, attempt.item_id, self._profile, self._settings.zone)

    async def _finding(self, candidate: Candidate) -> Finding:
        request = self._words.item(candidate.item_id)
        if not self._words.can_say(request):
            return Finding(candidate, known=False)
        return finding_from(await self._question(request, ItemInformationResponse), candidate, self._profile)

    async def _question(self, request: Request, expected: type[ResponseT]) -> ResponseT:
        """Ask on the line that is there, and once more on a new one if that was lost: a question changes nothing."""
        line = await self._terminal.line_up()
        try:
            return await line.ask(request, expected, self._settings.answer_s)
        except LineError:
            line = await self._terminal.line_up()
            return await line.ask(request, expected, self._settings.answer_s)

    async def _settle_open(self, verdicts: dict[TransactionId, Standing]) -> bool:
        """Ask about the loans in doubt, each in a turn of its own; add what is learned; ``False``: the line broke."""
        try:
            async with asyncio.timeout(self._settings.give_up_s):
                for each in self._noted.doubtful:
                    async with self._turn:
                        verdict = await self._settle(each)
                    verdicts[each.transaction_id] = verdict
                    _log.info("open loan %s: %s", each.transaction_id, verdict)
        except (TimeoutError, LineError):
            _log.info("%d open loans wait for the library system", len(self._noted.doubtful))
            return False
        return True

    async def _settle(self, loan: DoubtfulLoan) -> Standing:
        verdict = Standing.CANNOT_TELL
        if self._words.can_say(self._words.patron(loan.patron_id)):
            line = await self._terminal.line_up()
            self._noted.to_the_end(loan)  # one that breaks the line is not in the way of the others
            with contextlib.suppress(_SomebodyElseError):
                verdict = await self._standing(line, loan.patron_id, loan.item_id)
        if verdict is Standing.CANNOT_TELL:
            self._noted.leave(loan)
        else:
            leaves = verdict is Standing.STANDS and self._profile.may_leave_when_found
            await self._noted.settled(loan.transaction_id, alarm_owed=leaves and self._settings.owes_alarms)
        return verdict

    async def _check(self, *, log: bool) -> bool:
        async with self._turn:
            try:
                await self._terminal.check()
            except NoLineError as error:
                if log:
                    _log.warning("the library system is lost: %s", error.reason)
                return False
            return True


def _jittered(seconds: float) -> float:
    return seconds * random.uniform(0.8, 1.2)  # noqa: S311 - spreads retries, guards nothing
