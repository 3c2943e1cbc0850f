"""How long, how many and how often: the lending rules by patron category, item type and place."""

from collections.abc import Iterable
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from library.lending.overrides import OVERRIDABLE
from library.lending.refusals import Refusal

LONGEST_LOAN_DAYS: Final = 3650
"""Ten years; more is a slip of the keyboard."""
HIGHEST_FEE: Final = 10_000_000
"""Đồng; more for one loan is a slip of the keyboard, too."""


class LoanRule(BaseModel):
    """One row of the rules; a part that is ``None`` holds for every category, type or place."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    category: str | None = None
    item_type: str | None = None
    place: str | None = None
    """The code of the place where the loan is made."""
    for_loan: bool = True
    """``False``: such items are read in the house."""
    loan_days: int = Field(default=14, ge=0, le=LONGEST_LOAN_DAYS)
    max_items: int = Field(default=5, ge=0)
    """Open loans of any kind that a patron may have after this one."""
    renewals: int = Field(default=1, ge=0)
    max_holds: int = Field(default=3, ge=0)
    """Holds that a patron may have at a time; with 0 nobody may hold."""
    hold_days: int = Field(default=5, ge=0, le=LONGEST_LOAN_DAYS)
    """Days on the hold shelf, then to the next open day."""
    suspension_days: int = Field(default=1, ge=0, le=LONGEST_LOAN_DAYS)
    """Days without borrowing for each day that a book came back late."""
    longest_suspension: int = Field(default=30, ge=0, le=LONGEST_LOAN_DAYS)
    """Days at most, however late."""
    max_overdue: int | None = Field(default=None, ge=0)
    """Overdue loans with which a patron may still borrow; any number without it."""
    lending_fee: int = Field(default=0, ge=0, le=HIGHEST_FEE)
    """Đồng for each loan, acknowledged before it is made."""
    hold_fee: int = Field(default=0, ge=0, le=HIGHEST_FEE)
    """Đồng for each hold, acknowledged before it is placed."""
    fee_limit: int | None = Field(default=None, ge=0)
    """Unpaid đồng with which a patron may still borrow; any amount without it."""


class RulesError(ValueError):
    """The rules have two rows for one case; ``rule`` is the second."""

    def __init__(self, rule: LoanRule) -> None:
        super().__init__("two rules for one case")
        self.rule = rule


class LendingRules:
    """All rules of a library; the most particular one holds, and there is always one.

    Order of precedence: place with category and type, place with category, place with type, place alone, then the same
    without a place. A rule for everything is added when none is given.
    """

    def __init__(self, rules: Iterable[LoanRule] = (), may_override: Iterable[Refusal] = OVERRIDABLE) -> None:
        """Take the rules; staff may override ``may_override``, as far as anybody may."""
        self.may_override = OVERRIDABLE.intersection(may_override)
        self._rules: dict[tuple[str | None, str | None, str | None], LoanRule] = {}
        for rule in rules:
            key = (rule.place, rule.category, rule.item_type)
            if key in self._rules:
                raise RulesError(rule)
            self._rules[key] = rule
        self._rules.setdefault((None, None, None), LoanRule())

    def rule_for(self, *, category: str, item_type: str, place: str) -> LoanRule:
        """Give the rule that holds for a patron of ``category`` who takes an item of ``item_type`` at ``place``."""
        for key in (
            (place, category, item_type),
            (place, category, None),
            (place, None, item_type),
            (place, None, None),
            (None, category, item_type),
            (None, category, None),
            (None, None, item_type),
        ):
            rule = self._rules.get(key)
            if rule is not None:
                return rule
        return self._rules[None, None, None]
