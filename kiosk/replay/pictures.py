"""The screens of a replayed visit as pictures: the kiosk's own window shows them one after the other."""

import asyncio
import contextlib
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from kiosk.ui import kivy_setup
from kiosk.ui.panel import load_panel
from kiosk.ui.recorder import Recorder, Shown
from kiosk.ui.view_types import Screen

_SHOWN_S = 30.0
"""The first picture needs the fonts and layouts; a machine without a graphics chip draws slowly."""


class _Eye(Recorder):
    """Tells when a screen was drawn, and keeps the last."""

    def __init__(self) -> None:
        self.shown: asyncio.Queue[Shown] = asyncio.Queue()

    def note(self, shown: Shown) -> None:
        """Take a screen."""
        self.shown.put_nowait(shown)

    async def close(self) -> None:
        """End."""


async def write_pictures(screens: Sequence[Screen], panel_name: str, folder: Path) -> int:
    """Write ``0001.png`` and so on, one for each screen that differs from the one before; give their number.

    Needs a screen, real or virtual (Xvfb). Raises ``TimeoutError`` where nothing is drawn, ``OSError`` where a picture
    cannot be written, ``UnknownPanelError`` and ``PanelProfileError``.
    """
    panel = load_panel(panel_name)
    with tempfile.TemporaryDirectory() as home:
        kivy_setup.prepare(panel, Path(home), fullscreen=False)
        from kiosk.ui.display import Display  # noqa: PLC0415 - its import opens Kivy's window, which prepare() precedes

        eye = _Eye()
        display = Display(panel, lambda _event: None, title="replay", recorder=eye)
        await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
        running = asyncio.create_task(display.run())
        try:
            return await _write_all(screens, display.show, eye, folder)
        finally:
            running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await running


async def _write_all(screens: Sequence[Screen], show: Callable[[Screen], None], eye: _Eye, folder: Path) -> int:
    before, number = None, 0
    for screen in screens:
        if screen == before:
            continue
        before, number = screen, number + 1
        show(screen)
        async with asyncio.timeout(_SHOWN_S):
            shown = await eye.shown.get()
        await asyncio.to_thread((folder / f"{number:04}.png").write_bytes, shown.pixels().png())
    return number
