"""The root of the window: one page, and over it the warning when there is one."""

from collections.abc import Callable
from typing import Any

from kivy.graphics import Color, Rectangle
from kivy.uix.floatlayout import FloatLayout
from kivy.uix.widget import Widget

from kiosk.ui import theme


class Stage(FloatLayout):
    """Holds what is shown; tells of every touch, wherever it lands, before anything else sees it.

    While it is dark a touch wakes it and does nothing else: nobody can mean a button that cannot be seen.
    """

    def __init__(self, on_touch: Callable[[], None], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._on_touch = on_touch
        self._dark = False
        with self.canvas.after:
            self._night = Color(*theme.NIGHT[:3], 0)
            self._cover = Rectangle(size=self.size)
        self.bind(size=self._cover_all)

    @property
    def dark(self) -> bool:
        """Whether nothing can be seen."""
        return self._dark

    def darken(self, *, dark: bool) -> None:
        """Cover all that is shown, or show it again."""
        self._dark = dark
        self._night.a = theme.NIGHT[3] if dark else 0

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
        if self._dark:
            return True
        return bool(super().on_touch_down(touch))

    def _cover_all(self, *_: Any) -> None:
        self._cover.size = self.size
