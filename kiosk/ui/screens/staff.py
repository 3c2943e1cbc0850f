"""Staff: the kiosk, its devices, the alarm list and what happened lately, one list at a time."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, ClassVar

from kivy.properties import BooleanProperty, StringProperty

from kiosk.session.events import Event
from kiosk.session.touches import DoneTouched
from kiosk.ui.screens.page import KioskPage, OnAsk, OnWish
from kiosk.ui.view_types import ActionView, SectionView, StaffView
from kiosk.ui.widgets.button import TouchButton


class StaffPage(KioskPage):
    """Shows a ``StaffView``; which of its lists is open is the page's own affair."""

    page_name = "staff"
    events: ClassVar[Mapping[str, Event]] = {"leave": DoneTouched()}
    title = StringProperty("")
    prompt = StringProperty("")
    notice = StringProperty("")
    leave_label = StringProperty("")
    empty = BooleanProperty(True)

    def __init__(self, on_wish: OnWish, on_ask: OnAsk, may_turn: Callable[[str], bool], **kwargs: Any) -> None:
        self._on_ask = on_ask
        self._may_turn = may_turn
        self._tabs: dict[str, TouchButton] = {}
        self._status = ""
        self._sections: tuple[SectionView, ...] = ()
        self._open = ""
        super().__init__(on_wish, **kwargs)

    def show(self, view: StaffView) -> None:
        """Show the view; the list that was open stays open."""
        self.title, self._status, self.notice = view.title, view.prompt, view.notice
        self.leave_label, self.empty = view.leave_label, not view.sections
        self._sections = view.sections
        if self._open not in {section.name for section in view.sections}:
            self._open = view.sections[0].name if view.sections else ""
        self._show_tabs()
        self._show_open()

    def clear(self) -> None:
        """Forget what was shown."""
        self._status = self.notice = ""
        self._sections, self._open, self.empty = (), "", True
        self._show_tabs()
        self._show_open()

    def acted(self, name: str, action: ActionView) -> None:
        """Tell what is wanted of one row, or ask first."""
        if action.question is None:
            self._on_wish(name, action.wish)
        else:
            self._on_ask(name, action.question)

    def _show_tabs(self) -> None:
        names = [section.name for section in self._sections]
        tabs = self.ids.tabs
        if names != list(self._tabs):
            tabs.clear_widgets()
            self._tabs = {name: TouchButton(name=f"list-{name}") for name in names}
            for name, button in self._tabs.items():
                button.bind(on_wish=partial(self._turned, name))
                tabs.add_widget(button)
        for section in self._sections:
            button = self._tabs[section.name]
            button.words = section.label
            button.kind = "chosen" if section.name == self._open else "plain"

    def _show_open(self) -> None:
        shown = next((section for section in self._sections if section.name == self._open), None)
        self.ids.rows.show(() if shown is None else shown.rows)
        self.prompt = self._status or ("" if shown is None else shown.hint)

    def _turned(self, name: str, *_: Any) -> None:
        if name != self._open and self._may_turn(f"list-{name}"):
            self._open = name
            self._show_tabs()
            self._show_open()
