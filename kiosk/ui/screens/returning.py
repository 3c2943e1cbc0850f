"""Bring back: what came back, newest first, and where it is to be put."""

from collections.abc import Mapping
from typing import ClassVar

from kivy.properties import BooleanProperty, StringProperty

from kiosk.session.events import Event
from kiosk.session.touches import CancelTouched, FinishTouched
from kiosk.ui.screens.page import KioskPage
from kiosk.ui.view_types import ReturnView


class ReturningPage(KioskPage):
    """Shows a ``ReturnView``."""

    page_name = "returning"
    events: ClassVar[Mapping[str, Event]] = {"finish": FinishTouched(), "cancel": CancelTouched()}
    title = StringProperty("")
    count = StringProperty("")
    prompt = StringProperty("")
    notice = StringProperty("")
    where = StringProperty("")
    where_title = StringProperty("")
    by_hand = BooleanProperty(False)
    finish_label = StringProperty("")
    cancel_label = StringProperty("")
    empty = BooleanProperty(True)
    picture = StringProperty("pad")

    def show(self, view: ReturnView) -> None:
        """Show the view."""
        self.title, self.count = view.title, view.count
        self.prompt, self.notice = view.prompt, view.notice
        self.where, self.where_title = view.where, view.where_title
        self.by_hand = view.by_hand
        self.finish_label, self.cancel_label = view.finish_label, view.cancel_label
        self.ids.rows.show(view.rows)
        self.empty = not view.rows
        self.picture = view.picture

    def clear(self) -> None:
        """Forget what came back."""
        self.title = self.count = self.prompt = self.notice = self.where = self.where_title = ""
        self.ids.rows.show(())
        self.empty = True
        self.picture = "pad"
