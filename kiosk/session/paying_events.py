"""What happens while somebody pays by bank: touches, and the answers of our server."""

from dataclasses import dataclass

from kiosk.session.paying_values import BankTransfer
from kiosk.session.values import VisitId


@dataclass(frozen=True, slots=True)
class PayByBankTouched:
    """The patron wants to pay all that is owed by bank transfer."""


@dataclass(frozen=True, slots=True)
class PayingLeftTouched:
    """The patron wants back to the account, whether money was sent or not."""


@dataclass(frozen=True, slots=True)
class TransferBegan:
    """Our server gave a transfer; nothing is paid yet."""

    visit_id: VisitId
    transfer: BankTransfer


@dataclass(frozen=True, slots=True)
class TransferNotBegun:
    """Our server gave none, or did not say."""

    visit_id: VisitId


PayingEvent = PayByBankTouched | PayingLeftTouched | TransferBegan | TransferNotBegun
