"""Identify: asks for a card, waits for the library's answer, or says why the card was refused."""

from collections.abc import Mapping
from typing import ClassVar

from kivy.properties import StringProperty

from kiosk.session.events import Event
from kiosk.session.touches import CancelTouched
from kiosk.ui.screens.page import KioskPage
from kiosk.ui.view_types import IdentifyView


class IdentifyPage(KioskPage):
    """Shows an ``IdentifyView``."""

    page_name = "identify"
    events: ClassVar[Mapping[str, Event]] = {"cancel": CancelTouched()}
    picture = StringProperty("card")
    title = StringProperty("")
    hint = StringProperty("")
    notice = StringProperty("")
    cancel_label = StringProperty("")

    def show(self, view: IdentifyView) -> None:
        """Show the view."""
        self.title, self.hint, self.notice = view.title, view.hint, view.notice
        self.cancel_label = view.cancel_label
        waiting = "camera" if view.camera else "card"
        self.picture = "card_refused" if view.refused else "busy" if view.busy else waiting

    def clear(self) -> None:
        """Forget the library system's words about a card, and stop moving."""
        self.title = self.hint = self.notice = ""
        self.picture = "card"
