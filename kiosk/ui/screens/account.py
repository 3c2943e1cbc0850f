"""Account: what is on loan, on hold and owed, one list at a time; renewals and cancelled holds."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, ClassVar

from kivy.properties import BooleanProperty, StringProperty

from kiosk.session.events import Event
from kiosk.session.touches import FinishTouched, RenewTouched, ServiceTouched
from kiosk.session.values import Service
from kiosk.ui.screens.page import KioskPage, OnAsk, OnWish
from kiosk.ui.view_types import AccountView, ActionView, SectionView
from kiosk.ui.widgets.button import TouchButton


class AccountPage(KioskPage):
    """Shows an ``AccountView``; which of its lists is open is the page's own affair."""

    page_name = "account"
    events: ClassVar[Mapping[str, Event]] = {
        "borrow": ServiceTouched(Service.BORROW),
        "leave": FinishTouched(),
    }
    greeting = StringProperty("")
    prompt = StringProperty("")
    notice = StringProperty("")
    renew_label = StringProperty("")
    borrow_label = StringProperty("")
    finish_label = StringProperty("")
    picture = StringProperty("")
    empty = BooleanProperty(True)

    def __init__(self, on_wish: OnWish, on_ask: OnAsk, may_turn: Callable[[str], bool], **kwargs: Any) -> None:
        self._on_ask = on_ask
        self._may_turn = may_turn
        self._tabs: dict[str, TouchButton] = {}
        self._status = ""
        self._sections: tuple[SectionView, ...] = ()
        self._open = ""
        self._renew: RenewTouched | None = None
        self._all_renewed = ""
        super().__init__(on_wish, **kwargs)

    def show(self, view: AccountView) -> None:
        """Show the view; the list that was open stays open."""
        self.greeting, self._status, self.notice = view.greeting, view.prompt, view.notice
        self.borrow_label, self.finish_label = view.borrow_label, view.finish_label
        self.picture, self.empty = view.picture, not view.sections
        self._renew, self._all_renewed = view.renew, view.renew_label
        self._sections = view.sections
        if self._open not in {section.name for section in view.sections}:
            self._open = view.sections[0].name if view.sections else ""
        self._show_tabs()
        self._show_open()

    def clear(self) -> None:
        """Forget the visit."""
        self.greeting = self._status = self.notice = self.picture = ""
        self._sections, self._open, self._renew = (), "", None
        self.empty = True
        self._show_tabs()
        self._show_open()

    def acted(self, name: str, action: ActionView) -> None:
        """Tell what is wanted of one row, or ask first."""
        if action.question is None:
            self._on_wish(name, action.wish)
        else:
            self._on_ask(name, action.question)

    def all_renewed(self) -> None:
        """Tell that every loan is to go on."""
        if self._renew is not None:
            self._on_wish("renew-all", self._renew)

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
        self.renew_label = self._all_renewed if self._open == "loans" else ""

    def _turned(self, name: str, *_: Any) -> None:
        if name != self._open and self._may_turn(f"list-{name}"):
            self._open = name
            self._show_tabs()
            self._show_open()
