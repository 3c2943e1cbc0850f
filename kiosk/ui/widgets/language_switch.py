"""A button for each language, each named in its own words."""

from typing import Any

from kivy.uix.boxlayout import BoxLayout

from kiosk.session.values import Language
from kiosk.ui.view_types import LanguageView
from kiosk.ui.widgets.button import TouchButton


class LanguageButton(TouchButton):
    """One language; the chosen one is filled and ticked."""


class LanguageSwitch(BoxLayout):
    """Buttons side by side, all equally wide; ``on_choice`` tells the name of the one touched."""

    __events__ = ("on_choice",)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._buttons: dict[str, LanguageButton] = {}

    def on_choice(self, name: str) -> None:
        """Do nothing by default."""

    def show(self, languages: tuple[LanguageView, ...]) -> None:
        """Show these languages."""
        names = [target_name(view.language) for view in languages]
        if names != list(self._buttons):
            self.clear_widgets()
            self._buttons = {name: LanguageButton(name=name) for name in names}
            for button in self._buttons.values():
                button.bind(on_wish=lambda touched: self.dispatch("on_choice", touched.name))
                self.add_widget(button)
        for view in languages:
            button = self._buttons[target_name(view.language)]
            button.words = view.label
            button.kind = "chosen" if view.chosen else "plain"


def target_name(language: Language) -> str:
    """Give the target's name of a language's button."""
    return f"lang-{language.value}"
