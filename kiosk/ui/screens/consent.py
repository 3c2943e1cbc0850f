"""Consent: to which uses of their data a new reader agrees, one touch each."""

from collections.abc import Mapping
from typing import ClassVar

from kivy.properties import StringProperty

from kiosk.session.citizen_events import HandInTouched
from kiosk.session.events import Event
from kiosk.session.touches import CancelTouched
from kiosk.ui.screens.page import KioskPage
from kiosk.ui.view_citizen_types import ConsentView


class ConsentPage(KioskPage):
    """Shows a ``ConsentView``."""

    page_name = "consent"
    events: ClassVar[Mapping[str, Event]] = {"send": HandInTouched(), "cancel": CancelTouched()}
    title = StringProperty("")
    told = StringProperty("")
    send_label = StringProperty("")
    cancel_label = StringProperty("")

    def show(self, view: ConsentView) -> None:
        """Show the view."""
        self.title, self.told = view.title, view.told
        self.send_label, self.cancel_label = view.send_label, view.cancel_label
        self.ids.choices.show(view.choices)

    def clear(self) -> None:
        """Forget what was agreed to."""
        self.ids.choices.show(())

    def chosen(self, name: str, event: Event) -> None:
        """Tell which use was touched."""
        self._on_wish(name, event)
