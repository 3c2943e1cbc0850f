"""PIN: a number pad, and a dot for each digit that was typed."""

from collections.abc import Mapping
from typing import Any, ClassVar

from kivy.app import App
from kivy.properties import BooleanProperty, StringProperty

from kiosk.session.events import Event
from kiosk.session.touches import CancelTouched, EnterTouched, EraseTouched, KeyTouched
from kiosk.ui.screens.page import KioskPage, OnWish
from kiosk.ui.view_types import PinView
from kiosk.ui.widgets.button import TouchButton

_DOT = "\u2022"


class PinPage(KioskPage):
    """Shows a ``PinView``; where a panel is too low for four rows of keys, there are three."""

    page_name = "pin"
    events: ClassVar[Mapping[str, Event]] = {
        **{f"key-{digit}": KeyTouched(digit) for digit in "0123456789"},
        "erase": EraseTouched(),
        "enter": EnterTouched(),
        "cancel": CancelTouched(),
    }
    title = StringProperty("")
    hint = StringProperty("")
    notice = StringProperty("")
    dots = StringProperty("")
    cancel_label = StringProperty("")
    low = BooleanProperty(False)
    """Three rows of keys instead of four."""

    def __init__(self, on_wish: OnWish, **kwargs: Any) -> None:
        sizes = App.get_running_app().sizes
        self.low = sizes.landscape and 4 * sizes.target + 5 * sizes.gap > sizes.height
        self._keys = {digit: self._key(f"key-{digit}", digit) for digit in "0123456789"}
        self._erase = self._key("erase", "")
        self._enter = self._key("enter", "")
        self._enter.kind = "primary"
        self._laid: tuple[str, ...] = ()
        super().__init__(on_wish, **kwargs)

    def show(self, view: PinView) -> None:
        """Show the view."""
        self.title, self.hint, self.notice = view.title, view.hint, view.notice
        self.dots = view.shown or _DOT * view.typed
        self.cancel_label = view.cancel_label
        self._erase.words = view.erase_label
        self._enter.words = view.enter_label
        self._enter.opacity = 1 if view.enter_label else 0
        if view.keys != self._laid:
            self._lay(view.keys)

    def clear(self) -> None:
        """Forget how many digits were typed."""
        self.dots = self.notice = ""

    def _lay(self, keys: tuple[str, ...]) -> None:
        self._laid = keys
        pad = self.ids.pad
        pad.clear_widgets()
        digits = [self._keys[digit] for digit in keys]
        if self.low:
            order = [*digits[:3], self._erase, *digits[3:6], digits[9], *digits[6:9], self._enter]
        else:
            order = [*digits[:9], self._erase, digits[9], self._enter]
        for button in order:
            pad.add_widget(button)

    def _key(self, name: str, words: str) -> TouchButton:
        button = TouchButton(name=name, words=words, size_hint_y=1)
        button.largest = App.get_running_app().sizes.title * 1.4
        button.bind(on_wish=lambda touched: self.wished(touched.name))
        return button
