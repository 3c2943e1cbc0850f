"""A very large button for one thing that a kiosk is for: a picture, a name, and one line about it."""

from typing import Any, Final

from kivy.properties import StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from kiosk.ui.widgets.pressable import Pressable
from kiosk.ui.widgets.service_pictures import AccountPicture, BorrowPicture, ReturnPicture, SearchPicture

_PICTURES: Final[dict[str, type[Widget]]] = {
    "borrow": BorrowPicture,
    "return": ReturnPicture,
    "account": AccountPicture,
    "search": SearchPicture,
}


class ServiceButton(Pressable, BoxLayout):
    """A target like a ``TouchButton``, with more room."""

    words = StringProperty("")
    hint = StringProperty("")
    picture = StringProperty("")
    """A name in ``_PICTURES``."""

    def on_picture(self, _widget: Any, name: str) -> None:
        """Draw the picture."""
        self.ids.place.clear_widgets()
        self.ids.place.add_widget(_PICTURES[name]())
