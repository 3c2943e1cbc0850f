"""Choices: by what the results of a search can be narrowed."""

from collections.abc import Mapping
from typing import ClassVar

from kivy.properties import StringProperty

from kiosk.session.events import Event
from kiosk.session.search_events import BackTouched, WidenTouched
from kiosk.session.touches import CancelTouched
from kiosk.ui.screens.page import KioskPage
from kiosk.ui.view_search_types import ChoicesView


class ChoicesPage(KioskPage):
    """Shows a ``ChoicesView``."""

    page_name = "choices"
    events: ClassVar[Mapping[str, Event]] = {
        "show": BackTouched(),
        "widen": WidenTouched(),
        "leave": CancelTouched(),
    }
    title = StringProperty("")
    told = StringProperty("")
    show_label = StringProperty("")
    widen_label = StringProperty("")
    leave_label = StringProperty("")

    def show(self, view: ChoicesView) -> None:
        """Show the view."""
        self.title, self.told = view.title, view.told
        self.show_label, self.widen_label, self.leave_label = view.show_label, view.widen_label, view.leave_label
        self.ids.choices.show(view.choices)

    def clear(self) -> None:
        """Forget what was found."""
        self.title = self.told = ""
        self.ids.choices.show(())

    def chosen(self, name: str, event: Event) -> None:
        """Tell which choice was touched."""
        self._on_wish(name, event)
