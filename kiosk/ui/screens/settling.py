"""Settling: one moment, please."""

from kivy.properties import StringProperty

from kiosk.ui.screens.page import KioskPage
from kiosk.ui.view_types import SettlingView


class SettlingPage(KioskPage):
    """Shows a ``SettlingView``; there is nothing to touch."""

    page_name = "settling"
    picture = StringProperty("")
    title = StringProperty("")
    hint = StringProperty("")

    def show(self, view: SettlingView) -> None:
        """Show the view."""
        self.title, self.hint = view.title, view.hint
        self.picture = "busy"

    def clear(self) -> None:
        """Stop moving."""
        self.picture = ""
