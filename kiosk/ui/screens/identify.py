"""Identify: asks for a card, waits for the library's answer, or says why the card was refused."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from kivy.properties import StringProperty

from kiosk.session.events import Event
from kiosk.session.touches import CancelTouched, TypeCardTouched
from kiosk.session.values import VisitId
from kiosk.ui.screens.page import KioskPage, OnWish
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
    type_label = StringProperty("")

    def __init__(self, on_wish: OnWish, new_visit: Callable[[], VisitId], **kwargs: Any) -> None:
        self._new_visit = new_visit
        super().__init__(on_wish, **kwargs)

    def show(self, view: IdentifyView) -> None:
        """Show the view."""
        self.title, self.hint, self.notice = view.title, view.hint, view.notice
        self.cancel_label, self.type_label = view.cancel_label, view.type_label
        waiting = "camera" if view.camera else "card"
        self.picture = "card_refused" if view.refused else "busy" if view.busy else waiting

    def typing_wished(self) -> None:
        """Tell that the patron wants to type a card's number."""
        self._on_wish("type", TypeCardTouched(self._new_visit()))

    def clear(self) -> None:
        """Forget the library system's words about a card, and stop moving."""
        self.title = self.hint = self.notice = ""
        self.picture = "card"
