"""The list of items: a picture, a title, and below it, smaller unless the patron should do something, its standing."""

from typing import Any

from kivy.properties import ObjectProperty, OptionProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.scrollview import ScrollView

from kiosk.ui.view_types import Mark, RowView

_SPARE = 16
"""So many rows are kept ready: making one takes longer than showing it."""

_HESITATION_MS = 60_000
"""How long a finger may rest before it draws the list; nothing on a row waits for the touch instead."""

_NOTHING = RowView("", "", "", Mark.WAITING)


class ItemRow(BoxLayout):
    """One item; its height follows its words."""

    title = StringProperty("")
    detail = StringProperty("")
    mark = OptionProperty(Mark.WAITING.value, options=[mark.value for mark in Mark])

    def show(self, view: RowView) -> None:
        """Show an item."""
        self.title = view.title
        self.detail = view.detail
        self.mark = view.mark.value


class ItemRows(ScrollView):
    """The list; a row stays the same widget as long as its key stays on the list."""

    column = ObjectProperty(None)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(scroll_timeout=_HESITATION_MS, **kwargs)
        self._rows: dict[str, ItemRow] = {}
        self._spare = [ItemRow() for _ in range(_SPARE)]

    def show(self, views: tuple[RowView, ...]) -> None:
        """Show these items from the top; a new first item brings the list back to its top."""
        column = self.ids.column
        before = list(self._rows)
        wanted = {view.key for view in views}
        for key in before:
            if key not in wanted:
                self._put_away(self._rows.pop(key))
        self._rows = {view.key: self._row(view) for view in views}
        if list(self._rows) == before:
            return
        column.clear_widgets()
        for row in self._rows.values():
            column.add_widget(row)
        if before[:1] != list(self._rows)[:1]:
            self.scroll_y = 1

    def _row(self, view: RowView) -> ItemRow:
        row = self._rows.get(view.key)
        if row is None:
            row = self._spare.pop() if self._spare else ItemRow()
        row.show(view)
        return row

    def _put_away(self, row: ItemRow) -> None:
        row.show(_NOTHING)
        if len(self._spare) < _SPARE:
            self._spare.append(row)
