"""Staff: the kiosk, its devices, the alarm list and what happened lately, one list at a time."""

from collections.abc import Mapping
from typing import ClassVar

from kivy.properties import StringProperty

from kiosk.session.events import Event
from kiosk.session.touches import DoneTouched
from kiosk.ui.screens.lists import ListsPage
from kiosk.ui.view_types import StaffView


class StaffPage(ListsPage):
    """Shows a ``StaffView``."""

    page_name = "staff"
    events: ClassVar[Mapping[str, Event]] = {"leave": DoneTouched()}
    title = StringProperty("")
    leave_label = StringProperty("")

    def show(self, view: StaffView) -> None:
        """Show the view."""
        self.title, self.notice, self.leave_label = view.title, view.notice, view.leave_label
        self.show_lists(view.sections, view.prompt)
