"""Out of order: the kiosk cannot serve now, and where to go instead."""

from kivy.properties import StringProperty

from kiosk.ui.screens.page import KioskPage
from kiosk.ui.view_types import OutOfOrderView


class OutOfOrderPage(KioskPage):
    """Shows an ``OutOfOrderView``; there is nothing to touch."""

    page_name = "out_of_order"
    title = StringProperty("")
    hint = StringProperty("")
    small_print = StringProperty("")

    def show(self, view: OutOfOrderView) -> None:
        """Show the view."""
        self.title, self.hint, self.small_print = view.title, view.hint, view.small_print
