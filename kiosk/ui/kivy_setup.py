"""Makes Kivy 2.3.1 fit for a kiosk: everything that it would otherwise take from its surroundings is decided here.

Imported before Kivy. ``prepare`` handles what must be settled before Kivy's first import, ``repair_clock`` and
``keep_one_input_provider`` what can only be done after it.
"""

import asyncio
import contextlib
import logging
import os
import sys
from collections.abc import Awaitable
from pathlib import Path
from typing import Any

from kiosk.ui.errors import KivyAlreadyImportedError
from kiosk.ui.panel import Panel

FRAMES_PER_SECOND = 30
"""Enough for a kiosk: nothing on it moves fast, and a reading does not wait for a frame (interrupt clock)."""

_DENSITY_ONE_PPI = 160  # Kivy's dp is a pixel at this density


def prepare(panel: Panel, state_folder: Path, *, fullscreen: bool, show_cursor: bool = False) -> None:
    """Settle Kivy's surroundings and its configuration, in this process, once.

    Kivy then neither reads the command line nor any file of a user, logs through Python's logging, keeps stderr as it
    is, takes touches from one provider, and counts millimetres by ``panel``. Files that it may write go to the folder
    ``kivy`` in ``state_folder``, which is made.

    Raises:
        KivyAlreadyImportedError: Kivy was imported before.

    """
    if "kivy" in sys.modules:
        raise KivyAlreadyImportedError
    home = state_folder / "kivy"
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.environ.update(_environment(panel, home))
    logging.getLogger("kivy").addFilter(_is_worth_telling)
    from kivy.config import Config  # noqa: PLC0415 - importing Kivy is what all the above has to come before

    logging.getLogger("kivy").setLevel(logging.WARNING)  # Kivy's import set its own level
    for section, values in _configuration(panel, fullscreen=fullscreen, show_cursor=show_cursor).items():
        if section == "input":
            Config.remove_section(section)
            Config.add_section(section)
        for key, value in values.items():
            Config.set(section, key, value)


async def wait_at_most(awaitable: Awaitable[object], seconds: float) -> None:
    """Wait for `awaitable`, but not longer than `seconds`; that the time is over is no error. Cancelling cancels."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await awaitable


def repair_clock(clock: Any) -> None:
    """Make Kivy's interrupt clock live on the running asyncio loop.

    Kivy waits for the next frame with ``asyncio.wait_for``, which raises on time-out where Kivy expects a return (its
    trio twin returns), so the clock dies on its first idle frame. To be called before each run of the loop, and
    ``App.async_run`` must then be called without a library's name, else it undoes this.
    """
    clock.init_async_lib("asyncio")
    clock._async_wait_for = wait_at_most  # noqa: SLF001 - Kivy has no public way to choose how its clock waits


def keep_one_input_provider(event_loop: Any) -> None:
    """Take away what Kivy's window adds by itself, so that one touch never counts twice."""
    for provider in list(event_loop.input_providers):
        if type(provider).__name__ != "MouseMotionEventProvider":
            event_loop.remove_input_provider(provider)


def _is_worth_telling(record: logging.LogRecord) -> bool:
    """Leave out where Kivy is, and that input providers which the kiosk never uses are not there."""
    return record.levelno >= logging.WARNING and not record.getMessage().startswith("Input: ")


def _environment(panel: Panel, home: Path) -> dict[str, str]:
    return {
        "KIVY_NO_ARGS": "1",  # else it parses sys.argv
        "KIVY_LOG_MODE": "PYTHON",  # else it takes over logging and stderr
        "KIVY_NO_CONFIG": "1",  # else it reads and writes a user's configuration
        "KIVY_NO_ENV_CONFIG": "1",  # else a stray KCFG_... variable steers the kiosk
        "KIVY_NO_FILELOG": "1",
        "KIVY_HOME": str(home),
        "KIVY_WINDOW": "sdl2",
        "KIVY_TEXT": "sdl2",  # else an installed Pillow might draw the letters
        "KIVY_CLOCK": "interrupt",  # else a reading waits for the next frame
        "KIVY_DPI": f"{panel.ppi:g}",
        "KIVY_METRICS_DENSITY": f"{panel.ppi / _DENSITY_ONE_PPI:g}",
        "KIVY_METRICS_FONTSCALE": "1",
    }


def _configuration(panel: Panel, *, fullscreen: bool, show_cursor: bool) -> dict[str, dict[str, str]]:
    return {
        "kivy": {"kivy_clock": "interrupt", "exit_on_escape": "0", "keyboard_mode": "", "log_enable": "0"},
        "graphics": {
            "width": str(panel.width),
            "height": str(panel.height),
            "rotation": str(panel.rotation),
            "fullscreen": "auto" if fullscreen else "0",
            "borderless": "1" if fullscreen else "0",
            "resizable": "0",
            "multisamples": "0",
            "maxfps": str(FRAMES_PER_SECOND),
            "vsync": "1",
            "position": "custom",
            "left": "0",
            "top": "0",
            "show_cursor": "1" if show_cursor else "0",
            "allow_screensaver": "0",
        },
        "input": {"mouse": "mouse,disable_multitouch"},
    }
