"""A book's cover; a calm drawing of a book where there is none, or what came is no picture."""

from io import BytesIO
from typing import Any, Final

from kivy.core.image import Image as CoreImage
from kivy.graphics import Color, Rectangle
from kivy.uix.widget import Widget

from kiosk.ui import theme
from kiosk.ui.widgets.drawing import Drawn, Pencil

_ENDINGS: Final = {b"\x89PNG": "png", b"\xff\xd8\xff": "jpg"}
_LARGEST: Final = 200_000
"""Bytes; more is no cover."""


class CoverPicture(Drawn):
    """A book that says nothing of itself."""

    proportion = 0.75

    def draw(self, pencil: Pencil) -> None:
        """Draw a closed book."""
        pencil.ink(theme.LEAF).box((12, 8), (76, 116), 5).ink(theme.INK).box((12, 8), (12, 116), 4)
        pencil.ink(theme.SURFACE).box((36, 88), (40, 7), 3).box((36, 72), (28, 7), 3)


class Cover(Widget):
    """Shows one cover, whole and in its own proportions."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._data: bytes | None = None
        self._plain = CoverPicture()
        with self.canvas:
            self._light = Color(1, 1, 1, 0)
            self._picture = Rectangle()
        self._texture: Any = None
        self.bind(pos=self._arrange, size=self._arrange)
        self.show(b"")

    def show(self, data: bytes) -> None:
        """Show a picture, PNG or JPEG; what is neither is as if there were none."""
        if data == self._data:
            return
        self._data = data
        self._texture = _texture(data)
        self.clear_widgets()
        if self._texture is None:
            self.add_widget(self._plain)
        self._arrange()

    def _arrange(self, *_: Any) -> None:
        self._plain.pos, self._plain.size = self.pos, self.size
        texture = self._texture
        self._light.a = 0 if texture is None else 1
        self._picture.texture = texture
        if texture is None:
            return
        width, height = texture.size
        scale = min(self.width / width, self.height / height)
        self._picture.size = (width * scale, height * scale)
        self._picture.pos = (self.center_x - width * scale / 2, self.center_y - height * scale / 2)


def _texture(data: bytes) -> Any:
    ending = next((ending for start, ending in _ENDINGS.items() if data.startswith(start)), "")
    if not ending or len(data) > _LARGEST:
        return None
    try:
        return CoreImage(BytesIO(data), ext=ending).texture
    except Exception:  # noqa: BLE001 - whatever the decoder says of a broken picture, the page goes on without it
        return None
