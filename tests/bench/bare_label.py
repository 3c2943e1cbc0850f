"""The floor of "reading to screen": a bare Kivy label that shows what a serial line says, and when it did.

``python -m tests.bench.bare_label WIRE`` prints ``{"ready": true}``, then for each line from the wire a JSON line with
``shown_ns``: ``time.monotonic_ns()`` after the frame with it was flipped. Kivy's own clock and loop, no asyncio.
"""

import json
import os
import sys
import threading
import time
from functools import partial
from typing import Any

os.environ.update({"KIVY_NO_ARGS": "1", "KIVY_NO_CONFIG": "1", "KIVY_NO_FILELOG": "1", "KIVY_LOG_MODE": "PYTHON"})
os.environ["KIVY_CLOCK"] = "interrupt"

import serial
from kivy.app import App
from kivy.clock import Clock
from kivy.config import Config

Config.set("kivy", "kivy_clock", "interrupt")
Config.set("graphics", "width", "1024")
Config.set("graphics", "height", "600")
Config.set("graphics", "maxfps", "30")

from kivy.core.window import Window  # noqa: E402 - after its configuration
from kivy.uix.label import Label  # noqa: E402 - the same


class _Bare(App):  # type: ignore[misc]  # Kivy ships no types
    def __init__(self, wire: str) -> None:
        super().__init__()
        self._wire = wire
        self._shown = True
        self._flip = Window.flip
        Window.flip = self._flip_and_tell

    def build(self) -> Any:
        """Give the label."""
        return Label(text="", font_size=48)

    def on_start(self) -> None:
        """Begin to read."""
        threading.Thread(target=self._read, daemon=True).start()
        print(json.dumps({"ready": True}), flush=True)

    def _read(self) -> None:
        with serial.Serial(self._wire) as port:
            while line := port.read_until(b"\r"):
                Clock.schedule_once(partial(self._show, line.decode()))

    def _show(self, text: str, _waited: float) -> None:
        self.root.text = text[:40]
        self._shown = False
        Window.canvas.ask_update()

    def _flip_and_tell(self) -> None:
        self._flip()
        if not self._shown:
            self._shown = True
            print(json.dumps({"shown_ns": time.monotonic_ns()}), flush=True)


if __name__ == "__main__":
    _Bare(sys.argv[1]).run()
