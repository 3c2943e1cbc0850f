"""PIN: a number pad, and a dot for each digit that was typed; a card's number may hold letters as well."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from kivy.app import App
from kivy.properties import BooleanProperty, StringProperty
from kivy.uix.widget import Widget

from kiosk.session.events import Event
from kiosk.session.number_pad import LETTERS
from kiosk.session.touches import CancelTouched, EnterTouched, EraseTouched, KeyTouched
from kiosk.ui.screens.page import KioskPage, OnWish
from kiosk.ui.view_types import KeysView, PinView
from kiosk.ui.widgets.button import TouchButton

_DOT = "\u2022"
_KEYS = "0123456789" + LETTERS


class PinPage(KioskPage):
    """Shows a ``PinView``; where a panel is too low for four rows of keys, there are three."""

    page_name = "pin"
    events: ClassVar[Mapping[str, Event]] = {
        **{f"key-{key}": KeyTouched(key) for key in _KEYS},
        "erase": EraseTouched(),
        "enter": EnterTouched(),
        "cancel": CancelTouched(),
    }
    title = StringProperty("")
    hint = StringProperty("")
    notice = StringProperty("")
    dots = StringProperty("")
    cancel_label = StringProperty("")
    turn_label = StringProperty("")
    """Leads to other keys."""
    low = BooleanProperty(False)
    """Three rows of keys instead of four."""

    def __init__(self, on_wish: OnWish, may_turn: Callable[[str], bool], **kwargs: Any) -> None:
        sizes = App.get_running_app().sizes
        self.low = sizes.landscape and 4 * sizes.target + 5 * sizes.gap > sizes.height
        self._may_turn = may_turn
        self._keys: dict[str, TouchButton] = {}
        self._erase = self._key("erase", "")
        self._enter = self._key("enter", "")
        self._enter.kind = "primary"
        self._laid: tuple[str, ...] = ()
        self._pages: tuple[KeysView, ...] = ()
        self._page = 0
        super().__init__(on_wish, **kwargs)

    def show(self, view: PinView) -> None:
        """Show the view."""
        self.title, self.hint, self.notice = view.title, view.hint, view.notice
        self.dots = view.shown or _DOT * view.typed
        self.cancel_label = view.cancel_label
        self._erase.words = view.erase_label
        self._enter.words = view.enter_label
        self._enter.opacity = 1 if view.enter_label else 0
        self._pages = (KeysView(view.keys, view.digits_label), *view.letters)
        self._page = min(self._page, len(self._pages) - 1)
        self._show_keys()

    def clear(self) -> None:
        """Forget what was typed, and which keys were looked at."""
        self.dots = self.notice = ""
        self._page = 0

    def turn(self, name: str) -> None:
        """Show the next keys."""
        if self._may_turn(name):
            self._page = (self._page + 1) % len(self._pages)
            self._show_keys()

    def _show_keys(self) -> None:
        following = self._pages[(self._page + 1) % len(self._pages)]
        self.turn_label = following.label if len(self._pages) > 1 else ""
        keys = self._pages[self._page].keys
        if keys != self._laid:
            self._lay(keys)

    def _lay(self, keys: tuple[str, ...]) -> None:
        self._laid = keys
        pad = self.ids.pad
        pad.clear_widgets()
        digits = [self._key_of(key) for key in keys]
        digits += [Widget() for _ in range(10 - len(digits))]
        if self.low:
            order = [*digits[:3], self._erase, *digits[3:6], digits[9], *digits[6:9], self._enter]
        else:
            order = [*digits[:9], self._erase, digits[9], self._enter]
        for button in order:
            pad.add_widget(button)

    def _key_of(self, key: str) -> TouchButton:
        if key not in self._keys:
            self._keys[key] = self._key(f"key-{key}", key)
        return self._keys[key]

    def _key(self, name: str, words: str) -> TouchButton:
        button = TouchButton(name=name, words=words, size_hint_y=1)
        button.largest = App.get_running_app().sizes.title * 1.4
        button.bind(on_wish=lambda touched: self.wished(touched.name))
        return button
