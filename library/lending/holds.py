"""Who may reserve what, how long a book is kept for a reader, and what a late return costs in days."""

from dataclasses import dataclass
from datetime import date, timedelta

from library.lending.decisions import Occasion, Reader, is_suspended, may_use_card
from library.lending.opening import OpeningDays
from library.lending.refusals import Refusal
from library.lending.rules import LoanRule


@dataclass(frozen=True, slots=True)
class Wish:
    """What the rules need to know of the book that a reader wants to reserve."""

    lendable: bool
    """At least one copy that would do may be lent at all, now or when it is back."""
    on_loan_to_reader: bool
    """The reader has a copy of it."""
    held_by_reader: bool
    """The reader has reserved it already."""


def may_hold(
    reader: Reader | None, wish: Wish | None, rule: LoanRule, occasion: Occasion, *, fee_acknowledged: bool = False
) -> Refusal | None:
    """Give the first reason against a hold; ``None`` for the wish is a book that nobody knows."""
    refusal = may_use_card(reader, occasion)
    if refusal is None and reader is not None and is_suspended(reader, occasion):
        refusal = Refusal.PATRON_SUSPENDED
    refusal = refusal or _against_wish(wish)
    if refusal is None and reader is not None and reader.holds >= rule.max_holds:
        refusal = Refusal.HOLD_LIMIT_REACHED
    if refusal is None and rule.hold_fee and not fee_acknowledged:
        refusal = Refusal.FEE_NOT_ACKNOWLEDGED
    return refusal


def _against_wish(wish: Wish | None) -> Refusal | None:
    if wish is None:
        return Refusal.ITEM_UNKNOWN
    if wish.on_loan_to_reader:
        return Refusal.ITEM_ON_LOAN_TO_SAME_PATRON
    if wish.held_by_reader:
        return Refusal.HOLD_EXISTS
    return None if wish.lendable else Refusal.ITEM_NOT_FOR_LOAN


def kept_until(ready_on: date, rule: LoanRule, opening: OpeningDays) -> date:
    """Give the last day on the hold shelf: an open one."""
    return opening.next_open(ready_on + timedelta(days=rule.hold_days))


def suspended_until(due_on: date, back_on: date, rule: LoanRule) -> date | None:
    """Give the last day without borrowing after a late return; ``None`` where it was in time or nothing follows."""
    late = (back_on - due_on).days
    days = min(late * rule.suspension_days, rule.longest_suspension)
    return back_on + timedelta(days=days) if days > 0 else None


def is_reserved(waiting_before: int, free_instead: int) -> bool:
    """Say whether a copy must be left to those who wait.

    ``waiting_before`` holds come before this reader, and ``free_instead`` other copies lie there for them.
    """
    return waiting_before > free_instead
