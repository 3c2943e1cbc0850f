"""Staff: the kiosk, its devices, the alarm list and what happened lately, one list at a time."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, ClassVar

from kivy.properties import StringProperty

from kiosk.session.events import Event
from kiosk.session.staff_events import StaffServiceTouched
from kiosk.session.touches import DoneTouched
from kiosk.session.values import VisitId
from kiosk.ui.screens.lists import ListsPage
from kiosk.ui.screens.page import OnAsk, OnWish
from kiosk.ui.view_types import ActionView, StaffView


class StaffPage(ListsPage):
    """Shows a ``StaffView``."""

    page_name = "staff"
    events: ClassVar[Mapping[str, Event]] = {"leave": DoneTouched()}
    title = StringProperty("")
    leave_label = StringProperty("")

    def __init__(
        self,
        on_wish: OnWish,
        on_ask: OnAsk,
        may_turn: Callable[[str], bool],
        new_visit: Callable[[], VisitId],
        **kwargs: Any,
    ) -> None:
        self._new_visit = new_visit
        super().__init__(on_wish, on_ask, may_turn, **kwargs)

    def acted(self, name: str, action: ActionView) -> None:
        """Tell what is wanted of one row; what is done for a reader begins a visit."""
        if isinstance(action.wish, StaffServiceTouched):
            self._on_wish(name, replace(action.wish, visit_id=self._new_visit()))
        else:
            super().acted(name, action)

    def show(self, view: StaffView) -> None:
        """Show the view."""
        self.title, self.notice, self.leave_label = view.title, view.notice, view.leave_label
        self.show_lists(view.sections, view.prompt)
