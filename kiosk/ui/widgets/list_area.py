"""The place of a list; while the list is empty, a picture says how it gets filled."""

from typing import Any

from kivy.properties import BooleanProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.ui.widgets.frame import PictureFrame


class ListArea(BoxLayout):
    """Shows its list, or ``picture`` while ``empty``."""

    empty = BooleanProperty(False)
    picture = StringProperty("pad")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._frame = PictureFrame()
        self._list: Any = None

    def on_kv_post(self, _base_widget: Any) -> None:
        """Take the list from the layout."""
        self._list = self.children[0]
        self.fbind("empty", self._change)
        self.fbind("picture", self._change)
        self._change()

    def _change(self, *_: Any) -> None:
        wanted = self._frame if self.empty else self._list
        self._frame.picture = self.picture if self.empty else ""
        if self.children != [wanted]:
            self.clear_widgets()
            self.add_widget(wanted)
