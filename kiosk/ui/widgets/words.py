"""Words in a box, as large as they fit; never cut, shortened only where nothing else is left."""

from typing import Any

from kivy.clock import Clock
from kivy.properties import BooleanProperty, NumericProperty, OptionProperty, StringProperty
from kivy.uix.label import Label

from kiosk.ui.fit import Box, Setting, fit
from kiosk.ui.fonts import Ruler
from kiosk.ui.letters import font_for

_STEPS = 5
"""Font sizes that are tried between the largest and the smallest."""


class Words(Label):
    """A text that fills its box: ``words`` is what to say, Kivy's own ``text`` is what of it is drawn."""

    words = StringProperty("")
    largest = NumericProperty(40)
    smallest = NumericProperty(20)
    """Font sizes in pixels between which the text may shrink to fit."""
    most_lines = NumericProperty(0)
    """0: as many as fit."""
    last_lines = NumericProperty(0)
    """If not 0, so many lines at the smallest size, before something is left out."""
    tallest = NumericProperty(0)
    """If not 0, the height follows the words, up to this."""
    anchor = OptionProperty("middle", options=("top", "middle", "bottom"))
    shortened = BooleanProperty(False)
    """Whether something had to be left out."""

    def __init__(self, **kwargs: Any) -> None:
        self._set_again = Clock.create_trigger(self._set, -1)
        self._rulers: dict[tuple[str, bool], Ruler] = {}
        self._last: tuple[object, Setting] | None = None
        super().__init__(**kwargs)
        for name in ("words", "size", "largest", "smallest", "most_lines", "last_lines", "tallest", "bold", "padding"):
            self.fbind(name, self._set_again)
        self._set_again()

    def setting(self, width: float, height: float) -> Setting:
        """Say how the words would stand in a box of that size."""
        font_name = font_for(self.words)
        ruler = self._ruler(font_name, bold=self.bold)
        across, upright = self.padding[0] + self.padding[2], self.padding[1] + self.padding[3]
        box = Box(width - across, height - upright, int(self.most_lines) or None, int(self.last_lines) or None)
        asked = (self.words, box, tuple(self._font_sizes()), font_name, self.bold)
        if self._last is None or self._last[0] != asked:
            self._last = asked, fit(self.words, box, self._font_sizes(), ruler.measure)
        return self._last[1]

    def _ruler(self, font_name: str, *, bold: bool) -> Ruler:
        if (font_name, bold) not in self._rulers:
            self._rulers[font_name, bold] = Ruler(font_name, bold=bold)
        return self._rulers[font_name, bold]

    def _font_sizes(self) -> list[int]:
        largest, smallest = int(self.largest), int(min(self.smallest, self.largest))
        step = max(1, (largest - smallest) // (_STEPS - 1))
        return [*range(largest, smallest, -step), smallest]

    def _set(self, *_: Any) -> None:
        if not self.words:
            self.text = ""
            self.shortened = False
            if self.tallest:
                self.height = 0.0
            return
        found = self.setting(self.width, self.tallest or self.height)
        if self.tallest:
            self.height = found.height
        self.font_name = font_for(self.words)
        self.font_size = found.font_size
        self.shortened = found.shortened
        self.text = found.text
