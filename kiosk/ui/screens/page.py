"""What every page has: a name, a way to show a view, and a way to tell what the patron wishes."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from kivy.uix.boxlayout import BoxLayout

from kiosk.session.events import Event
from kiosk.ui.view_types import QuestionView, WhichView

OnWish = Callable[[str, Event], None]
"""Takes the name of the target that was touched and the event that it stands for."""

OnAsk = Callable[[str, QuestionView | WhichView], None]
"""Takes the name of the target that was touched and the question that goes before what it stands for."""


class KioskPage(BoxLayout):
    """A page that is made once and shown many times."""

    page_name: ClassVar[str]
    events: ClassVar[Mapping[str, Event]] = {}
    """What a touch on each target stands for, by the target's name."""

    def __init__(self, on_wish: OnWish, **kwargs: Any) -> None:
        self._on_wish = on_wish
        super().__init__(**kwargs)

    def wished(self, name: str) -> None:
        """Tell that the target of that name was touched."""
        self._on_wish(name, self.events[name])

    def clear(self) -> None:
        """Forget every word of the last view that may be a patron's."""
