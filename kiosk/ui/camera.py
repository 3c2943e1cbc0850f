"""Looks at the window for the recorder: its pixels, its targets and its texts."""

import time
from collections.abc import Callable
from typing import Any

from kivy.event import EventDispatcher
from kivy.graphics.opengl import GL_RGBA, GL_UNSIGNED_BYTE, glReadPixels
from kivy.uix.scrollview import ScrollView
from kivy.uix.widget import Widget

from kiosk.ui.panel import on_panel
from kiosk.ui.recorder import Pixels, Target
from kiosk.ui.widgets.pressable import Pressable
from kiosk.ui.widgets.words import Words


class Camera:
    """Calls back once, right after the next frame was flipped, each time it is asked to."""

    def __init__(self, window: Any) -> None:
        self._window = window
        self._flip = window.flip
        self._waiting: Callable[[int], None] | None = None
        window.flip = self._flip_and_tell

    def after_next_frame(self, tell: Callable[[int], None]) -> None:
        """Call `tell` with ``time.monotonic_ns()`` after the next flip; what was asked before is dropped."""
        self._waiting = tell
        self._window.canvas.ask_update()

    def release(self) -> None:
        """Let the window be as it was."""
        del self._window.flip

    def pixels(self) -> Pixels:
        """Draw the present picture once more, without showing it, and read it."""
        self._window.dispatch("on_draw")
        width, height = self._window.system_size
        return Pixels(width, height, glReadPixels(0, 0, width, height, GL_RGBA, GL_UNSIGNED_BYTE))

    def _flip_and_tell(self) -> None:
        self._flip()
        if self._waiting is not None:
            tell, self._waiting = self._waiting, None
            tell(time.monotonic_ns())


def targets_of(top: Widget, window: Any) -> tuple[Target, ...]:
    """Give every button shown in `top`, from its first to its last; on a list, those that are wholly in sight."""
    return tuple(_target(button, window) for button in _all(top, Pressable) if button.words and _in_sight(button))


def texts_of(top: Widget) -> tuple[str, ...]:
    """Give every text drawn in `top`, in one line each."""
    return tuple(words.text.replace("\n", " ") for words in _all(top, Words) if words.text)


def _in_sight(button: Any) -> bool:
    above = button.parent
    while above is not None and above is not above.parent:
        if isinstance(above, ScrollView):
            low = button.to_window(*button.pos)[1]
            edge = above.to_window(*above.pos)[1]
            return bool(edge <= low and low + button.height <= edge + above.height)
        above = above.parent
    return True


def _target(button: Any, window: Any) -> Target:
    corner = button.to_window(*button.pos)
    return Target(button.name, *on_panel(corner, button.size, window.size, window.rotation), words=button.words)


def _all(top: Widget, kind: type[EventDispatcher]) -> list[Any]:
    found: list[Any] = [top] if isinstance(top, kind) else []
    for child in reversed(top.children):
        found.extend(_all(child, kind))
    return found
