"""A button: large, with words, that tells of a touch once the finger is lifted from it."""

from typing import Any

from kivy.properties import BooleanProperty, OptionProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.ui.widgets.pressable import Pressable
from kiosk.ui.widgets.words import Words


class TouchButton(Pressable, Words):
    """A target; ``on_wish`` is dispatched when it was touched and let go, both on it. Without words it is not shown."""

    kind = OptionProperty("plain", options=("plain", "primary", "chosen"))
    """``primary`` is the way on, and higher; ``chosen`` stands for what is so now."""


class Buttons(BoxLayout):
    """Buttons under each other, the first on top; those without words take no room.

    ``across``: side by side instead, the first one right, where most hands are, and half as wide again.
    """

    across = BooleanProperty(False)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._all: list[TouchButton] = []

    def on_kv_post(self, _base_widget: Any) -> None:
        """Remember the buttons of the layout."""
        self._all = list(reversed(self.children))
        for button in self._all:
            button.fbind("words", self._arrange)
        self._arrange()

    def _arrange(self, *_: Any) -> None:
        wanted = [button for button in self._all if button.words]
        if self.across:
            for button in wanted:
                button.size_hint = (1.5 if button is wanted[0] else 1, 1)
            wanted.reverse()
        if wanted != list(reversed(self.children)):
            self.clear_widgets()
            for button in wanted:
                self.add_widget(button)
