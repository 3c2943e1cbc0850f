"""The wheel, built from the tracked files and installed with the locked packages into an empty environment."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

ROOT = Path(__file__).parents[2]
READY_S = 90.0
STOP_S = 30.0


def build_wheel(files: list[Path], folder: Path) -> Path:
    """Copy the given files of the project into ``folder`` and build the wheel of them there."""
    source = folder / "source"
    for path in files:
        (source / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / path, source / path)
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder / "dist")]
    subprocess.run(command, cwd=source, check=True, capture_output=True, text=True, timeout=200)
    (wheel,) = (folder / "dist").glob("*.whl")
    shutil.rmtree(source)
    return wheel


def install(wheel: Path, folder: Path) -> "Installed":
    """Make an environment with the locked packages for running, and the wheel, and nothing else."""
    lock = ROOT / "lock" / f"py{sys.version_info.major}{sys.version_info.minor}.txt"
    environment = folder / "environment"
    subprocess.run(
        [sys.executable, "-m", "venv", "--without-pip", str(environment)], check=True, capture_output=True, timeout=200
    )
    pip = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        str(environment / "bin" / "python"),
        "install",
        "--quiet",
        "--no-deps",
        "--no-compile",
    ]
    for what in (["--require-hashes", "-r", str(lock)], [str(wheel)]):
        subprocess.run([*pip, *what], check=True, capture_output=True, text=True, cwd=folder, timeout=300)
    outside = folder / "outside"
    outside.mkdir()
    return Installed(environment, outside)


@dataclass(frozen=True, slots=True)
class Installed:
    """An environment that holds the wheel."""

    environment: Path
    folder: Path
    """Where its programs run: not in the checkout."""

    @property
    def variables(self) -> dict[str, str]:
        """What its programs see: nothing that leads back to the checkout or to this run's tools."""
        kept = {name: value for name, value in os.environ.items() if name in {"HOME", "LANG", "TMPDIR"}}
        return {
            **kept,
            "PATH": f"{self.environment / 'bin'}:/usr/bin:/bin",
            "LIBGL_ALWAYS_SOFTWARE": "1",
            "SDL_AUDIODRIVER": "dummy",
            "SDL_VIDEODRIVER": "offscreen",
        }

    def program(self, *words: str) -> list[str]:
        """Give the command of one of its programs."""
        return [str(self.environment / "bin" / words[0]), *words[1:]]

    def run(self, *words: str, said: str = "") -> str:
        """Run a program to its end and give what it wrote; raises ``AssertionError`` unless its status is 0."""
        done = subprocess.run(
            self.program(*words),
            input=said,
            cwd=self.folder,
            env=self.variables,
            capture_output=True,
            text=True,
            check=False,
            timeout=200,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    @contextmanager
    def running(self, *words: str, by: Literal["signal", "stdin"] = "signal") -> Iterator[dict[str, Any]]:
        """Run a program while the block runs, then end it, and expect the status 0; gives its ready line.

        It is ended by SIGTERM, or by the end of its standard input as when its parent is gone.
        """
        log = self.folder / f"{'-'.join(words[:3]).replace('/', '_')}.log"
        with log.open("wb") as errors:
            process = subprocess.Popen(
                self.program(*words),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                cwd=self.folder,
                env=self.variables,
                text=True,
            )
        with process:
            try:
                assert process.stdin is not None
                assert process.stdout is not None
                line = process.stdout.readline()
                assert line, log.read_text(encoding="utf-8")
                yield json.loads(line)
                if by == "signal":
                    process.terminate()
                else:
                    process.stdin.close()
                assert process.wait(STOP_S) == 0, log.read_text(encoding="utf-8")
            finally:
                process.kill()
