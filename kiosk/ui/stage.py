"""The root of the window: one page, and over it the warning when there is one."""

from collections.abc import Callable
from typing import Any

from kivy.uix.floatlayout import FloatLayout
from kivy.uix.widget import Widget


class Stage(FloatLayout):
    """Holds what is shown; tells of every touch, wherever it lands, before anything else sees it."""

    def __init__(self, on_touch: Callable[[], None], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._on_touch = on_touch

    def put(self, page: Widget, overlay: Widget | None) -> None:
        """Show `page`, and `overlay` over it."""
        wanted = [page] if overlay is None else [overlay, page]
        if self.children != wanted:
            self.clear_widgets()
            for widget in reversed(wanted):
                self.add_widget(widget)

    def on_touch_down(self, touch: Any) -> bool:
        """Tell that somebody is there, then let the touch go its way."""
        if not getattr(touch, "is_mouse_scrolling", False):
            self._on_touch()
        return bool(super().on_touch_down(touch))
