"""Borrow: the list of this visit's items, newest first, and what to do next."""

from collections.abc import Mapping
from typing import Any, ClassVar

from kivy.properties import BooleanProperty, StringProperty

from kiosk.session.events import Event
from kiosk.session.touches import CancelTouched, FinishTouched, LendLyingTouched, ServiceTouched
from kiosk.session.values import Service
from kiosk.ui.screens.page import KioskPage, OnAsk, OnWish
from kiosk.ui.view_types import ActionView, BorrowView


class BorrowPage(KioskPage):
    """Shows a ``BorrowView``."""

    page_name = "borrow"
    events: ClassVar[Mapping[str, Event]] = {
        "finish": FinishTouched(),
        "cancel": CancelTouched(),
        "lend-lying": LendLyingTouched(),
        "account": ServiceTouched(Service.ACCOUNT),
    }
    greeting = StringProperty("")
    count = StringProperty("")
    prompt = StringProperty("")
    notice = StringProperty("")
    lying_label = StringProperty("")
    finish_label = StringProperty("")
    cancel_label = StringProperty("")
    account_label = StringProperty("")
    empty = BooleanProperty(True)
    picture = StringProperty("pad")

    def __init__(self, on_wish: OnWish, on_ask: OnAsk, **kwargs: Any) -> None:
        self._on_ask = on_ask
        super().__init__(on_wish, **kwargs)

    def acted(self, name: str, action: ActionView) -> None:
        """Ask what belongs to what is wanted of one row."""
        if action.question is not None:
            self._on_ask(name, action.question)

    def show(self, view: BorrowView) -> None:
        """Show the view."""
        self.greeting, self.count = view.greeting, view.count
        self.prompt, self.notice = view.prompt, view.notice
        self.lying_label = view.lying_label
        self.finish_label, self.cancel_label = view.finish_label, view.cancel_label
        self.account_label = view.account_label
        self.ids.rows.show(view.rows)
        self.empty = not view.rows
        self.picture = view.picture

    def clear(self) -> None:
        """Forget the visit."""
        self.greeting = self.count = self.prompt = self.notice = ""
        self.ids.rows.show(())
        self.empty = True
        self.picture = "pad"
