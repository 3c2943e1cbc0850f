"""Paying by bank: a large code beside the amount and the reference."""

from collections.abc import Mapping
from typing import ClassVar

from kivy.properties import StringProperty

from kiosk.session.events import Event
from kiosk.session.paying_events import PayingLeftTouched
from kiosk.session.touches import FinishTouched
from kiosk.ui.screens.page import KioskPage
from kiosk.ui.view_paying_types import PayingView


class PayingPage(KioskPage):
    """Shows a ``PayingView``."""

    page_name = "paying"
    events: ClassVar[Mapping[str, Event]] = {"back": PayingLeftTouched(), "leave": FinishTouched()}
    title = StringProperty("")
    hint = StringProperty("")
    amount = StringProperty("")
    lines = StringProperty("")
    code = StringProperty("")
    picture = StringProperty("")
    notice = StringProperty("")
    back_label = StringProperty("")
    finish_label = StringProperty("")

    def show(self, view: PayingView) -> None:
        """Show the view."""
        self.title, self.hint, self.amount, self.code = view.title, view.hint, view.amount, view.code
        self.lines, self.notice = "\n".join(view.lines), view.notice
        self.back_label, self.finish_label = view.back_label, view.finish_label
        self.picture = "" if view.code else "busy" if view.busy else "desk"

    def clear(self) -> None:
        """Forget the visit."""
        self.title = self.hint = self.amount = self.lines = self.code = self.picture = self.notice = ""
