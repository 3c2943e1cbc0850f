"""May this reader take, or keep, this item, and until when."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
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
    overdue: int = 0
    """Those of the open loans that should be back."""
    suspended_until: date | None = None
    """The last day without borrowing, for a book that came back late."""
    owed: int = 0
    """Unpaid fees, in đồng."""
    holds: int = 0
    """Holds that go on."""


@dataclass(frozen=True, slots=True)
class Item:
    """What the rules need to know of a copy."""

    may_circulate: bool
    """``False`` for a copy that is damaged, missing, withdrawn or kept in the house."""
    lent_to: LentTo
    reserved: bool = False
    """Somebody else waits for it, and no other copy is there instead."""


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


def is_suspended(reader: Reader, occasion: Occasion) -> bool:
    """Say whether the reader may not borrow today because a book came back late."""
    return reader.suspended_until is not None and occasion.today <= reader.suspended_until


def against_borrowing(
    reader: Reader, rule: LoanRule, occasion: Occasion, overridden: AbstractSet[Refusal] = frozenset()
) -> Refusal | None:
    """Give what keeps a reader with a good card from every loan that ``rule`` is about: late books, fees, too many.

    Staff have ``overridden`` some reasons.
    """
    return next((each for each in _reasons(reader, rule, occasion) if each not in overridden), None)


def may_borrow(  # noqa: PLR0913 - what decides about a loan
    reader: Reader | None,
    item: Item | None,
    rule: LoanRule,
    occasion: Occasion,
    *,
    fee_acknowledged: bool = False,
    overridden: AbstractSet[Refusal] = frozenset(),
) -> Refusal | DueDate:
    """Give the due date of a new loan, or the first reason against it that staff have not ``overridden``.

    The reasons come in the order of what a reader can do about them: the card, the item, the reader's own loans and
    fees, and last the fee of this loan, which only has to be acknowledged. The caller sees to it that only such
    reasons are overridden as may be (``overrides.OVERRIDABLE``); a copy that may not circulate is never lent.
    """
    refusal = may_use_card(reader, occasion) or _against_item(item, rule, overridden)
    if refusal is None and reader is not None:
        refusal = against_borrowing(reader, rule, occasion, overridden)
    if refusal is not None:
        return refusal
    if rule.lending_fee and not fee_acknowledged:
        return Refusal.FEE_NOT_ACKNOWLEDGED
    return due_date(occasion.now, rule.loan_days, occasion.opening, occasion.zone)


def _reasons(reader: Reader, rule: LoanRule, occasion: Occasion) -> Iterator[Refusal]:
    if is_suspended(reader, occasion):
        yield Refusal.PATRON_SUSPENDED
    if rule.max_overdue is not None and reader.overdue > rule.max_overdue:
        yield Refusal.PATRON_OVERDUE
    if rule.fee_limit is not None and reader.owed > rule.fee_limit:
        yield Refusal.FEE_LIMIT_REACHED
    if reader.open_loans >= rule.max_items:
        yield Refusal.PATRON_LIMIT_REACHED


def _against_item(item: Item | None, rule: LoanRule, overridden: AbstractSet[Refusal]) -> Refusal | None:
    if item is None:
        return Refusal.ITEM_UNKNOWN
    if item.lent_to is LentTo.THIS_READER:
        return Refusal.ITEM_ON_LOAN_TO_SAME_PATRON
    if item.lent_to is LentTo.SOMEBODY_ELSE:
        return Refusal.ITEM_ON_LOAN
    if not item.may_circulate or not (rule.for_loan or Refusal.ITEM_NOT_FOR_LOAN in overridden):
        return Refusal.ITEM_NOT_FOR_LOAN
    return Refusal.ITEM_RESERVED if item.reserved and Refusal.ITEM_RESERVED not in overridden else None


@dataclass(frozen=True, slots=True)
class RunningLoan:
    """What the rules need to know of a loan that is to be renewed."""

    due: datetime
    """Aware."""
    renewals: int


def may_renew(  # noqa: PLR0911 - one return for each reason
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
    if item.reserved:
        return Refusal.ITEM_RESERVED
    if loan.renewals >= rule.renewals:
        return Refusal.RENEWAL_LIMIT_REACHED
    due = due_date(occasion.now, rule.loan_days, occasion.opening, occasion.zone)
    return due if due.at > loan.due else DueDate(loan.due.astimezone(occasion.zone))
