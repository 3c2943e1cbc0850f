"""English words of the page of fees, each a message of the catalogues, and what a form held that was refused."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from server.circulation.fee_counter import Trouble
from server.circulation.transfer_book import TransferTrouble
from server.circulation.transfers import Arrived
from server.store.account_models import FeeReason
from server.store.fee_models import FeeActKind

FEE_REASON: Mapping[FeeReason, str] = MappingProxyType(
    {
        FeeReason.LOST: "Lost book",
        FeeReason.DAMAGED: "Damaged book",
        FeeReason.CARD: "Card fee",
        FeeReason.LENDING: "Lending fee",
        FeeReason.HOLD: "Reservation fee",
        FeeReason.OTHER: "Other fee",
    }
)
"""In the order of the list."""

ACT: Mapping[FeeActKind, str] = MappingProxyType(
    {FeeActKind.WRITTEN: "Written", FeeActKind.WAIVED: "Waived", FeeActKind.PAID: "Paid"}
)
"""What was done."""

TROUBLE: Mapping[Trouble, str] = MappingProxyType(
    {
        Trouble.AMOUNT: "Type the amount in whole đồng, for example 20.000.",
        Trouble.TOO_HIGH: "That is more than the reader owes. Nothing was taken.",
        Trouble.WHO: "Type who you are, so that it can be asked about later.",
        Trouble.WHY: "Type the reason.",
        Trouble.TOO_LONG: "That is too long. Please shorten it.",
        Trouble.ITEM: "There is no book with this number.",
        Trouble.GONE: "This line is paid or waived already. Nothing was changed.",
        Trouble.STALE: "This page is old. Nothing was changed; please fill it in again.",
    }
)
"""Why nothing was done."""

TRANSFER_TROUBLE: Mapping[TransferTrouble, str] = MappingProxyType(
    {
        TransferTrouble.REFERENCE: "This is no reference, or it has a slip: it begins with TV and has eleven letters.",
        TransferTrouble.UNKNOWN: "No transfer has this reference. Nothing was changed.",
        TransferTrouble.AMOUNT: "Type the amount in whole đồng, for example 20.000.",
        TransferTrouble.WHO: "Type who you are, so that it can be asked about later.",
        TransferTrouble.TOO_LONG: "That is too long. Please shorten it.",
        TransferTrouble.BEFORE: "Money with this reference was written down before. Nothing was changed.",
        TransferTrouble.STALE: "This page is old. Nothing was changed; please fill it in again.",
    }
)
"""Why nothing was written down of a transfer."""

ARRIVED: Mapping[Arrived, str] = MappingProxyType(
    {
        Arrived.APPLIED: "Written down. It paid what the reader owed, or a part of it.",
        Arrived.LEFT_OVER: "Written down. More came than was owed: the rest stands below, to be given back.",
        Arrived.KNOWN: "This was written down before; it counts once.",
    }
)
"""What became of money that staff wrote down."""


@dataclass(frozen=True, slots=True)
class Filled:
    """What was typed, to be shown again with the words about it."""

    where: str = ""
    """Which form."""
    trouble: Trouble | None = None
    by: str = ""
    words: str = field(default="", repr=False)
    amount: str = ""
    item: str = field(default="", repr=False)
    reason: FeeReason = FeeReason.LOST
