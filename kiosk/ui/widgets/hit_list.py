"""The books that were found: each row is a target that opens its book's page."""

from functools import partial
from typing import Any

from kivy.clock import Clock
from kivy.properties import BooleanProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.scrollview import ScrollView

from kiosk.session.events import Event
from kiosk.session.search_events import AsTypedTouched, BookTouched, WidenTouched
from kiosk.session.searching import ROWS
from kiosk.ui.view_search_types import HitsView
from kiosk.ui.widgets.pressable import Pressable

_HESITATION_MS = 60_000
"""As of the list of items: a row is told of a touch once it is let go."""


_AT_ONCE = 2
_A_FRAME = 2


class HitRow(Pressable, BoxLayout):
    """One book."""

    words = StringProperty("")
    """Its title."""
    about = StringProperty("")
    standing = StringProperty("")
    here = BooleanProperty(False)
    pictured = BooleanProperty(False)
    """Some book of the list has a cover: each row has room for one, so that the words stand under each other."""


class InsteadRow(Pressable, BoxLayout):
    """That these are not what was typed, or not all; a touch undoes it."""

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
        self._narrowed = InsteadRow(name="widen")
        self._narrowed.bind(on_wish=partial(self._touched, WidenTouched()))
        self._shown: HitsView | None = None
        self._laid = 0
        self._go_on = Clock.create_trigger(lambda _seconds: self._lay_out(self._laid + _A_FRAME))

    def on_wish(self, name: str, event: Event) -> None:
        """Do nothing by default."""

    @property
    def whole(self) -> bool:
        """Whether every book is there to be drawn up."""
        return self._shown is None or self._laid >= len(self._shown.hits)

    def show(self, view: HitsView) -> None:
        """Show these books, from the top where they are others: the first at once, the rest within the next frames."""
        if self._shown is not None and self._shown.hits != view.hits:
            self.scroll_y = 1
        self._shown = view
        self._instead.told, self._instead.words = view.instead, view.as_typed_label
        self._narrowed.told, self._narrowed.words = view.narrowed, view.widen_label
        self._lay_out(_AT_ONCE)

    def _lay_out(self, number: int) -> None:
        """Lay out so many rows; setting words takes longer than showing them, and whoever types waits for no more."""
        if self._shown is None:
            return
        view = self._shown
        for row, hit in zip(self._rows[:number], view.hits, strict=False):
            row.words, row.about, row.standing, row.here = hit.title, hit.about, hit.standing, hit.here
        pictured = any(hit.cover for hit in view.hits)
        for row, hit in zip(self._rows[:number], view.hits, strict=False):
            row.pictured = pictured
            row.ids.cover.show(hit.cover)
        above = [row for row in (self._instead, self._narrowed) if row.words]
        wanted = [*above, *self._rows[: min(number, len(view.hits))]]
        column = self.ids.column
        if wanted != list(reversed(column.children)):
            column.clear_widgets()
            for row in wanted:
                column.add_widget(row)
        self._laid = number
        if number < len(view.hits):
            self._go_on()

    def clear(self) -> None:
        """Forget every word."""
        self._shown = None
        self.ids.column.clear_widgets()
        for row in self._rows:
            row.words = row.about = row.standing = ""
            row.ids.cover.show(b"")
        self._instead.told = self._instead.words = self._narrowed.told = self._narrowed.words = ""

    def _touched(self, event: Event, row: Any) -> None:
        self.dispatch("on_wish", row.name, event)
