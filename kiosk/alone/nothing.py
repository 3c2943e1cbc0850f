"""What the kiosk does on its own while the library system does not answer."""

from collections.abc import Awaitable, Callable, Sequence

from kiosk.ports import Refused, Unanswered
from kiosk.session.values import ItemId, Loan, Patron, PatronId, Returned, TagUid, TransactionId
from library.lending.refusals import Refusal


class NoOfflineLending:
    """A ``ports.OfflineLending`` of a kiosk that does nothing on its own."""

    async def identify(self, patron_id: PatronId) -> Patron | Refused | Unanswered:
        """There are no rules."""
        del patron_id
        return Unanswered()

    async def lend(
        self, transaction_id: TransactionId, patron_id: PatronId, item_id: ItemId, taken: int
    ) -> Loan | Refused:
        """Lend nothing."""
        del transaction_id, patron_id, item_id, taken
        return Refused(Refusal.OTHER)

    async def take_back(
        self, transaction_id: TransactionId, item_id: ItemId, tags: Sequence[TagUid] = ()
    ) -> Returned | Refused:
        """Take nothing back."""
        del transaction_id, item_id, tags
        return Refused(Refusal.OTHER)

    async def watch(self, on_change: Callable[[bool], Awaitable[None]]) -> None:
        """Tell that there are no rules."""
        await on_change(False)
