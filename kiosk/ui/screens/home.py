"""Home: nobody is there; how to begin the one thing that the kiosk is for, and in which language."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from kivy.properties import StringProperty

from kiosk.session.events import Event
from kiosk.session.search_events import SearchTouched
from kiosk.session.touches import LanguageTouched, StartTouched
from kiosk.session.values import Language, Service, VisitId
from kiosk.ui.screens.page import KioskPage, OnWish
from kiosk.ui.view_types import HomeView
from kiosk.ui.widgets.language_switch import target_name


class HomePage(KioskPage):
    """Shows a ``HomeView``."""

    page_name = "home"
    events: ClassVar[Mapping[str, Event]] = {
        **{target_name(language): LanguageTouched(language) for language in Language},
        "search": SearchTouched(),
    }
    title = StringProperty("")
    hint = StringProperty("")
    notice = StringProperty("")
    start_label = StringProperty("")
    search_label = StringProperty("")

    def __init__(self, on_wish: OnWish, new_visit: Callable[[], VisitId], **kwargs: Any) -> None:
        self._new_visit = new_visit
        self._service = Service.BORROW
        super().__init__(on_wish, **kwargs)

    def on_kv_post(self, _base_widget: Any) -> None:
        """Put the languages under the picture on a wide screen; on a high one they stay last."""
        if self.ids.beside.parent.orientation == "horizontal":
            switch = self.ids.languages
            switch.parent.remove_widget(switch)
            self.ids.beside.add_widget(switch)

    def show(self, view: HomeView) -> None:
        """Show the view."""
        self.title, self.hint, self.notice = view.title, view.hint, view.notice
        self.start_label, self.search_label = view.start_label, view.search_label
        self._service = view.service
        self.ids.languages.show(view.languages)

    def started(self) -> None:
        """Tell that the patron wants to begin."""
        self._on_wish("start", start(self._service, self._new_visit))


def start(service: Service, new_visit: Callable[[], VisitId]) -> StartTouched:
    """Give the wish to begin; a return has no card that could begin its visit."""
    return StartTouched(service, new_visit() if service is Service.RETURN else None)
