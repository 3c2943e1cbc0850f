"""A question with two answers; lies over everything until it is answered."""

from collections.abc import Callable
from typing import Any

from kivy.properties import StringProperty
from kivy.uix.anchorlayout import AnchorLayout

from kiosk.ui.screens.page import OnWish
from kiosk.ui.view_types import QuestionView


class QuestionOverlay(AnchorLayout):
    """Shows a ``QuestionView``."""

    title = StringProperty("")
    words = StringProperty("")
    large = StringProperty("")
    yes_label = StringProperty("")
    no_label = StringProperty("")

    def __init__(self, on_wish: OnWish, on_no: Callable[[], None], **kwargs: Any) -> None:
        """Make it; ``on_no`` is called where a no is nothing but the end of the question."""
        self._on_wish = on_wish
        self._on_no = on_no
        self._view: QuestionView | None = None
        super().__init__(**kwargs)

    @property
    def page_name(self) -> str:
        """What it is called in a recording."""
        return "question" if self._view is None else self._view.asked.value

    def show(self, view: QuestionView) -> None:
        """Show the view."""
        self._view = view
        self.title, self.words, self.large = view.title, view.words, view.large
        self.yes_label, self.no_label = view.yes_label, view.no_label

    def clear(self) -> None:
        """Forget every word that may be a patron's."""
        self._view = None
        self.title = self.words = self.large = ""

    def answered(self, name: str) -> None:
        """Tell what was answered."""
        view = self._view
        if view is None:
            return
        answer = view.yes if name == "yes" else view.no
        if answer is None:
            self._on_no()
        else:
            self._on_wish(name, answer)

    def on_touch_down(self, touch: object) -> bool:
        """Keep every touch from the page below."""
        super().on_touch_down(touch)
        return True
