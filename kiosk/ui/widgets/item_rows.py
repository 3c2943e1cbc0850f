"""The list of items: a picture, a title, and below it, smaller unless the patron should do something, its standing."""

from collections.abc import Callable
from typing import Any

from kivy.clock import Clock
from kivy.properties import ObjectProperty, OptionProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.scrollview import ScrollView

from kiosk.ui.view_types import ActionView, Mark, RowView

_SPARE = 16
"""So many rows are kept ready: making one takes longer than showing it."""

_AT_ONCE = 8
"""More rows than a panel of seven inches shows at the top of a list that is new."""

_A_FRAME = 6
"""Rows that are made between two frames: nobody who touches the screen meanwhile waits for more."""

_HESITATION_MS = 60_000
"""How long a finger may rest before it draws the list; a button on a row is told of a touch once it is let go."""

_NOTHING = RowView("", "", "", Mark.WAITING)


class ItemRow(BoxLayout):
    """One item; its height follows its words."""

    title = StringProperty("")
    detail = StringProperty("")
    mark = OptionProperty(Mark.WAITING.value, options=[mark.value for mark in Mark])
    where = StringProperty("")
    act_label = StringProperty("")
    act_name = StringProperty("")

    def __init__(self, on_act: Callable[[str, ActionView], None], **kwargs: Any) -> None:
        self._on_act = on_act
        self._action: ActionView | None = None
        super().__init__(**kwargs)

    def show(self, view: RowView) -> None:
        """Show an item."""
        self.title = view.title
        self.where = view.where
        self._action = view.action
        self.act_name = f"{view.key} act" if view.action else ""
        self.act_label = view.action.label if view.action else ""
        self.detail = view.detail
        self.mark = view.mark.value

    def touched(self) -> None:
        """Tell that what can be done with the item is wanted."""
        if self._action is not None:
            self._on_act(self.act_name, self._action)


class ItemRows(ScrollView):
    """The list; a row stays the same widget as long as its key stays on the list; ``on_act`` tells of its button."""

    __events__ = ("on_act",)

    column = ObjectProperty(None)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(scroll_timeout=_HESITATION_MS, **kwargs)
        self._rows: dict[str, ItemRow] = {}
        self._views: tuple[RowView, ...] = ()
        self._spare = [ItemRow(self._acted) for _ in range(_SPARE)]
        self._go_on = Clock.create_trigger(lambda _seconds: self._lay_out(len(self._rows) + _A_FRAME))

    def on_act(self, name: str, action: ActionView) -> None:
        """Do nothing by default."""

    @property
    def whole(self) -> bool:
        """Whether every item is there to be drawn up."""
        return len(self._rows) == len(self._views)

    def show(self, views: tuple[RowView, ...]) -> None:
        """Show these items from the top; a new first item brings the list back to its top.

        Of a long list that is new, what can be seen is there at once and the rest within the next frames. Of items
        with one key the last is shown.
        """
        before, first = set(self._rows), next(iter(self._rows), "")
        by_key = {view.key: view for view in views}
        self._views = tuple(by_key.values())
        for key in before - set(by_key):
            self._put_away(self._rows.pop(key))
        self._lay_out(max(_AT_ONCE, len(self._rows)))
        if first != next(iter(self._rows), ""):
            self.scroll_y = 1

    def _lay_out(self, number: int) -> None:
        column = self.ids.column
        before = list(reversed(column.children))
        self._rows = {view.key: self._row(view) for view in self._views[:number]}
        wanted = list(self._rows.values())
        if wanted[: len(before)] != before:
            column.clear_widgets()
            before = []
        for row in wanted[len(before) :]:
            column.add_widget(row)
        if not self.whole:
            self._go_on()

    def _row(self, view: RowView) -> ItemRow:
        row = self._rows.get(view.key)
        if row is None:
            row = self._spare.pop() if self._spare else ItemRow(self._acted)
        row.show(view)
        return row

    def _acted(self, name: str, action: ActionView) -> None:
        self.dispatch("on_act", name, action)

    def _put_away(self, row: ItemRow) -> None:
        row.show(_NOTHING)
        if len(self._spare) < _SPARE:
            self._spare.append(row)
