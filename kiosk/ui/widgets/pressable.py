"""What can be touched: it tells of a touch once the finger is lifted from it."""

from typing import Any

from kivy.event import EventDispatcher
from kivy.properties import BooleanProperty, StringProperty


class Pressable(EventDispatcher):
    """Beside a widget that has ``words``: ``on_wish`` is dispatched when it was touched and let go, both on it.

    Without words there is nothing to touch.
    """

    __events__ = ("on_wish",)

    name = StringProperty("")
    """The target's stable name."""
    pressed = BooleanProperty(defaultvalue=False)

    def on_wish(self) -> None:
        """Do nothing by default."""

    def on_touch_down(self: Any, touch: Any) -> bool:
        """Begin to be pressed."""
        if not self.words or not self.collide_point(*touch.pos) or not _is_finger(touch):
            return False
        touch.grab(self)
        self.pressed = True
        return True

    def on_touch_move(self: Any, touch: Any) -> bool:
        """Keep a touch that began here."""
        if touch.grab_current is not self:
            return False
        self.pressed = bool(self.collide_point(*touch.pos))
        return True

    def on_touch_up(self: Any, touch: Any) -> bool:
        """Tell of the touch if it ends where it began and the button is still there."""
        if touch.grab_current is not self:
            return False
        touch.ungrab(self)
        self.pressed = False
        if self.words and self.collide_point(*touch.pos) and self.get_root_window() is not None:
            self.dispatch("on_wish")
        return True


def _is_finger(touch: Any) -> bool:
    return not getattr(touch, "is_mouse_scrolling", False) and getattr(touch, "button", "left") == "left"
