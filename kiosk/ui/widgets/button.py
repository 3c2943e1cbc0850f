"""A button: large, with words, that tells of a touch once the finger is lifted from it."""

from typing import Any

from kivy.properties import BooleanProperty, OptionProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.ui.widgets.words import Words


class TouchButton(Words):
    """A target; ``on_wish`` is dispatched when it was touched and let go, both on it. Without words it is not shown."""

    __events__ = ("on_wish",)

    name = StringProperty("")
    """The target's stable name."""
    kind = OptionProperty("plain", options=("plain", "primary", "chosen"))
    """``primary`` is the way on, and higher; ``chosen`` stands for what is so now."""
    pressed = BooleanProperty(False)

    def on_wish(self) -> None:
        """Do nothing by default."""

    def on_touch_down(self, touch: Any) -> bool:
        """Begin to be pressed."""
        if not self.words or not self.collide_point(*touch.pos) or not _is_finger(touch):
            return False
        touch.grab(self)
        self.pressed = True
        return True

    def on_touch_move(self, touch: Any) -> bool:
        """Keep a touch that began here."""
        if touch.grab_current is not self:
            return False
        self.pressed = bool(self.collide_point(*touch.pos))
        return True

    def on_touch_up(self, touch: Any) -> bool:
        """Tell of the touch if it ends where it began and the button is still there."""
        if touch.grab_current is not self:
            return False
        touch.ungrab(self)
        self.pressed = False
        if self.words and self.collide_point(*touch.pos) and self.get_root_window() is not None:
            self.dispatch("on_wish")
        return True


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


def _is_finger(touch: Any) -> bool:
    return not getattr(touch, "is_mouse_scrolling", False) and getattr(touch, "button", "left") == "left"
