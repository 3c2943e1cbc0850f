"""What results can be narrowed by: a button each, the chosen ones filled and ticked."""

from typing import Any

from kivy.uix.scrollview import ScrollView

from kiosk.session.events import Event
from kiosk.ui.view_search_types import ChoiceView
from kiosk.ui.widgets.language_switch import LanguageButton

_HESITATION_MS = 60_000
"""As of the list of items: a button is told of a touch once it is let go."""


class ChoiceList(ScrollView):
    """Buttons under each other; ``on_wish`` tells which was touched."""

    __events__ = ("on_wish",)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(scroll_timeout=_HESITATION_MS, **kwargs)
        self._buttons: list[LanguageButton] = []
        self._shown: tuple[ChoiceView, ...] = ()

    def on_wish(self, name: str, event: Event) -> None:
        """Do nothing by default."""

    def show(self, choices: tuple[ChoiceView, ...]) -> None:
        """Show these; others than before from the top."""
        if [each.event for each in choices] != [each.event for each in self._shown]:
            self.scroll_y = 1
        self._shown = choices
        while len(self._buttons) < len(choices):
            button = LanguageButton(name=f"choice-{len(self._buttons)}")
            button.bind(on_wish=self._touched)
            self._buttons.append(button)
        for button, each in zip(self._buttons, choices, strict=False):
            button.words, button.kind = each.label, "chosen" if each.chosen else "plain"
        wanted = self._buttons[: len(choices)]
        column = self.ids.column
        if wanted != list(reversed(column.children)):
            column.clear_widgets()
            for button in wanted:
                column.add_widget(button)

    def _touched(self, button: Any) -> None:
        self.dispatch("on_wish", button.name, self._shown[self._buttons.index(button)].event)
