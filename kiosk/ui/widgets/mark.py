"""The picture beside a row or on a page: each kind has its own shape, so that nobody needs its colour."""

from typing import Any

from kivy.properties import OptionProperty

from kiosk.ui import theme
from kiosk.ui.view_types import Mark
from kiosk.ui.widgets.drawing import Drawn, Pencil
from kiosk.ui.widgets.pictures import draw_warning


class MarkPicture(Drawn):
    """One ``Mark``: a clock, dots, a tick, a warning triangle, a cross, a book, a note of money or a message."""

    mark = OptionProperty(Mark.WAITING.value, options=[mark.value for mark in Mark])

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.fbind("mark", self.redraw)

    def draw(self, pencil: Pencil) -> None:
        """Draw the mark."""
        match Mark(self.mark):
            case Mark.WAITING:
                pencil.ink(theme.OUTLINE).disc((50, 50), 96).ink(theme.SURFACE).disc((50, 50), 80)
                pencil.ink(theme.OUTLINE).stroke(((50, 76), (50, 50), (68, 40)), 9)
            case Mark.BUSY:
                pencil.ink(theme.PRIMARY).disc((50, 50), 96).ink(theme.SURFACE).disc((50, 50), 80)
                pencil.ink(theme.PRIMARY).disc((28, 50), 14).disc((50, 50), 14).disc((72, 50), 14)
            case Mark.DONE:
                pencil.ink(theme.PRIMARY).disc((50, 50), 96)
                pencil.ink(theme.SURFACE).stroke(((28, 50), (44, 34), (73, 66)), 12)
            case Mark.ATTENTION:
                draw_warning(pencil, 0, 0, 100)
            case Mark.REFUSED:
                pencil.ink(theme.REFUSED).box((4, 4), (92, 92), 18)
                pencil.ink(theme.SURFACE).stroke(((30, 30), (70, 70)), 12).stroke(((30, 70), (70, 30)), 12)
            case Mark.BOOK:
                pencil.ink(theme.PRIMARY).box((14, 6), (72, 88), 8).ink(theme.SURFACE).box((22, 12), (56, 10), 3)
                pencil.box((34, 62), (38, 8), 3).box((34, 48), (26, 7), 3)
            case Mark.MONEY:
                pencil.ink(theme.PRIMARY).box((4, 22), (92, 56), 8).ink(theme.SURFACE).disc((50, 50), 38)
                pencil.ink(theme.PRIMARY).disc((50, 50), 24)
            case Mark.NOTE:
                pencil.ink(theme.OUTLINE).box((4, 20), (92, 64), 10).triangle((22, 4), (50, 24), (22, 24))
                pencil.ink(theme.SURFACE).box((18, 58), (64, 8), 3).box((18, 40), (44, 8), 3)
