"""A finger that is drawn over the glass of an X screen."""

from Xlib import X
from Xlib.display import Display
from Xlib.ext import xtest

_STEPS = 12
_STEP_MS = 16
_PRIMARY_BUTTON = 1


def slide(display_name: str, start: tuple[int, int], end: tuple[int, int], hesitate_ms: int = 0) -> None:
    """Touch a point, wait, move to another within a fifth of a second, and lift the finger there."""
    display = Display(display_name)
    try:
        xtest.fake_input(display, X.MotionNotify, x=start[0], y=start[1])
        xtest.fake_input(display, X.ButtonPress, _PRIMARY_BUTTON)
        for step in range(1, _STEPS + 1):
            x, y = (round(a + (b - a) * step / _STEPS) for a, b in zip(start, end, strict=True))
            wait_ms = _STEP_MS + (hesitate_ms if step == 1 else 0)
            xtest.fake_input(display, X.MotionNotify, time=wait_ms, x=x, y=y)
        xtest.fake_input(display, X.ButtonRelease, _PRIMARY_BUTTON, time=_STEP_MS)
        display.sync()
    finally:
        display.close()
