"""The buttons of a page that has several: the way on above, the others side by side; on a high screen all in a row."""

from typing import Any

from kivy.app import App
from kivy.uix.boxlayout import BoxLayout

from kiosk.ui.widgets.button import TouchButton


class Actions(BoxLayout):
    """Buttons without words take no room; the first one is the way on, and right where all stand in a row."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._all: list[TouchButton] = []
        self._row = BoxLayout(size_hint_y=None)

    def on_kv_post(self, _base_widget: Any) -> None:
        """Remember the buttons of the layout."""
        self._all = list(reversed(self.children))
        for button in self._all:
            button.fbind("words", self._arrange)
        self._arrange()

    def _arrange(self, *_: Any) -> None:
        sizes = App.get_running_app().sizes
        wanted = [button for button in self._all if button.words]
        alone = wanted[:1] if sizes.landscape and wanted[:1] != [] and wanted[0].kind == "primary" else []
        beside = wanted[len(alone) :]
        self.clear_widgets()
        self._row.clear_widgets()
        self.spacing = self._row.spacing = sizes.gap
        for button in alone:
            button.size_hint, button.height = (1, None), sizes.primary
            self.add_widget(button)
        if beside:
            primary = any(button.kind == "primary" for button in beside)
            self._row.height = sizes.primary if primary else sizes.target
            for button in reversed(beside):
                button.size_hint = (1.3 if button.kind == "primary" else 1, 1)
                self._row.add_widget(button)
            self.add_widget(self._row)
