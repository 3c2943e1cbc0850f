"""The keys of the search page; which page of them is open is their own affair."""

from typing import Any, Final

from kivy.app import App
from kivy.properties import ObjectProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.session.events import Event
from kiosk.session.search_events import LetterTouched, ResultsTouched, TypingTouched
from kiosk.session.touches import EraseTouched
from kiosk.ui.key_plan import GAP_MM, KEY_MM, Act, Key, KeyPlan, plan
from kiosk.ui.widgets.button import TouchButton

_EVENTS: Final[dict[Act, Event]] = {
    Act.ERASE: EraseTouched(),
    Act.SPACE: LetterTouched(" "),
    Act.TYPING: TypingTouched(),
    Act.RESULTS: ResultsTouched(),
}


class Keyboard(BoxLayout):
    """``on_key`` tells what a key stands for; ``may_turn`` says whether a touch counts that shows other keys."""

    __events__ = ("on_key",)

    may_turn = ObjectProperty(lambda _name: True)

    def __init__(self, **kwargs: Any) -> None:
        sizes = App.get_running_app().sizes
        self._per_mm = sizes.pixels_per_mm
        self._width_mm = sizes.width / self._per_mm - 2 * GAP_MM
        gap = GAP_MM * self._per_mm
        super().__init__(orientation="vertical", spacing=gap, size_hint_y=None, **kwargs)
        self._plans = {digits: plan(self._width_mm, digits=digits) for digits in (False, True)}
        self._words: dict[Act, str] = {}
        self._digits = False
        self._page = 0
        self._keys: dict[tuple[bool, int], list[BoxLayout]] = {}
        self._acting: dict[Act, list[TouchButton]] = {act: [] for act in Act}
        self._lay()

    @property
    def plan(self) -> KeyPlan:
        """The keys that are there now."""
        return self._plans[self._digits]

    def has(self, act: Act) -> bool:
        """Say whether a key of the keyboard does this."""
        return any(key.act is act for page in self.plan.pages for row in page.rows for key in row)

    def show(self, words: dict[Act, str], *, digits: bool) -> None:
        """Show what the keys say that write nothing; with a row of digits beside the letters where that fits."""
        self._words = words
        if digits is not self._digits:
            self._digits, self._page = digits, 0
            self._lay()
        self._say()

    def first_page(self) -> None:
        """Go back to the first letters, and forget what the keys said."""
        self._page = 0
        self._lay()

    def on_key(self, name: str, event: Event) -> None:
        """Do nothing by default."""

    def _lay(self) -> None:
        wanted = self._digits, self._page
        if wanted not in self._keys:
            self._keys[wanted] = [self._row(row) for row in self.plan.pages[self._page].rows]
        rows = self._keys[wanted]
        self.clear_widgets()
        for row in rows:
            self.add_widget(row)
        self.height = len(rows) * KEY_MM * self._per_mm + (len(rows) - 1) * self.spacing
        self._say()

    def _row(self, keys: tuple[Key, ...]) -> BoxLayout:
        row = BoxLayout(spacing=self.spacing)
        for key in keys:
            button = TouchButton(size_hint=(key.columns, 1))
            button.padding = (2, 2)
            if key.act is None:
                sizes = App.get_running_app().sizes
                button.words, button.name, button.largest = key.letter.upper(), f"type-{key.letter}", sizes.title
                button.bind(on_wish=lambda touched, letter=key.letter: self._typed(touched.name, letter))
            else:
                button.name = f"type-{key.act.value}"
                button.kind = "chosen" if key.act is Act.RESULTS else "plain"
                self._acting[key.act].append(button)
                button.bind(on_wish=lambda touched, act=key.act: self._acted(touched.name, act))
            row.add_widget(button)
        return row

    def _say(self) -> None:
        pages = self.plan.pages
        words = {**self._words, Act.PAGE: pages[(self._page + 1) % len(pages)].name}
        for act, buttons in self._acting.items():
            for button in buttons:
                button.words = words.get(act, "")
                button.opacity = 1 if button.words else 0

    def _typed(self, name: str, letter: str) -> None:
        self.dispatch("on_key", name, LetterTouched(letter))

    def _acted(self, name: str, act: Act) -> None:
        if act is not Act.PAGE:
            self.dispatch("on_key", name, _EVENTS[act])
        elif self.may_turn(name):
            self._page = (self._page + 1) % len(self.plan.pages)
            self._lay()
