"""New reader: what the citizen card says, the number for the desk, or where one becomes a reader."""

from collections.abc import Mapping
from typing import ClassVar

from kivy.properties import StringProperty

from kiosk.session.citizen_events import JoinTouched
from kiosk.session.events import Event
from kiosk.session.touches import CancelTouched, DoneTouched, ReceiptTouched
from kiosk.ui.screens.page import KioskPage
from kiosk.ui.view_citizen_types import NewReaderView


class NewReaderPage(KioskPage):
    """Shows a ``NewReaderView``."""

    page_name = "new_reader"
    events: ClassVar[Mapping[str, Event]] = {
        "go": JoinTouched(),
        "cancel": CancelTouched(),
        "done": DoneTouched(),
        "print": ReceiptTouched(wanted=True),
    }
    title = StringProperty("")
    hint = StringProperty("")
    picture = StringProperty("")
    facts = StringProperty("")
    code = StringProperty("")
    go_label = StringProperty("")
    cancel_label = StringProperty("")
    done_label = StringProperty("")
    print_label = StringProperty("")

    def show(self, view: NewReaderView) -> None:
        """Show the view."""
        self.title, self.hint, self.picture = view.title, view.hint, view.picture
        self.facts, self.code = view.facts, view.code
        self.go_label, self.cancel_label, self.done_label = view.go_label, view.cancel_label, view.done_label
        self.print_label = view.print_label

    def clear(self) -> None:
        """Forget every word of the card, and the number."""
        self.title = self.hint = self.picture = self.facts = self.code = ""
