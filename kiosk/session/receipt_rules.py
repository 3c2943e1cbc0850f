"""Which receipts a kiosk gives, and when it asks."""

from dataclasses import dataclass
from enum import StrEnum

from kiosk.session.effects import LineKind


class ReceiptWish(StrEnum):
    """Whether somebody who did one sort of thing gets a receipt."""

    NEVER = "never"
    ASK = "ask"
    ALWAYS = "always"


class ReceiptKind(StrEnum):
    """What a receipt is on."""

    PRINT = "print"
    QR = "qr"
    """A page of our server, good for a day, whose address a telephone reads off the screen."""
    EMAIL = "email"
    """A letter that our server sends; for readers of whom it knows an address."""


class ReceiptStage(StrEnum):
    """How far the receipt has come on the last page."""

    ASKING = "asking"
    """A receipt is offered, as far as one can be had (``receipting.kinds_now``)."""
    PRINTING = "printing"
    PRINTED = "printed"
    FAILED = "failed"
    SHARING = "sharing"
    SHARED = "shared"
    UNSHARED = "unshared"
    MAILING = "mailing"
    MAILED = "mailed"
    """Our server has it, and sends it."""
    UNMAILED = "unmailed"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class ReceiptRules:
    """What a visit of several sorts gets is the most that one of them gives: always before ask before never."""

    loan: ReceiptWish = ReceiptWish.ASK
    returned: ReceiptWish = ReceiptWish.ASK
    renewal: ReceiptWish = ReceiptWish.ASK
    kinds: tuple[ReceiptKind, ...] = (ReceiptKind.PRINT,)
    """What is offered, the first one first."""
    account: ReceiptWish = ReceiptWish.NEVER
    """Of what is on loan, for somebody who only looked at the account."""

    def wish(self, kinds: frozenset[LineKind]) -> ReceiptWish:
        """Say what holds for a receipt with lines of these kinds; without any there is none."""
        of = {
            LineKind.LENT: self.loan,
            LineKind.RETURNED: self.returned,
            LineKind.RENEWED: self.renewal,
            LineKind.ON_LOAN: self.account,
        }
        wishes = {of[kind] for kind in kinds}
        if ReceiptWish.ALWAYS in wishes:
            return ReceiptWish.ALWAYS
        return ReceiptWish.ASK if ReceiptWish.ASK in wishes else ReceiptWish.NEVER
