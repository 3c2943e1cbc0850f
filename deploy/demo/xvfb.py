"""A screen that nobody sees: Xvfb on a display number of its own choosing, ended with the demo."""

import os
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

STOP_S = 5.0


class VirtualScreenError(Exception):
    """Xvfb is missing, or did not say its display's number."""


class VirtualScreen:
    """A virtual X screen from ``with`` to its end; ``display`` is what goes into ``DISPLAY``."""

    def __init__(self, width: int, height: int) -> None:
        self._size = f"{width}x{height}x24"
        self.display = ""

    def __enter__(self) -> Self:
        reading, writing = os.pipe()
        tether = [sys.executable, "-m", "deploy.demo.tether", str(os.getpid())]
        try:
            self._process = subprocess.Popen(
                [
                    *tether,
                    "Xvfb",
                    "-displayfd",
                    str(writing),
                    "-screen",
                    "0",
                    self._size,
                    "+extension",
                    "GLX",
                    "-nolisten",
                    "tcp",
                    "-noreset",
                ],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=(writing,),
                start_new_session=True,  # Ctrl-C must not end the screen before the kiosk
                cwd=Path(__file__).parents[2],
            )
        finally:
            os.close(writing)
        with os.fdopen(reading) as answer:
            number = answer.readline().strip()  # Xvfb writes it when clients may connect; its end closes the pipe
        if not number.isdigit():
            self._process.kill()
            self._process.wait()
            raise VirtualScreenError("Xvfb did not start: apt-get install xvfb")
        self.display = f":{number}"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        try:
            self._process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
