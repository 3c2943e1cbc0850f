"""The parts of the page on which a book is kept for a patron: frozen values that hold translated words and no rule."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class HoldView:
    """A hold is being placed or undone, or what came of it."""

    title: str
    hint: str = field(repr=False)
    """The book, where it is to be fetched and how many come before; why not, where it was refused."""
    picture: str
    notice: str
    agree_label: str
    """The fee is right; empty: no button, as of all of these."""
    decline_label: str
    account_label: str
    undo_label: str
    done_label: str
    busy: bool
