"""The parts of the pages of whoever becomes a reader: frozen values that hold translated words and no rule."""

from dataclasses import dataclass, field

from kiosk.ui.view_search_types import ChoiceView


@dataclass(frozen=True, slots=True)
class NewReaderView:
    """What the citizen card says, what came of handing it in, or where one becomes a reader."""

    title: str
    hint: str
    picture: str = ""
    """Empty: the card's fields, or the number for the desk, stand there."""
    facts: str = field(default="", repr=False)
    """The card's fields, one a line; empty: none."""
    code: str = field(default="", repr=False)
    """The number for the desk, in large letters; empty: none."""
    go_label: str = ""
    """To go on; empty: no button, as of all of these."""
    cancel_label: str = ""
    done_label: str = ""
    print_label: str = ""
    busy: bool = False


@dataclass(frozen=True, slots=True)
class ConsentView:
    """To what whoever becomes a reader agrees; nothing is chosen for them."""

    title: str
    told: str
    choices: tuple[ChoiceView, ...]
    send_label: str
    """Empty: no button, for without what is needed nothing is sent."""
    cancel_label: str
