"""A page of several lists, one of them open: its tabs, its rows, and what can be done with a row."""

from collections.abc import Callable
from functools import partial
from typing import Any

from kivy.properties import BooleanProperty, StringProperty

from kiosk.ui.screens.page import KioskPage, OnAsk, OnWish
from kiosk.ui.view_types import ActionView, SectionView
from kiosk.ui.widgets.button import TouchButton


class ListsPage(KioskPage):
    """Which list is open is the page's own affair; its layout has ``tabs`` and ``rows``."""

    prompt = StringProperty("")
    notice = StringProperty("")
    empty = BooleanProperty(True)

    def __init__(self, on_wish: OnWish, on_ask: OnAsk, may_turn: Callable[[str], bool], **kwargs: Any) -> None:
        self._on_ask = on_ask
        self._may_turn = may_turn
        self._tabs: dict[str, TouchButton] = {}
        self._status = ""
        self._sections: tuple[SectionView, ...] = ()
        self._open = ""
        super().__init__(on_wish, **kwargs)

    def show_lists(self, sections: tuple[SectionView, ...], status: str) -> None:
        """Show these; the list that was open stays open. ``status`` stands where else the open list's hint does."""
        self._sections, self._status, self.empty = sections, status, not sections
        if self._open not in {section.name for section in sections}:
            self._open = sections[0].name if sections else ""
        self._show_tabs()
        self.show_open()

    def clear(self) -> None:
        """Forget what was shown."""
        self.notice = self._open = ""
        self.show_lists((), "")

    def acted(self, name: str, action: ActionView) -> None:
        """Tell what is wanted of one row, or ask first."""
        if action.question is not None:
            self._on_ask(name, action.question)
        elif action.wish is not None:
            self._on_wish(name, action.wish)

    def show_open(self) -> None:
        """Show the rows of the open list."""
        shown = next((section for section in self._sections if section.name == self._open), None)
        self.ids.rows.show(() if shown is None else shown.rows)
        self.prompt = self._status or ("" if shown is None else shown.hint)

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

    def _turned(self, name: str, *_: Any) -> None:
        if name != self._open and self._may_turn(f"list-{name}"):
            self._open = name
            self._show_tabs()
            self.show_open()
