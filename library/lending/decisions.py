"""May this reader take, or keep, this item, and until when."""

from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from enum import Enum, auto

from library.lending.opening import DueDate, OpeningDays, due_date
from library.lending.refusals import Refusal
from library.lending.rules import LoanRule


class LentTo(Enum):
    """Who has an item now."""

    NOBODY = auto()
    THIS_READER = auto()
    SOMEBODY_ELSE = auto()


@dataclass(frozen=True, slots=True)
class Reader:
    """What the rules need to know of a patron."""

    blocked: bool
    expires: date | None
    """The last day on which the card is good; ``None`` for ever."""
    open_loans: int


@dataclass(frozen=True, slots=True)
class Item:
    """What the rules need to know of a copy."""

    may_circulate: bool
    """``False`` for a copy that is damaged, missing, withdrawn or kept in the house."""
    lent_to: LentTo


@dataclass(frozen=True, slots=True)
class Occasion:
    """When and where the question is asked."""

    now: datetime
    """Aware."""
    zone: tzinfo
    opening: OpeningDays

    @property
    def today(self) -> date:
        """The library's own day."""
        return self.now.astimezone(self.zone).date()


def may_use_card(reader: Reader | None, occasion: Occasion) -> Refusal | None:
    """Say whether the card is good today; ``None`` for the reader is a card that nobody knows."""
    if reader is None:
        return Refusal.PATRON_UNKNOWN
    if reader.blocked:
        return Refusal.PATRON_BLOCKED
    if reader.expires is not None and reader.expires < occasion.today:
        return Refusal.PATRON_EXPIRED
    return None


def may_borrow(reader: Reader | None, item: Item | None, rule: LoanRule, occasion: Occasion) -> Refusal | DueDate:
    """Give the due date of a new loan, or the first reason against it: the card, the item, then the reader's limit."""
    refusal = may_use_card(reader, occasion) or _against_item(item, rule)
    if refusal is not None:
        return refusal
    if reader is not None and reader.open_loans >= rule.max_items:
        return Refusal.PATRON_LIMIT_REACHED
    return due_date(occasion.now, rule.loan_days, occasion.opening, occasion.zone)


def _against_item(item: Item | None, rule: LoanRule) -> Refusal | None:
    if item is None:
        return Refusal.ITEM_UNKNOWN
    if item.lent_to is LentTo.THIS_READER:
        return Refusal.ITEM_ON_LOAN_TO_SAME_PATRON
    if item.lent_to is LentTo.SOMEBODY_ELSE:
        return Refusal.ITEM_ON_LOAN
    if not item.may_circulate or not rule.for_loan:
        return Refusal.ITEM_NOT_FOR_LOAN
    return None


@dataclass(frozen=True, slots=True)
class RunningLoan:
    """What the rules need to know of a loan that is to be renewed."""

    due: datetime
    """Aware."""
    renewals: int


def may_renew(
    reader: Reader | None, item: Item | None, loan: RunningLoan | None, rule: LoanRule, occasion: Occasion
) -> Refusal | DueDate:
    """Give the due date after a renewal, counted from today and never earlier than before, or the reason against it.

    ``loan`` is the item's open loan, whoever has it; ``None`` when it is on loan to nobody.
    """
    refusal = may_use_card(reader, occasion)
    if refusal is not None:
        return refusal
    if item is None:
        return Refusal.ITEM_UNKNOWN
    if loan is None or item.lent_to is LentTo.NOBODY:
        return Refusal.ITEM_NOT_ON_LOAN
    if item.lent_to is LentTo.SOMEBODY_ELSE:
        return Refusal.ITEM_ON_LOAN
    if loan.renewals >= rule.renewals:
        return Refusal.RENEWAL_LIMIT_REACHED
    due = due_date(occasion.now, rule.loan_days, occasion.opening, occasion.zone)
    return due if due.at > loan.due else DueDate(loan.due.astimezone(occasion.zone))
