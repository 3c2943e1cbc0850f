"""Search: a field, the keys, and between them what was found so far, where the panel has room for it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, ClassVar

from kivy.app import App
from kivy.properties import BooleanProperty, StringProperty

from kiosk.session.events import Event
from kiosk.session.search_events import ResultsTouched, TypingTouched
from kiosk.session.touches import CancelTouched
from kiosk.ui.key_plan import GAP_MM, KEY_MM, Act
from kiosk.ui.screens.page import KioskPage, OnWish
from kiosk.ui.view_search_types import SearchView

_LEAST_ROOM_MM = 21.0
"""Of glass between the keys and what is told under the field: room for one book."""
_BETWEEN_MM = 3.0


class SearchPage(KioskPage):
    """Shows a ``SearchView``."""

    page_name = "search"
    events: ClassVar[Mapping[str, Event]] = {
        "results": ResultsTouched(),
        "typing": TypingTouched(),
        "leave": CancelTouched(),
    }
    typed = StringProperty("")
    prompt = StringProperty("")
    told = StringProperty("")
    notice = StringProperty("")
    results_label = StringProperty("")
    typing_label = StringProperty("")
    leave_label = StringProperty("")
    roomy = BooleanProperty(True)
    """What was found stands between field and keys."""

    def __init__(self, on_wish: OnWish, may_turn: Callable[[str], bool], **kwargs: Any) -> None:
        self._may_turn = may_turn
        super().__init__(on_wish, **kwargs)

    def show(self, view: SearchView) -> None:
        """Show the view; a key of the keyboard stands where else a button would."""
        keys = self.ids.keyboard
        words = {
            Act.ERASE: view.erase_label,
            Act.SPACE: view.space_label,
            Act.TYPING: view.typing_label,
            Act.RESULTS: view.results_label,
        }
        keys.show(words, digits=view.digits)
        sizes = App.get_running_app().sizes
        high = keys.height / sizes.pixels_per_mm + 2 * KEY_MM + 3 * _BETWEEN_MM + 3 * GAP_MM + _LEAST_ROOM_MM
        self.roomy = sizes.height / sizes.pixels_per_mm >= high
        self.typed, self.prompt, self.told, self.notice = view.typed, view.prompt, view.hits.told, view.notice
        self.leave_label = view.leave_label
        self.results_label = "" if keys.has(Act.RESULTS) else view.results_label
        self.typing_label = "" if keys.has(Act.TYPING) else view.typing_label
        room_mm = sizes.height / sizes.pixels_per_mm - high + _LEAST_ROOM_MM if self.roomy else 0.0
        seen = view.hits.hits[: int(room_mm // KEY_MM) + 1] if self.roomy else ()
        instead = view.hits.as_typed_label if self.roomy else ""
        widen = view.hits.widen_label if self.roomy else ""
        self.ids.hits.show(replace(view.hits, hits=seen, as_typed_label=instead, widen_label=widen))

    def clear(self) -> None:
        """Forget what was typed and found."""
        self.typed = self.told = self.notice = self.results_label = ""
        self.ids.hits.clear()
        self.ids.keyboard.first_page()

    def key(self, name: str, event: Event) -> None:
        """Tell what a key stands for."""
        self._on_wish(name, event)

    def may_turn(self, name: str) -> bool:
        """Say whether the touch on the key that shows other keys counts."""
        return self._may_turn(name)
