"""Where the book in a reader's hand is to be put: a picture of a bin, large letters, and the book's title."""

from typing import Any

from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.ui.widgets.pictures import DeskPicture
from kiosk.ui.widgets.service_pictures import BinPicture


class BinPlate(BoxLayout):
    """Shows ``where`` as large as it fits; without it, the plate takes no room."""

    where = StringProperty("")
    title = StringProperty("")
    by_hand = BooleanProperty(defaultvalue=False)
    """A person takes it: the picture is the desk."""
    full = NumericProperty(200)
    """Its height in pixels while it is shown."""

    def __init__(self, **kwargs: Any) -> None:
        self._bin, self._desk = BinPicture(), DeskPicture()
        super().__init__(**kwargs)

    def on_kv_post(self, _base_widget: Any) -> None:
        """Show the bin until a person is to take something."""
        self.fbind("by_hand", self._change)
        self._change()

    def _change(self, *_: Any) -> None:
        self.ids.place.clear_widgets()
        self.ids.place.add_widget(self._desk if self.by_hand else self._bin)
