"""The answers to the session's effects, from library system, pad and printer; each names its visit."""

from dataclasses import dataclass, field

from kiosk.session.hold_values import PlacedHold
from kiosk.session.values import (
    Account,
    AlarmFault,
    Finding,
    ItemId,
    Loan,
    Money,
    Patron,
    PrinterFault,
    Returned,
    VisitId,
)
from library.lending.refusals import Refusal


@dataclass(frozen=True, slots=True)
class PatronAccepted:
    """The library system knows the card and lets its holder in."""

    visit_id: VisitId
    patron: Patron


@dataclass(frozen=True, slots=True)
class PatronRefused:
    """The library system does not let the card's holder in."""

    visit_id: VisitId
    refusal: Refusal
    words: str = field(default="", repr=False)
    """The library system's own words (SIP2 AF), shown as they are."""


@dataclass(frozen=True, slots=True)
class IdentifyFailed:
    """The library system did not answer whether it knows the card."""

    visit_id: VisitId


@dataclass(frozen=True, slots=True)
class ItemsFound:
    """The library system said which of the candidates it knows, or did not say: a finding for each, in their order."""

    visit_id: VisitId
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class LoanMade:
    """The loan stands in the library system; ``loan.item_id`` is the very number that was asked for."""

    visit_id: VisitId
    loan: Loan


@dataclass(frozen=True, slots=True)
class LoanRefused:
    """The library system said no to the loan."""

    visit_id: VisitId
    item_id: ItemId
    refusal: Refusal
    words: str = field(default="", repr=False)
    title: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class LoanAsksFee:
    """The library system would lend for a fee to which the patron did not agree yet."""

    visit_id: VisitId
    item_id: ItemId
    fee: Money = field(repr=False)
    title: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class LoanUnknown:
    """Nobody can say whether the loan stands: the item goes to the desk and into the journal."""

    visit_id: VisitId
    item_id: ItemId


@dataclass(frozen=True, slots=True)
class AlarmSwitchedOff:
    """The tag was read back and says "on loan"."""

    visit_id: VisitId
    item_id: ItemId


@dataclass(frozen=True, slots=True)
class AlarmStillOn:
    """The tag could not be made to say "on loan"."""

    visit_id: VisitId
    item_id: ItemId
    fault: AlarmFault


@dataclass(frozen=True, slots=True)
class ReturnMade:
    """The return stands; ``returned.item_id`` is the very number that was asked for."""

    visit_id: VisitId
    returned: Returned


@dataclass(frozen=True, slots=True)
class ReturnRefused:
    """The library system did not take the item back: it does not know it, or staff must see it."""

    visit_id: VisitId
    item_id: ItemId
    refusal: Refusal
    words: str = field(default="", repr=False)
    title: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class ReturnUnknown:
    """Nobody can say whether the return stands; it is in the journal."""

    visit_id: VisitId
    item_id: ItemId


@dataclass(frozen=True, slots=True)
class AlarmSwitchedOn:
    """Every tag of the item was read back and says "secured"."""

    visit_id: VisitId
    item_id: ItemId


@dataclass(frozen=True, slots=True)
class AlarmStillOff:
    """A tag of the item could not be made to say "secured"."""

    visit_id: VisitId
    item_id: ItemId
    fault: AlarmFault


@dataclass(frozen=True, slots=True)
class LoanRenewed:
    """The loan goes on; ``loan.due`` is the new date."""

    visit_id: VisitId
    loan: Loan


@dataclass(frozen=True, slots=True)
class RenewalRefused:
    """The library system said no; the loan stands as it was."""

    visit_id: VisitId
    item_id: ItemId
    refusal: Refusal
    words: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class RenewalUnknown:
    """Nobody can say whether the loan was renewed; it stands in any case."""

    visit_id: VisitId
    item_id: ItemId


@dataclass(frozen=True, slots=True)
class AccountRead:
    """What the library system tells its patron."""

    visit_id: VisitId
    account: Account


@dataclass(frozen=True, slots=True)
class AccountUnread:
    """The library system did not tell."""

    visit_id: VisitId


@dataclass(frozen=True, slots=True)
class HoldPlaced:
    """The book will be kept for the patron, or is already."""

    visit_id: VisitId
    hold: PlacedHold


@dataclass(frozen=True, slots=True)
class HoldRefused:
    """The library system said no to a hold, or wants a fee for it to which the patron did not agree yet."""

    visit_id: VisitId
    refusal: Refusal
    words: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class HoldUnknown:
    """Nobody can say whether the hold stands."""

    visit_id: VisitId


@dataclass(frozen=True, slots=True)
class HoldCancelled:
    """The hold is no more."""

    visit_id: VisitId
    item_id: ItemId


@dataclass(frozen=True, slots=True)
class HoldKept:
    """The hold could not be cancelled, or nobody knows."""

    visit_id: VisitId
    item_id: ItemId
    words: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class ReceiptPrinted:
    """The printer took the whole receipt and has paper."""

    visit_id: VisitId


@dataclass(frozen=True, slots=True)
class ReceiptShared:
    """Our server keeps the receipt; ``link`` is where a telephone finds it, empty where it goes by e-mail."""

    visit_id: VisitId
    link: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ReceiptNotShared:
    """Our server did not take the receipt, or did not say."""

    visit_id: VisitId


@dataclass(frozen=True, slots=True)
class ReceiptFailed:
    """The receipt did not come out, or not whole."""

    visit_id: VisitId
    fault: PrinterFault
