"""The line is kept open, its loss is told, and what was left in doubt is asked about when it is there."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Iterable

from kiosk.ils.conversation import Conversation, SomebodyElseError
from kiosk.ils.lending import FIRST_PAUSE_S, Lending, jittered
from kiosk.ils.lists import Standing
from kiosk.ils.noted import DoubtfulLoan, DoubtfulReturn, NotedLoans, NotedReturns, PendingLoan, PendingReturn
from kiosk.ils.taking_back import TakingBack
from kiosk.ils.wire import LineError, NoLineError
from kiosk.session.values import TransactionId

_log = logging.getLogger(__name__)

LONGEST_PAUSE_S = 30.0
"""A fleet that finds its server back must not come all at once; half a minute is also what a librarian waits."""
ANOTHER_CHANCE_S = 5.0
"""A system that says it is there and answers nothing is tried again after so long at the earliest."""


class Tending:
    """Runs beside the visits, and takes a turn like everybody else."""

    def __init__(
        self,
        conversation: Conversation,
        lending: Lending,
        taking_back: TakingBack,
        noted_loans: NotedLoans,
        noted_returns: NotedReturns,
    ) -> None:
        self._conversation = conversation
        self._lending = lending
        self._taking_back = taking_back
        self._loans = noted_loans
        self._returns = noted_returns

    async def watch(self, on_change: Callable[[bool], Awaitable[None]]) -> None:
        """Keep the line open until cancelled; tell each time it is lost or there, the first time included."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._keep())
                group.create_task(self._tell(on_change))
        finally:
            self._conversation.terminal.close()

    async def recover(
        self, loans: Iterable[PendingLoan], returns: Iterable[PendingReturn]
    ) -> dict[TransactionId, Standing]:
        """Find out about what a crash left open; nothing is lent and nothing taken back here. Ends in ``give_up_s``.

        What cannot be learned now is asked again by ``watch`` whenever the line comes back; until then it is kept in
        the journal as unknown.
        """
        await self._loans.in_doubt(loans)
        await self._returns.in_doubt(returns)
        verdicts: dict[TransactionId, Standing] = {}
        await self._settle_open(verdicts)
        return verdicts

    async def _tell(self, on_change: Callable[[bool], Awaitable[None]]) -> None:
        """Tell what the pulse says, however long anybody else waits for an answer."""
        told: bool | None = None
        while True:
            there = self._conversation.pulse.verdict
            if there is not None and there is not told:
                _log.log(logging.INFO if there else logging.WARNING, "the library system %s", _said(there=there))
                told = there
                await on_change(there)
            else:
                await self._conversation.pulse.stirred_or_late()

    async def _keep(self) -> None:
        pulse, terminal = self._conversation.pulse, self._conversation.terminal
        was_there: bool | None = None
        wait = FIRST_PAUSE_S
        while True:
            there = await self._check(log=was_there is not False)
            if there and pulse.ails:
                await self._conversation.pause(jittered(max(wait, ANOTHER_CHANCE_S)))
                wait = min(max(wait, ANOTHER_CHANCE_S) * 2, LONGEST_PAUSE_S)
                pulse.forgive()
                continue
            if there and was_there is not True:
                wait = FIRST_PAUSE_S
            was_there = there
            await self._loans.catch_up()
            await self._returns.catch_up()
            settled = there and await self._settle_open({})
            if there and not settled:  # it may be more than one question that is not answered
                pulse.doubted()
                was_there = await self._check(log=True)
            # Neither what nobody can be asked about nor a server that always hangs up may make us hurry.
            if settled and await terminal.idle():
                wait = FIRST_PAUSE_S
            else:
                await self._conversation.pause(jittered(wait))
                wait = min(wait * 2, LONGEST_PAUSE_S)

    async def _check(self, *, log: bool) -> bool:
        async with self._conversation.turn:
            self._conversation.pulse.begun()
            try:
                await self._conversation.terminal.check()
            except NoLineError as error:
                if log:
                    _log.warning("there is no line to the library system: %s", error.reason)
                self._conversation.pulse.line_is(there=False)
                return False
            self._conversation.pulse.line_is(there=True)
            return True

    async def _settle_open(self, verdicts: dict[TransactionId, Standing]) -> bool:
        """Ask about what is in doubt, each in a turn of its own; add what is learned; ``False``: the line broke."""
        pulse = self._conversation.pulse
        try:
            async with asyncio.timeout(self._conversation.settings.give_up_s):
                for loan in self._loans.doubtful:
                    async with self._conversation.turn:
                        with pulse.aside():
                            verdicts[loan.transaction_id] = await self._settle_loan(loan)
                    _log.info("open loan %s: %s", loan.transaction_id, verdicts[loan.transaction_id])
                for each in self._returns.doubtful:
                    async with self._conversation.turn:
                        with pulse.aside():
                            verdicts[each.transaction_id] = await self._settle_return(each)
                    _log.info("open return %s: %s", each.transaction_id, verdicts[each.transaction_id])
        except (TimeoutError, LineError):
            waiting = len(self._loans.doubtful) + len(self._returns.doubtful)
            _log.info("%d open loans and returns wait for the library system", waiting)
            return False
        return True

    async def _settle_loan(self, loan: DoubtfulLoan) -> Standing:
        verdict = Standing.CANNOT_TELL
        words, profile = self._conversation.words, self._conversation.profile
        if words.can_say(words.patron(loan.patron_id)):
            line = await self._conversation.line_up()
            self._loans.to_the_end(loan)  # one that breaks the line is not in the way of the others
            with contextlib.suppress(SomebodyElseError):
                verdict = await self._lending.standing(line, loan.patron_id, loan.item_id)
        if verdict is Standing.CANNOT_TELL:
            self._loans.leave(loan)
        else:
            leaves = verdict is Standing.STANDS and profile.may_leave_when_found
            owed = leaves and self._conversation.settings.owes_alarms
            await self._loans.settled(loan.transaction_id, alarm_owed=owed)
        return verdict

    async def _settle_return(self, each: DoubtfulReturn) -> Standing:
        """Settle what is on no loan any more; what is on loan may have been lent anew, and staff have the item."""
        self._returns.to_the_end(each)
        if await self._taking_back.is_on_loan(each.item_id) is not False:
            self._returns.leave(each)
            return Standing.CANNOT_TELL
        arm = self._conversation.settings.owes_alarms
        await self._returns.settled(each.transaction_id, arm=arm, stands=True)
        return Standing.STANDS


def _said(*, there: bool) -> str:
    return "answers" if there else "is lost"
