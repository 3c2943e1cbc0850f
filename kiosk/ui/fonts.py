"""Tells Kivy the fonts, and measures with them."""

from kivy.core.text import Label as CoreLabel
from kivy.core.text import LabelBase

from kiosk.ui.letters import FAMILY, OTHER_SCRIPTS, font_files


def register() -> None:
    """Tell Kivy where the letters are; to be called before any widget is made."""
    regular, bold = font_files()
    LabelBase.register(name=FAMILY, fn_regular=regular, fn_bold=bold)
    LabelBase.register(name=OTHER_SCRIPTS, fn_regular="data/fonts/DejaVuSans.ttf")


class Ruler:
    """Measures text in one font and weight; keeps no text."""

    def __init__(self, font_name: str, *, bold: bool) -> None:
        self._font_name = font_name
        self._bold = bold
        self._labels: dict[int, CoreLabel] = {}

    def measure(self, text: str, font_size: int) -> tuple[float, float]:
        """Give width and height in pixels of `text` in one line."""
        if font_size not in self._labels:
            self._labels[font_size] = CoreLabel(font_name=self._font_name, font_size=font_size, bold=self._bold)
        width, height = self._labels[font_size].get_extents(text or " ")
        return float(width), float(height)
