"""What is noted of loans: on disk, and in memory where the disk refuses for a while."""

import logging
from collections.abc import Awaitable, Iterable
from dataclasses import dataclass
from typing import Protocol

from kiosk.errors import JournalUnavailableError
from kiosk.session.values import ItemId, PatronId, TransactionId

_log = logging.getLogger(__name__)


class LoanJournal(Protocol):
    """What must be on disk around a loan; every method may raise ``JournalUnavailableError`` and work again later."""

    async def sending(self, transaction_id: TransactionId, patron_id: PatronId, item_id: ItemId) -> None:
        """Note a loan before its first byte leaves."""
        ...

    async def settled(self, transaction_id: TransactionId, *, alarm_owed: bool) -> None:
        """Strike a loan off: whether it stands is known; ``alarm_owed``: it stands and its alarm is to go off."""
        ...

    async def unknown(self, transaction_id: TransactionId) -> None:
        """Keep a loan of which nobody can say whether it stands."""
        ...

    async def alarm_is_owed(self, item_id: ItemId) -> bool:
        """Tell whether the item was lent, and its tag was not yet seen to say "on loan"."""
        ...


class PendingLoan(Protocol):
    """A loan that a journal left open."""

    @property
    def transaction_id(self) -> TransactionId:
        """The journal's key."""
        ...

    @property
    def patron_id(self) -> PatronId:
        """Whose."""
        ...

    @property
    def item_id(self) -> ItemId:
        """Of what."""
        ...


@dataclass(frozen=True, slots=True)
class DoubtfulLoan:
    """A loan of which nobody can say yet whether it stands."""

    transaction_id: TransactionId
    patron_id: PatronId
    item_id: ItemId


class NotedLoans:
    """A journal that never raises; that it cannot be used is logged once.

    A loan that could not be struck off is struck off later. A crash before that leaves it open on disk, where the next
    start finds it and asks about it: nothing is lost, and nothing is lent twice.
    """

    def __init__(self, journal: LoanJournal) -> None:
        self._journal = journal
        self._works = True
        self._unstruck: dict[TransactionId, bool] = {}
        self._doubtful: dict[TransactionId, DoubtfulLoan] = {}

    @property
    def doubtful(self) -> tuple[DoubtfulLoan, ...]:
        """The loans in doubt; the one that was asked about longest ago is first."""
        return tuple(self._doubtful.values())

    async def sending(self, transaction_id: TransactionId, patron_id: PatronId, item_id: ItemId) -> bool:
        """Tell whether the loan is on disk and may be sent."""
        await self.catch_up()
        return await self._done(self._journal.sending(transaction_id, patron_id, item_id))

    async def settled(self, transaction_id: TransactionId, *, alarm_owed: bool) -> None:
        """Strike a loan off, now or later."""
        self._doubtful.pop(transaction_id, None)
        self._unstruck[transaction_id] = alarm_owed
        await self.catch_up()

    async def in_doubt(self, loans: Iterable[PendingLoan]) -> None:
        """Keep loans of which nobody can say whether they stand."""
        for each in loans:
            loan = DoubtfulLoan(each.transaction_id, each.patron_id, each.item_id)
            self._doubtful[loan.transaction_id] = loan
            await self._done(self._journal.unknown(loan.transaction_id))

    def to_the_end(self, loan: DoubtfulLoan) -> None:
        """Let the other loans in doubt come first."""
        self._doubtful[loan.transaction_id] = self._doubtful.pop(loan.transaction_id, loan)

    def leave(self, loan: DoubtfulLoan) -> None:
        """Ask no more about a loan; the journal keeps it for the next start."""
        self._doubtful.pop(loan.transaction_id, None)

    async def alarm_is_owed(self, item_id: ItemId) -> bool:
        """Tell whether an earlier loan of the item left its alarm on; ``False`` where the journal does not say."""
        try:
            return await self._journal.alarm_is_owed(item_id)
        except JournalUnavailableError:
            return False

    async def catch_up(self) -> None:
        """Strike off what could not be struck off before."""
        for transaction_id, alarm_owed in tuple(self._unstruck.items()):
            if not await self._done(self._journal.settled(transaction_id, alarm_owed=alarm_owed)):
                return
            self._unstruck.pop(transaction_id, None)

    async def _done(self, work: Awaitable[None]) -> bool:
        try:
            await work
        except JournalUnavailableError as error:
            if self._works:
                _log.error("the journal cannot be used; nothing is lent meanwhile: %s", error)
            self._works = False
        else:
            self._works = True
        return self._works
