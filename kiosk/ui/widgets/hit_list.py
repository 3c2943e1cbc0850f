"""The books that were found: each row is a target that opens its book's page."""

from functools import partial
from typing import Any

from kivy.properties import BooleanProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.scrollview import ScrollView

from kiosk.session.events import Event
from kiosk.session.search_events import AsTypedTouched, BookTouched
from kiosk.session.searching import ROWS
from kiosk.ui.view_search_types import HitsView
from kiosk.ui.widgets.pressable import Pressable

_HESITATION_MS = 60_000
"""As of the list of items: a row is told of a touch once it is let go."""


class HitRow(Pressable, BoxLayout):
    """One book."""

    words = StringProperty("")
    """Its title."""
    about = StringProperty("")
    standing = StringProperty("")
    here = BooleanProperty(False)


class InsteadRow(Pressable, BoxLayout):
    """What was searched for instead of what was typed; a touch searches for just that."""

    told = StringProperty("")
    words = StringProperty("")


class HitList(ScrollView):
    """Rows that are made once; ``on_wish`` tells which was touched."""

    __events__ = ("on_wish",)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(scroll_timeout=_HESITATION_MS, **kwargs)
        self._rows = [HitRow(name=f"hit-{number}") for number in range(ROWS)]
        for number, row in enumerate(self._rows):
            row.bind(on_wish=partial(self._touched, BookTouched(number)))
        self._instead = InsteadRow(name="as-typed")
        self._instead.bind(on_wish=partial(self._touched, AsTypedTouched()))
        self._shown: HitsView | None = None

    def on_wish(self, name: str, event: Event) -> None:
        """Do nothing by default."""

    def show(self, view: HitsView) -> None:
        """Show these books, from the top where they are others."""
        if self._shown is not None and self._shown.hits != view.hits:
            self.scroll_y = 1
        self._shown = view
        for row, hit in zip(self._rows, view.hits, strict=False):
            row.words, row.about, row.standing, row.here = hit.title, hit.about, hit.standing, hit.here
        self._instead.told, self._instead.words = view.instead, view.as_typed_label
        wanted = [*([self._instead] if view.as_typed_label else []), *self._rows[: len(view.hits)]]
        column = self.ids.column
        if wanted != list(reversed(column.children)):
            column.clear_widgets()
            for row in wanted:
                column.add_widget(row)

    def clear(self) -> None:
        """Forget every word."""
        self._shown = None
        self.ids.column.clear_widgets()
        for row in self._rows:
            row.words = row.about = row.standing = ""
        self._instead.told = self._instead.words = ""

    def _touched(self, event: Event, row: Any) -> None:
        self.dispatch("on_wish", row.name, event)
