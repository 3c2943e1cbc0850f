"""The demo's child processes: each ends with its parent, however that ends, and writes its own log."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

READY_S = 60.0
"""How long a child may take until it says that it is ready: Kivy's start on a busy two-core machine, with room."""
STOP_S = 8.0


class ChildError(Exception):
    """A child ended or kept silent before it was ready."""

    def __init__(self, name: str, log: Path, reason: str) -> None:
        tail = "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:]) if log.exists() else ""
        super().__init__(f"{name} {reason}; the end of {log}:\n{tail}")
        self.name = name


def deadline(seconds: float) -> Callable[[], bool]:
    """Give a function that says whether the time is over."""
    end = time.monotonic() + seconds
    return lambda: time.monotonic() > end


@dataclass(slots=True)
class Child:
    """A running child and, where it says so on standard output, its JSON ready line."""

    name: str
    process: subprocess.Popen[str]
    log: Path
    ready: dict[str, Any] = field(default_factory=dict)
    _said_ready: threading.Event = field(default_factory=threading.Event)

    def running(self) -> bool:
        """Say whether it still runs."""
        return self.process.poll() is None

    def kill(self) -> None:
        """End it at once, as a power cut would (SIGKILL)."""
        self.process.kill()
        self.stop()

    def stop(self) -> None:
        """Ask it to end (SIGTERM) and end it when it does not."""
        if self.running():
            self.process.terminate()
            try:
                self.process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                self.process.kill()
        self.process.wait()
        if self.process.stdin is not None:
            self.process.stdin.close()

    def wait_ready(self) -> None:
        """Wait for its ready line.

        Raises:
            ChildError: it ended, or said nothing in time.

        """
        late = deadline(READY_S)
        while not self._said_ready.wait(0.05):
            if not self.running():
                raise ChildError(self.name, self.log, f"ended with status {self.process.returncode}")
            if late():
                raise ChildError(self.name, self.log, f"was not ready within {READY_S:.0f} s")

    def read_output(self) -> None:
        """Copy its standard output to its log until it ends; the first JSON object with ``ready`` is its ready line."""
        assert self.process.stdout is not None  # noqa: S101 - start() always asks for the pipe
        with self.process.stdout as output, self.log.open("a", encoding="utf-8") as log:
            for line in output:
                log.write(line)
                log.flush()
                if not self._said_ready.is_set() and line.startswith("{") and '"ready"' in line:
                    self.ready = json.loads(line)
                    self._said_ready.set()


class Children:
    """All children of one demo, ended in the reverse order of their start."""

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self._children: list[Child] = []
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> Self:
        self._logs.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for child in reversed(self._children):
            child.stop()
        for thread in self._threads:
            thread.join()

    def start(
        self, name: str, command: Sequence[str], *, environment: Mapping[str, str] | None = None, ready: bool = True
    ) -> Child:
        """Start a child; with ``ready`` wait for its JSON ready line on standard output."""
        log = self._logs / f"{name}.log"
        with log.open("a", encoding="utf-8") as faults:
            process = subprocess.Popen(
                [sys.executable, "-m", "deploy.demo.tether", str(os.getpid()), *command],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=faults,
                text=True,
                env={**os.environ, **(environment or {})},
                start_new_session=True,  # Ctrl-C reaches the parent alone, which ends its children in order
            )
        child = Child(name, process, log)
        self._children.append(child)
        thread = threading.Thread(target=child.read_output, name=f"output of {name}", daemon=True)
        thread.start()
        self._threads.append(thread)
        if ready:
            child.wait_ready()
        return child

    def forget(self, child: Child) -> None:
        """No longer mind a child that was ended on purpose."""
        self._children.remove(child)

    def dead(self) -> Child | None:
        """Give a child that ended by itself, if there is one."""
        return next((child for child in self._children if not child.running()), None)


def python(*words: str) -> list[str]:
    """Give the command that runs a module of the project with the running interpreter."""
    return [sys.executable, "-m", *words]
