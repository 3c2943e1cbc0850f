"""The parts of a screen: frozen values that hold translated words and no rule."""

from dataclasses import dataclass, field
from enum import StrEnum

from kiosk.session.staff_events import OverrideTouched, StaffServiceTouched, StaffTouched
from kiosk.session.touches import CancelHoldTouched, CountTouched, FeeTouched, RenewTouched
from kiosk.session.values import ItemId, Language, Service
from kiosk.ui.view_citizen_types import ConsentView, NewReaderView
from kiosk.ui.view_hold_types import HoldView
from kiosk.ui.view_paying_types import PayingView
from kiosk.ui.view_search_types import BookView, ChoicesView, ResultsView, SearchView


class Mark(StrEnum):
    """The picture beside a row; never colour alone."""

    WAITING = "waiting"
    BUSY = "busy"
    DONE = "done"
    ATTENTION = "attention"
    """The patron still has to do something with this item."""
    REFUSED = "refused"
    BOOK = "book"
    """A book of which nothing is to be said but what stands beside it."""
    MONEY = "money"
    NOTE = "note"


class Asked(StrEnum):
    """What a question over the page is about; its name in a recording."""

    FEE = "fee"
    COUNT = "count"
    CANCEL_HOLD = "cancel_hold"
    CLOSE = "close"
    RESTART = "restart"
    ALARM_SEEN = "alarm_seen"


@dataclass(frozen=True, slots=True)
class QuestionView:
    """Lies over everything: a question with two answers."""

    asked: Asked
    title: str
    words: str
    """About what; empty: the title says it all."""
    large: str
    """What must not be misread, in large letters: an amount, a number."""
    yes_label: str
    no_label: str
    yes: FeeTouched | CountTouched | CancelHoldTouched | StaffTouched
    no: FeeTouched | CountTouched | None
    """``None``: the question goes, and nothing else happens."""


@dataclass(frozen=True, slots=True)
class ActionView:
    """What can be done with one row."""

    label: str
    wish: RenewTouched | CancelHoldTouched | StaffTouched | StaffServiceTouched | None
    """Not shown; ``None``: what is wanted depends on the answer to the question."""
    question: "QuestionView | WhichView | None" = None
    """Asked first, where it cannot be taken back."""


@dataclass(frozen=True, slots=True)
class RowView:
    """One item on a list."""

    key: str
    """Stable while the item is on the list; not shown."""
    title: str
    detail: str
    """Until when, or what to do."""
    mark: Mark
    where: str = ""
    """Where it is to be put now, in large letters; empty: nowhere, or not known yet."""
    action: ActionView | None = None


@dataclass(frozen=True, slots=True)
class LanguageView:
    """One language button."""

    language: Language
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class HomeView:
    """Nobody is there, and the kiosk is for one thing."""

    title: str
    hint: str
    start_label: str
    service: Service
    """Not shown: what begins."""
    languages: tuple[LanguageView, ...]
    notice: str
    search_label: str = ""
    """To look for a book; empty: no button."""


@dataclass(frozen=True, slots=True)
class ServiceView:
    """One thing for which a patron may come."""

    service: Service
    label: str
    hint: str
    """What it is for, in one line."""


@dataclass(frozen=True, slots=True)
class ServicesView:
    """Nobody is there, and the kiosk is for several things: a button for each that can be had now."""

    title: str
    hint: str
    services: tuple[ServiceView, ...]
    languages: tuple[LanguageView, ...]
    notice: str
    search_label: str = ""
    """To look for a book; empty: no button."""
    search_hint: str = ""


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
    type_label: str = ""
    """To type the number of a card; empty: no button."""


@dataclass(frozen=True, slots=True)
class KeysView:
    """Keys of a number pad that are there at once: ten at most."""

    keys: tuple[str, ...]
    label: str
    """What the button says that leads to them."""


@dataclass(frozen=True, slots=True)
class PinView:
    """A patron types a PIN, whose digits are nowhere on the screen, or the number of a card."""

    title: str
    hint: str
    typed: int
    """How many digits were typed."""
    keys: tuple[str, ...]
    """The ten digits in the order in which they stand."""
    erase_label: str
    enter_label: str
    """Empty: nothing can be entered now."""
    cancel_label: str
    """Empty: no button."""
    busy: bool
    notice: str
    shown: str = field(default="", repr=False)
    """A card's number, in groups; empty: a dot for each digit."""
    letters: tuple[KeysView, ...] = ()
    """Further keys, where the numbers of cards hold letters; a button leads round, from the digits on."""
    digits_label: str = ""
    """What that button says where the digits come next."""


@dataclass(frozen=True, slots=True)
class SectionView:
    """One list of the account page."""

    name: str
    """Stable; not shown."""
    label: str
    hint: str
    """What can be done with it."""
    rows: tuple[RowView, ...]


@dataclass(frozen=True, slots=True)
class AccountView:
    """What a patron has on loan, on hold and owes; one list at a time."""

    greeting: str
    prompt: str
    """What is going on; empty: nothing, and the hint of the open list stands there."""
    notice: str
    sections: tuple[SectionView, ...]
    renew_label: str
    """To renew all; empty: no button."""
    renew: RenewTouched | None
    borrow_label: str
    """Empty: no button."""
    finish_label: str
    busy: bool
    picture: str = ""
    """Stands where the lists will be: ``busy``, or ``desk`` where only the desk can say."""
    pay_label: str = ""
    """To pay by bank, where fees are listed; empty: no button."""

    @property
    def rows(self) -> tuple[RowView, ...]:
        """The rows of all lists."""
        return tuple(row for section in self.sections for row in section.rows)


@dataclass(frozen=True, slots=True)
class StaffView:
    """What staff see and do; one list at a time."""

    title: str
    prompt: str
    """What goes on; empty: nothing, and the hint of the open list stands there."""
    notice: str
    sections: tuple[SectionView, ...]
    leave_label: str
    busy: bool

    @property
    def rows(self) -> tuple[RowView, ...]:
        """The rows of all lists."""
        return tuple(row for section in self.sections for row in section.rows)


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
    account_label: str = ""
    """To the patron's own list; empty: no button."""
    picture: str = "pad"
    """Stands where the list will be: ``pad``, ``camera`` (what it sees) or nothing."""


@dataclass(frozen=True, slots=True)
class ReturnView:
    """The list of items that are brought back, newest first."""

    title: str
    count: str
    prompt: str
    rows: tuple[RowView, ...]
    where: str
    """Where the newest item that is done is to be put; empty: nothing is to be said."""
    where_title: str
    """Which item that is."""
    by_hand: bool
    """It goes into no bin, a person takes it."""
    finish_label: str
    """Empty: no button."""
    cancel_label: str
    """Empty: no button."""
    busy: bool
    notice: str
    picture: str = "pad"
    """As of a ``BorrowView``."""


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
    share_label: str = ""
    """For a receipt on the patron's telephone; empty: no button."""
    mail_label: str = ""
    """For one by e-mail; the same."""
    code: str = field(default="", repr=False)
    """What a telephone reads off the screen; empty: nothing."""


@dataclass(frozen=True, slots=True)
class OutOfOrderView:
    """The kiosk cannot serve now."""

    title: str
    hint: str
    small_print: str
    search_label: str = ""
    """To look for a book; empty: no button."""


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
    wish: OverrideTouched | None = None
    """What choosing it means; ``None``: that the number stands for this item."""


@dataclass(frozen=True, slots=True)
class WhichView:
    """Lies over everything: one of several answers, such as which library's item a number stands for."""

    title: str
    options: tuple[OptionView, ...]
    none_label: str
    more_label: str
    """For those that do not fit at once."""
    may_go: bool = False
    """No answer is wanted: with none of them the question goes, and nothing else happens."""


Overlay = StillThereView | WhichView | QuestionView
Page = (
    HomeView
    | ServicesView
    | IdentifyView
    | PinView
    | BorrowView
    | AccountView
    | ReturnView
    | SettlingView
    | FinishedView
    | OutOfOrderView
    | StaffView
    | SearchView
    | ResultsView
    | BookView
    | ChoicesView
    | HoldView
    | NewReaderView
    | ConsentView
    | PayingView
)


@dataclass(frozen=True, slots=True)
class Screen:
    """All that the screen shows at one moment."""

    page: Page
    overlay: Overlay | None
    language: Language
