"""Book: all about one book, whether it is here, where else, and a code to take it along."""

from collections.abc import Mapping
from typing import ClassVar

from kivy.properties import BooleanProperty, StringProperty

from kiosk.session.events import Event
from kiosk.session.search_events import BackTouched
from kiosk.session.touches import CancelTouched, HoldTouched
from kiosk.ui.screens.page import KioskPage
from kiosk.ui.view_search_types import BookView


class BookPage(KioskPage):
    """Shows a ``BookView``."""

    page_name = "book"
    events: ClassVar[Mapping[str, Event]] = {"hold": HoldTouched(), "back": BackTouched(), "leave": CancelTouched()}
    title = StringProperty("")
    about = StringProperty("")
    standing = StringProperty("")
    here = BooleanProperty(False)
    lines = StringProperty("")
    places = StringProperty("")
    told = StringProperty("")
    notice = StringProperty("")
    code = StringProperty("")
    code_words = StringProperty("")
    hold_label = StringProperty("")
    back_label = StringProperty("")
    leave_label = StringProperty("")

    def show(self, view: BookView) -> None:
        """Show the view, another book from its top."""
        if (view.title, view.about) != (self.title, self.about):
            self.ids.scroll.scroll_y = 1
        self.title, self.about, self.standing, self.here = view.title, view.about, view.standing, view.here
        self.lines, self.places = "\n".join(view.lines), "\n".join(view.places)
        self.told, self.notice = view.told, view.notice
        self.code, self.code_words = view.code, view.code_words
        self.hold_label = view.hold_label
        self.back_label, self.leave_label = view.back_label, view.leave_label
        self.ids.cover.show(view.cover)

    def clear(self) -> None:
        """Forget the book."""
        self.title = self.about = self.standing = self.lines = self.places = self.told = self.notice = ""
        self.code = self.code_words = ""
        self.ids.cover.show(b"")
