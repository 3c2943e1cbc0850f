"""A window in a process of its own, and what a test asks of it."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.support.unmeasured import unmeasured_environment

ROOT = Path(__file__).parents[2]
STOP_S = 15.0


class ScreenProcess:
    """Runs ``tests.support.screen_program`` from ``with`` to its end; without a display, SDL draws off screen.

    ``measured``: coverage looks at it. ``drawn``: there are pixels; a test of where things stand needs none, and laying
    out takes a third of the time of drawing in software.
    """

    def __init__(  # noqa: PLR0913 - each is one thing that a test may choose
        self,
        panel: str,
        folder: Path,
        *,
        display: str = "",
        home: Path | None = None,
        record_to: Path | None = None,
        arguments: Sequence[str] = (),
        measured: bool = True,
        drawn: bool = True,
    ) -> None:
        self._log = folder / f"screen-{panel}.log"
        self.state_folder = folder / "state"
        more = ["-" if record_to is None else str(record_to), *arguments]
        self._command = [sys.executable, "-m", "tests.support.screen_program", panel, str(self.state_folder), *more]
        inherited = os.environ if measured else unmeasured_environment()
        self._environment = {
            **{name: value for name, value in inherited.items() if not name.startswith(("KIVY_", "SDL_", "KCFG_"))},
            "LIBGL_ALWAYS_SOFTWARE": "1",
            "SDL_AUDIODRIVER": "dummy",
            **({"DISPLAY": display, "SDL_VIDEODRIVER": "x11"} if display else {"SDL_VIDEODRIVER": "offscreen"}),
            **({} if home is None else {"HOME": str(home)}),
            **({} if drawn else {"KIVY_GL_BACKEND": "mock"}),
        }

    def __enter__(self) -> Self:
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                cwd=ROOT,
                env=self._environment,
                text=True,
            )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._process.communicate(timeout=STOP_S)  # the end of its standard input ends it
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()

    def ask(self, do: str, **order: object) -> Any:
        """Have it do something and give its answer."""
        if self._process.stdin is None or self._process.stdout is None:
            raise AssertionError("no pipes")
        self._process.stdin.write(json.dumps({"do": do, **order}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise AssertionError(f"the screen's process ended:\n{self.log()}")
        return json.loads(line)

    def log(self) -> str:
        """Give what it wrote on standard error."""
        return self._log.read_text(encoding="utf-8", errors="replace")
