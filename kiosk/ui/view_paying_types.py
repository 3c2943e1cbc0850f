"""The page on which somebody pays by bank: frozen words and a code, and no rule."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PayingView:
    """A code for a bank's app; nothing is paid before the bank has done it."""

    title: str
    hint: str
    amount: str
    """In large letters; empty: nothing to be paid here."""
    lines: tuple[str, ...]
    """To whom and under which reference, for whoever types it."""
    code: str
    """Empty: none."""
    busy: bool
    notice: str
    back_label: str
    """To the account; empty: no button."""
    finish_label: str
