"""Out of order: the kiosk cannot serve now, and where to go instead; books can be looked for all the same."""

from collections.abc import Mapping
from typing import ClassVar

from kivy.properties import StringProperty

from kiosk.session.events import Event
from kiosk.session.search_events import SearchTouched
from kiosk.ui.screens.page import KioskPage
from kiosk.ui.view_types import OutOfOrderView


class OutOfOrderPage(KioskPage):
    """Shows an ``OutOfOrderView``; at most one thing is there to touch."""

    page_name = "out_of_order"
    events: ClassVar[Mapping[str, Event]] = {"search": SearchTouched()}
    title = StringProperty("")
    hint = StringProperty("")
    small_print = StringProperty("")
    search_label = StringProperty("")

    def show(self, view: OutOfOrderView) -> None:
        """Show the view."""
        self.title, self.hint, self.small_print = view.title, view.hint, view.small_print
        self.search_label = view.search_label
