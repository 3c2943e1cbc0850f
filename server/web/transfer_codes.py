"""The code of a bank transfer to the library's account, for a kiosk to show."""

from dataclasses import dataclass

from library.api.payments import TransferBegun
from library.paying import vietqr
from server.circulation.transfer_book import TransferBook
from server.circulation.transfers import Opened
from server.circulation.values import Counter
from server.config import PaymentSection


@dataclass(frozen=True, slots=True)
class TransferMaker:
    """Begins transfers to the configured account."""

    book: TransferBook
    account: PaymentSection
    """With a bank in it."""

    async def begin(self, counter: Counter, card_number: str) -> TransferBegun | None:
        """Begin a transfer of all that a reader owes; ``None`` for an unknown card, and where nothing is owed."""
        opened = await self.book.open(counter, card_number)
        if not isinstance(opened, Opened):
            return None
        to = self.account
        code = vietqr.Transfer(to.bank, to.account, opened.amount, opened.reference)
        return TransferBegun(
            reference=opened.reference,
            amount=opened.amount,
            payload=vietqr.write_transfer(code),
            bank_name=to.bank_name,
            account=to.account,
            holder=to.holder,
            until=opened.until,
        )
