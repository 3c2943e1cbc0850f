"""Results: what was found, or a list to browse, without the keys."""

from collections.abc import Mapping
from typing import Any, ClassVar

from kivy.properties import StringProperty

from kiosk.session.events import Event
from kiosk.session.search_events import BackTouched, BrowseTouched, ChoicesTouched, TurnTouched
from kiosk.session.touches import CancelTouched
from kiosk.ui.screens.page import KioskPage, OnWish
from kiosk.ui.view_search_types import ResultsView


class ResultsPage(KioskPage):
    """Shows a ``ResultsView``."""

    page_name = "results"
    events: ClassVar[Mapping[str, Event]] = {
        "narrow": ChoicesTouched(),
        "more": TurnTouched(forward=True),
        "less": TurnTouched(forward=False),
        "back": BackTouched(),
        "leave": CancelTouched(),
    }
    title = StringProperty("")
    told = StringProperty("")
    notice = StringProperty("")
    more_label = StringProperty("")
    less_label = StringProperty("")
    back_label = StringProperty("")
    browse_label = StringProperty("")
    leave_label = StringProperty("")
    narrow_label = StringProperty("")

    def __init__(self, on_wish: OnWish, **kwargs: Any) -> None:
        self._browse: BrowseTouched | None = None
        super().__init__(on_wish, **kwargs)

    def show(self, view: ResultsView) -> None:
        """Show the view."""
        self.title, self.told, self.notice = view.title, view.hits.told, view.notice
        self.more_label, self.less_label = view.hits.more_label, view.hits.less_label
        self.back_label, self.leave_label = view.back_label, view.leave_label
        self.browse_label, self._browse = view.browse_label, view.browse
        self.narrow_label = view.narrow_label
        self.ids.hits.show(view.hits)

    def clear(self) -> None:
        """Forget what was found."""
        self.title = self.told = self.notice = ""
        self.ids.hits.clear()

    def browsed(self) -> None:
        """Tell that the other list is wanted."""
        if self._browse is not None:
            self._on_wish("browse", self._browse)

    def opened(self, name: str, event: Event) -> None:
        """Tell which row was touched."""
        self._on_wish(name, event)
