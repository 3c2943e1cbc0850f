"""The parts of a screen: frozen values that hold translated words and no rule."""

from dataclasses import dataclass
from enum import StrEnum

from kiosk.session.values import ItemId, Language


class Mark(StrEnum):
    """The picture beside a row; never colour alone."""

    WAITING = "waiting"
    BUSY = "busy"
    DONE = "done"
    ATTENTION = "attention"
    """The patron still has to do something with this item."""
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class RowView:
    """One item on a list."""

    key: str
    """Stable while the item is on the list; not shown."""
    title: str
    detail: str
    """Until when, or what to do."""
    mark: Mark


@dataclass(frozen=True, slots=True)
class LanguageView:
    """One language button."""

    language: Language
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class HomeView:
    """Nobody is there."""

    title: str
    hint: str
    start_label: str
    languages: tuple[LanguageView, ...]
    notice: str


@dataclass(frozen=True, slots=True)
class IdentifyView:
    """The kiosk asks for a card, looks it up, or says why it was refused."""

    title: str
    hint: str
    busy: bool
    refused: bool
    cancel_label: str
    """Empty: no button."""
    notice: str
    camera: bool = False
    """Shown: what the camera sees."""


@dataclass(frozen=True, slots=True)
class BorrowView:
    """The list of items of this visit, newest first."""

    greeting: str
    prompt: str
    count: str
    rows: tuple[RowView, ...]
    lying_label: str
    """The button for items that lay on the pad before; empty: no button."""
    finish_label: str
    cancel_label: str
    busy: bool
    notice: str
    picture: str = "pad"
    """Stands where the list will be: ``pad``, ``camera`` (what it sees) or nothing."""


@dataclass(frozen=True, slots=True)
class SettlingView:
    """One moment, please."""

    title: str
    hint: str


@dataclass(frozen=True, slots=True)
class FinishedView:
    """What was lent until when, and the receipt."""

    title: str
    hint: str
    rows: tuple[RowView, ...]
    print_label: str
    """Empty: no button."""
    decline_label: str
    """Empty: no button."""
    done_label: str
    """Empty: no button."""
    busy: bool
    printer_stopped: bool
    """No receipt came out, or none would."""


@dataclass(frozen=True, slots=True)
class OutOfOrderView:
    """The kiosk cannot serve now."""

    title: str
    hint: str
    small_print: str


@dataclass(frozen=True, slots=True)
class StillThereView:
    """Lies over everything: the visit ends unless the patron touches."""

    title: str
    countdown: str
    stay_label: str


@dataclass(frozen=True, slots=True)
class OptionView:
    """One item that a number may stand for."""

    item_id: ItemId
    """Not shown."""
    label: str
    """Whose it is and, where that is known, its title."""


@dataclass(frozen=True, slots=True)
class WhichView:
    """Lies over everything: items of several libraries may bear a number, and the patron says which is meant."""

    title: str
    options: tuple[OptionView, ...]
    none_label: str
    more_label: str
    """For those that do not fit at once."""


Overlay = StillThereView | WhichView
Page = HomeView | IdentifyView | BorrowView | SettlingView | FinishedView | OutOfOrderView


@dataclass(frozen=True, slots=True)
class Screen:
    """All that the screen shows at one moment."""

    page: Page
    overlay: Overlay | None
    language: Language
