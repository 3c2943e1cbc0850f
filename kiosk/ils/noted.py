"""What is noted of loans and returns: on disk, and in memory where the disk refuses for a while."""

import logging
from collections.abc import Awaitable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from kiosk.errors import JournalUnavailableError
from kiosk.session.values import ItemId, PatronId, TagUid, TransactionId

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


class ReturnJournal(Protocol):
    """What must be on disk around a return; every method may raise as those of a loan."""

    async def returning(self, transaction_id: TransactionId, item_id: ItemId, tags: Sequence[TagUid]) -> None:
        """Note a return before its first byte leaves."""
        ...

    async def return_settled(self, transaction_id: TransactionId, *, arm: bool, stands: bool | None = None) -> None:
        """Strike a return off: whether it stands is known; ``arm``: its tags are to say "secured"."""
        ...

    async def return_unknown(self, transaction_id: TransactionId) -> None:
        """Keep a return of which nobody can say whether it stands."""
        ...


class LibraryJournal(LoanJournal, ReturnJournal, Protocol):
    """Both."""


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


class PendingReturn(Protocol):
    """A return that a journal left open."""

    @property
    def transaction_id(self) -> TransactionId:
        """The journal's key."""
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


@dataclass(frozen=True, slots=True)
class DoubtfulReturn:
    """A return of which nobody can say yet whether it stands."""

    transaction_id: TransactionId
    item_id: ItemId


class _Disk:
    """A journal that never raises; that it cannot be used is logged once."""

    def __init__(self) -> None:
        self._works = True

    async def done(self, work: Awaitable[None]) -> bool:
        """Tell whether the work is on disk."""
        try:
            await work
        except JournalUnavailableError as error:
            if self._works:
                _log.error("the journal cannot be used; nothing is lent meanwhile: %s", error)
            self._works = False
        else:
            self._works = True
        return self._works


class NotedLoans:
    """A loan that could not be struck off is struck off later.

    A crash before that leaves it open on disk, where the next start finds it and asks about it: nothing is lost, and
    nothing is lent twice.
    """

    def __init__(self, journal: LoanJournal) -> None:
        self._journal = journal
        self._disk = _Disk()
        self._unstruck: dict[TransactionId, bool] = {}
        self._doubtful: dict[TransactionId, DoubtfulLoan] = {}

    @property
    def doubtful(self) -> tuple[DoubtfulLoan, ...]:
        """The loans in doubt; the one that was asked about longest ago is first."""
        return tuple(self._doubtful.values())

    async def sending(self, transaction_id: TransactionId, patron_id: PatronId, item_id: ItemId) -> bool:
        """Tell whether the loan is on disk and may be sent."""
        await self.catch_up()
        return await self._disk.done(self._journal.sending(transaction_id, patron_id, item_id))

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
            await self._disk.done(self._journal.unknown(loan.transaction_id))

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
            if not await self._disk.done(self._journal.settled(transaction_id, alarm_owed=alarm_owed)):
                return
            self._unstruck.pop(transaction_id, None)


class NotedReturns:
    """The same for returns."""

    def __init__(self, journal: ReturnJournal) -> None:
        self._journal = journal
        self._disk = _Disk()
        self._unstruck: dict[TransactionId, tuple[bool, bool]] = {}
        self._doubtful: dict[TransactionId, DoubtfulReturn] = {}

    @property
    def doubtful(self) -> tuple[DoubtfulReturn, ...]:
        """The returns in doubt; the one that was asked about longest ago is first."""
        return tuple(self._doubtful.values())

    async def returning(self, transaction_id: TransactionId, item_id: ItemId, tags: Sequence[TagUid]) -> bool:
        """Tell whether the return is on disk and may be sent."""
        await self.catch_up()
        return await self._disk.done(self._journal.returning(transaction_id, item_id, tags))

    async def settled(self, transaction_id: TransactionId, *, arm: bool, stands: bool) -> None:
        """Strike a return off, now or later."""
        self._doubtful.pop(transaction_id, None)
        self._unstruck[transaction_id] = (arm, stands)
        await self.catch_up()

    async def in_doubt(self, returns: Iterable[PendingReturn]) -> None:
        """Keep returns of which nobody can say whether they stand."""
        for each in returns:
            self._doubtful[each.transaction_id] = DoubtfulReturn(each.transaction_id, each.item_id)
            await self._disk.done(self._journal.return_unknown(each.transaction_id))

    def to_the_end(self, doubtful: DoubtfulReturn) -> None:
        """Let the other returns in doubt come first."""
        self._doubtful[doubtful.transaction_id] = self._doubtful.pop(doubtful.transaction_id, doubtful)

    def leave(self, doubtful: DoubtfulReturn) -> None:
        """Ask no more about a return; the journal keeps it for the next start."""
        self._doubtful.pop(doubtful.transaction_id, None)

    async def catch_up(self) -> None:
        """Strike off what could not be struck off before."""
        for transaction_id, (arm, stands) in tuple(self._unstruck.items()):
            if not await self._disk.done(self._journal.return_settled(transaction_id, arm=arm, stands=stands)):
                return
            self._unstruck.pop(transaction_id, None)
