"""A QR code for a telephone: black on white with its quiet zone, each module a whole number of pixels."""

from typing import Any

import qrcode
from kivy.graphics import Color, Rectangle
from kivy.properties import StringProperty
from kivy.uix.widget import Widget
from qrcode.constants import ERROR_CORRECT_M

_QUIET = 4  # modules, ISO/IEC 18004
_WHITE = (1, 1, 1, 1)
_BLACK = (0, 0, 0, 1)


class CodePlate(Widget):
    """Shows a text as a code, as large as fits; nothing without a text."""

    code = StringProperty("")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.bind(pos=self._draw, size=self._draw, code=self._draw)
        self._draw()

    def _draw(self, *_: object) -> None:
        self.canvas.clear()
        if not self.code:
            return
        rows = _modules(self.code)
        side = min(self.width, self.height) // len(rows)
        if side < 1:
            return
        left = round(self.center_x - side * len(rows) / 2)
        top = round(self.center_y + side * len(rows) / 2)
        with self.canvas:
            Color(*_WHITE)
            Rectangle(pos=(left, top - side * len(rows)), size=(side * len(rows), side * len(rows)))
            Color(*_BLACK)
            for down, row in enumerate(rows, start=1):
                for across, dark in enumerate(row):
                    if dark:
                        Rectangle(pos=(left + across * side, top - down * side), size=(side, side))


def _modules(text: str) -> list[list[bool]]:
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=_QUIET)
    code.add_data(text)
    code.make(fit=True)
    return [list(map(bool, row)) for row in code.get_matrix()]
