"""A calm ground with one picture on it."""

from typing import Any

from kivy.app import App
from kivy.clock import Clock
from kivy.properties import StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from kiosk.ui import theme
from kiosk.ui.widgets.camera_preview import CameraPreview
from kiosk.ui.widgets.drawing import Drawn, Pencil
from kiosk.ui.widgets.pictures import (
    CardPicture,
    DeskPicture,
    EmptyPrinterPicture,
    FarewellPicture,
    PadPicture,
    ReceiptPicture,
    RefusedCardPicture,
    RestingPicture,
    WelcomePicture,
)

_LOOK_S = 0.08  # a camera's own pace
_STEP_S = 0.5  # well under three changes a second: nothing flashes


class BusyPicture(Drawn):
    """Three dots, one after the other darker, as long as it is on the screen."""

    proportion = 2.0

    def __init__(self, **kwargs: Any) -> None:
        self._step = 0
        self._beat: Any = None
        super().__init__(**kwargs)

    def on_parent(self, _widget: Any, parent: Any) -> None:
        """Move only while shown."""
        if self._beat is not None:
            self._beat.cancel()
        self._beat = None if parent is None else Clock.schedule_interval(self._next, _STEP_S)

    def draw(self, pencil: Pencil) -> None:
        """Draw the dots."""
        for number in range(3):
            now = number == self._step
            pencil.ink(theme.PRIMARY).disc((22 + 28 * number, 25), 20 if now else 13)
            if not now:
                pencil.ink(theme.SKY).disc((22 + 28 * number, 25), 9)

    def _next(self, _seconds: float) -> None:
        self._step = (self._step + 1) % 3
        self.redraw()


class LiveCamera(CameraPreview):
    """What the camera sees now, as long as it is on the screen."""

    def __init__(self, **kwargs: Any) -> None:
        self._look: Any = None
        super().__init__(**kwargs)

    def on_parent(self, _widget: Any, parent: Any) -> None:
        """Look only while shown: a preview that nobody asks for is not made."""
        if self._look is not None:
            self._look.cancel()
        self._look = None if parent is None else Clock.schedule_interval(self._show_newest, _LOOK_S)

    def _show_newest(self, _seconds: float) -> None:
        self.show(App.get_running_app().preview())


_PICTURES: dict[str, type[Widget]] = {
    "camera": LiveCamera,
    "welcome": WelcomePicture,
    "card": CardPicture,
    "card_refused": RefusedCardPicture,
    "pad": PadPicture,
    "desk": DeskPicture,
    "receipt": ReceiptPicture,
    "printer_empty": EmptyPrinterPicture,
    "farewell": FarewellPicture,
    "busy": BusyPicture,
    "resting": RestingPicture,
}


class PictureFrame(BoxLayout):
    """Shows the picture of that name; each is made when it is first asked for, and kept."""

    picture = StringProperty("")
    """A name in ``_PICTURES``; empty: none."""

    def __init__(self, **kwargs: Any) -> None:
        self._made: dict[str, Widget] = {}
        super().__init__(**kwargs)
        self.fbind("picture", self._change)
        self._change()

    def _change(self, *_: Any) -> None:
        self.clear_widgets()
        if self.picture:
            if self.picture not in self._made:
                self._made[self.picture] = _PICTURES[self.picture]()
            self.add_widget(self._made[self.picture])
