"""Which one? Lies over everything; the patron says which library's item a number stands for."""

from collections.abc import Callable
from functools import partial
from typing import Any

from kivy.properties import StringProperty
from kivy.uix.anchorlayout import AnchorLayout

from kiosk.session.touches import CandidateTouched, NoCandidateTouched
from kiosk.ui.screens.page import OnWish
from kiosk.ui.view_types import OptionView, WhichView
from kiosk.ui.widgets.button import TouchButton

_AT_ONCE = 4
"""So many options stand on the smallest panel with room for a library and a title each."""


class WhichOverlay(AnchorLayout):
    """Shows a ``WhichView``; options that do not fit at once are turned to."""

    page_name = "which"
    title = StringProperty("")

    def __init__(
        self, on_wish: OnWish, may_turn: Callable[[str], bool], on_no: Callable[[], None], **kwargs: Any
    ) -> None:
        """Make it; ``on_no`` is called where none of the answers is nothing but the end of the question."""
        super().__init__(**kwargs)
        self._on_wish = on_wish
        self._on_no = on_no
        self._may_go = False
        self._may_turn = may_turn
        self._options: tuple[OptionView, ...] = ()
        self._first = 0
        self._buttons = [TouchButton(name=f"option-{number}") for number in range(1, _AT_ONCE + 1)]
        for number, button in enumerate(self._buttons):
            button.size_hint_y = 1
            button.bind(on_wish=partial(self._chosen, number))
        self._more = TouchButton(name="more", size_hint_x=0.4)
        self._more.bind(on_wish=self._turned)
        self._none = TouchButton(name="none")
        self._none.bind(on_wish=self._none_chosen)

    def show(self, view: WhichView) -> None:
        """Show the view; another question begins with its first options."""
        self.title, self._none.words, self._more.words = view.title, view.none_label, view.more_label
        self._may_go = view.may_go
        if view.options != self._options:
            self._options, self._first = view.options, 0
        self._lay_out()

    def clear(self) -> None:
        """Forget every word that may be a patron's."""
        self._options = ()
        self._lay_out()

    def on_touch_down(self, touch: object) -> bool:
        """Keep every touch from the page below."""
        super().on_touch_down(touch)
        return True

    def _lay_out(self) -> None:
        shown = self._options[self._first : self._first + _AT_ONCE]
        options, below = self.ids.options, self.ids.below
        options.clear_widgets()
        below.clear_widgets()
        for number, button in enumerate(self._buttons):
            button.words = shown[number].label if number < len(shown) else ""
            if button.words:
                options.add_widget(button)
        below.add_widget(self._none)
        if len(self._options) > _AT_ONCE:
            below.add_widget(self._more)

    def _turned(self, *_: Any) -> None:
        if self._may_turn(self._more.name):
            self._first = self._first + _AT_ONCE if self._first + _AT_ONCE < len(self._options) else 0
            self._lay_out()

    def _chosen(self, number: int, *_: Any) -> None:
        chosen = self._options[self._first + number]
        self._on_wish(self._buttons[number].name, chosen.wish or CandidateTouched(chosen.item_id))

    def _none_chosen(self, *_: Any) -> None:
        if self._may_go:
            self._on_no()
        else:
            self._on_wish(self._none.name, NoCandidateTouched())
