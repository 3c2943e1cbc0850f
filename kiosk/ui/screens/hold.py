"""Hold: a book is kept for a patron: one moment, what came of it, and the way back."""

from collections.abc import Mapping
from typing import ClassVar

from kivy.properties import StringProperty

from kiosk.session.events import Event
from kiosk.session.touches import DoneTouched, HoldFeeTouched, ServiceTouched, UndoHoldTouched
from kiosk.session.values import Service
from kiosk.ui.screens.page import KioskPage
from kiosk.ui.view_hold_types import HoldView


class HoldPage(KioskPage):
    """Shows a ``HoldView``."""

    page_name = "hold"
    events: ClassVar[Mapping[str, Event]] = {
        "agree": HoldFeeTouched(agreed=True),
        "decline": HoldFeeTouched(agreed=False),
        "account": ServiceTouched(Service.ACCOUNT),
        "undo": UndoHoldTouched(),
        "done": DoneTouched(),
    }
    title = StringProperty("")
    hint = StringProperty("")
    picture = StringProperty("")
    notice = StringProperty("")
    agree_label = StringProperty("")
    decline_label = StringProperty("")
    account_label = StringProperty("")
    undo_label = StringProperty("")
    done_label = StringProperty("")

    def show(self, view: HoldView) -> None:
        """Show the view."""
        self.title, self.hint, self.picture, self.notice = view.title, view.hint, view.picture, view.notice
        self.agree_label, self.decline_label = view.agree_label, view.decline_label
        self.account_label, self.undo_label, self.done_label = view.account_label, view.undo_label, view.done_label

    def clear(self) -> None:
        """Forget the book."""
        self.title = self.hint = self.picture = self.notice = ""
