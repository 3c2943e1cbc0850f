"""A finger: presses and releases at a point of an X screen, through the server's own test extension (XTEST)."""

from types import TracebackType
from typing import Self

from Xlib import X
from Xlib.display import Display
from Xlib.ext import xtest

PRIMARY_BUTTON = 1


class Finger:
    """Touches one display from ``with`` to its end; the program under it sees what a real pointer would send."""

    def __init__(self, display: str) -> None:
        self._name = display

    def __enter__(self) -> Self:
        self._display = Display(self._name)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._display.close()

    def tap(self, x: int, y: int) -> None:
        """Touch a point, in pixels from the screen's top left, and lift the finger again."""
        xtest.fake_input(self._display, X.MotionNotify, x=x, y=y)
        xtest.fake_input(self._display, X.ButtonPress, PRIMARY_BUTTON)
        xtest.fake_input(self._display, X.ButtonRelease, PRIMARY_BUTTON)
        self._display.sync()
