"""Home of a kiosk for several things: nobody is there; a large button for each thing that can be had now."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, ClassVar

from kivy.app import App
from kivy.properties import BooleanProperty, StringProperty

from kiosk.session.events import Event
from kiosk.session.search_events import SearchTouched
from kiosk.session.touches import LanguageTouched
from kiosk.session.values import Language, Service, VisitId
from kiosk.ui.screens.home import start
from kiosk.ui.screens.page import KioskPage, OnWish
from kiosk.ui.view_types import ServicesView
from kiosk.ui.widgets.language_switch import target_name
from kiosk.ui.widgets.service_button import ServiceButton

_FEW = 3
_LOW = 9  # targets; panels of 7 inches have room for seven, those of 10 and more for ten


class ServicesPage(KioskPage):
    """Shows a ``ServicesView``."""

    page_name = "home"
    events: ClassVar[Mapping[str, Event]] = {target_name(language): LanguageTouched(language) for language in Language}
    title = StringProperty("")
    hint = StringProperty("")
    notice = StringProperty("")
    crowded = BooleanProperty(False)
    """So many buttons on so low a panel that the words must make room."""

    def __init__(self, on_wish: OnWish, new_visit: Callable[[], VisitId], **kwargs: Any) -> None:
        self._new_visit = new_visit
        self._buttons = {service: ServiceButton(name=service.value) for service in Service}
        for service, button in self._buttons.items():
            button.picture = service.value
            button.bind(on_wish=partial(self._chosen, service))
        self._search = ServiceButton(name="search")
        self._search.picture = "search"
        self._search.bind(on_wish=lambda touched: on_wish(touched.name, SearchTouched()))
        super().__init__(on_wish, **kwargs)

    def show(self, view: ServicesView) -> None:
        """Show the view; a service that cannot be had has no button."""
        self.title, self.hint, self.notice = view.title, view.hint, view.notice
        self.ids.languages.show(view.languages)
        for each in view.services:
            button = self._buttons[each.service]
            button.words, button.hint = each.label, each.hint
        wanted = [self._buttons[each.service] for each in view.services]
        self._search.words, self._search.hint = view.search_label, view.search_hint
        wanted += [self._search] if view.search_label else []
        sizes = App.get_running_app().sizes
        self.crowded = not sizes.landscape and len(wanted) > _FEW and sizes.height < _LOW * sizes.target
        area = self.ids.services
        if wanted != list(reversed(area.children)):
            area.clear_widgets()
            for button in wanted:
                area.add_widget(button)

    def _chosen(self, service: Service, *_: Any) -> None:
        self._on_wish(service.value, start(service, self._new_visit))
