"""Home: nobody is there; how to begin, and in which language."""

from collections.abc import Mapping
from typing import Any, ClassVar

from kivy.properties import StringProperty

from kiosk.session.events import Event
from kiosk.session.touches import LanguageTouched, StartTouched
from kiosk.session.values import Language
from kiosk.ui.screens.page import KioskPage
from kiosk.ui.view_types import HomeView
from kiosk.ui.widgets.language_switch import target_name


class HomePage(KioskPage):
    """Shows a ``HomeView``."""

    page_name = "home"
    events: ClassVar[Mapping[str, Event]] = {
        "start": StartTouched(),
        **{target_name(language): LanguageTouched(language) for language in Language},
    }
    title = StringProperty("")
    hint = StringProperty("")
    notice = StringProperty("")
    start_label = StringProperty("")

    def on_kv_post(self, _base_widget: Any) -> None:
        """Put the languages under the picture on a wide screen; on a high one they stay last."""
        if self.ids.beside.parent.orientation == "horizontal":
            switch = self.ids.languages
            switch.parent.remove_widget(switch)
            self.ids.beside.add_widget(switch)

    def show(self, view: HomeView) -> None:
        """Show the view."""
        self.title, self.hint, self.notice = view.title, view.hint, view.notice
        self.start_label = view.start_label
        self.ids.languages.show(view.languages)
