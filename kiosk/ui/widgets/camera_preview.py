"""What the camera sees, on the screen, with brackets where a label belongs and a frame around one that was read."""

from typing import Any, Final

from kivy.graphics import Color, Line, Rectangle
from kivy.graphics.texture import Texture
from kivy.metrics import dp
from kivy.uix.widget import Widget

from drivers.barcode.preview import Mark, Point, Preview
from kiosk.ui import theme

_BRACKET: Final = 0.22
"""Length of a bracket's arms, as a share of the side along which they lie."""


class CameraPreview(Widget):
    """Shows one preview after the other, whole and in its own proportions; nothing until the first.

    Brackets at four corners say where to hold a label; a closed line around it says that it was read: two shapes, so
    that nobody needs their colours.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._texture: Any = None
        self._shown: Preview | None = None
        with self.canvas:
            self._light = Color(1, 1, 1, 0)
            self._picture = Rectangle()
            Color(*theme.SURFACE)
            self._halo = [Line(width=dp(4), cap="round", joint="round") for _ in range(4)]
            Color(*theme.PRIMARY)
            self._lines = [Line(width=dp(2), cap="round", joint="round") for _ in range(4)]
        self.bind(pos=self._arrange, size=self._arrange)

    def show(self, preview: Preview | None) -> None:
        """Show a preview; the same one again costs nothing. ``None``: the camera is gone."""
        if preview is None:
            self._shown = None
            self._arrange()
            return
        if self._shown is not None and self._shown.number == preview.number:
            return
        size = (preview.width, preview.height)
        if self._texture is None or tuple(self._texture.size) != size:  # one texture for all frames: they are not freed
            self._texture = Texture.create(size=size, colorfmt="rgb")
            self._texture.flip_vertical()
            self._picture.texture = self._texture
        self._texture.blit_buffer(preview.rgb, colorfmt="rgb", bufferfmt="ubyte")
        self._shown = preview
        self._arrange()

    def _arrange(self, *_: Any) -> None:
        shown = self._shown
        self._light.a = 0 if shown is None else 1
        if shown is None:
            for line in (*self._halo, *self._lines):
                line.points = []
            return
        scale = min(self.width / shown.width, self.height / shown.height)
        width, height = shown.width * scale, shown.height * scale
        left, bottom = self.center_x - width / 2, self.center_y - height / 2
        self._picture.pos, self._picture.size = (left, bottom), (width, height)
        pieces = _outline(shown.mark) if shown.found else _brackets(shown.mark)
        for halo, line, piece in zip(self._halo, self._lines, pieces, strict=True):
            halo.points = line.points = [
                place for x, y in piece for place in (left + x * width, bottom + (1 - y) * height)
            ]
        self.canvas.ask_update()


def _outline(mark: Mark) -> list[list[Point]]:
    """Give the four sides."""
    return [[mark[number], mark[(number + 1) % 4]] for number in range(4)]


def _brackets(mark: Mark) -> list[list[Point]]:
    """Give the four corners, each with a part of its two sides."""
    pieces = []
    for number in range(4):
        before, corner, after = mark[number - 1], mark[number], mark[(number + 1) % 4]
        pieces.append([_between(corner, before), corner, _between(corner, after)])
    return pieces


def _between(one: Point, other: Point) -> Point:
    return one[0] + (other[0] - one[0]) * _BRACKET, one[1] + (other[1] - one[1]) * _BRACKET
