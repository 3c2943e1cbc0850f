"""A run leaves no process, thread or listening socket behind; what it did leave is named, ended, and fails the run."""

import ctypes
import os
import socket
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import psutil
import pytest

NAME: Final = "nothing left behind"
GRACE_S: Final = 3.0
"""What was told to end may still be ending."""
_PR_SET_CHILD_SUBREAPER: Final = 36
"""prctl(2): whose parent died becomes a child of this process, so that it cannot hide."""


class NothingLeftBehind:
    """Looks at this process when the run begins and when it ends."""

    def __init__(self) -> None:
        self._threads = set(threading.enumerate())
        self._listening = listening_sockets()
        self._processes = set(psutil.Process().children(recursive=True))
        self.left: Sequence[str] = ()

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Look once all fixtures are gone."""
        self.left = [*self._living_processes(), *self._living_threads(), *self._open_sockets()]
        if self.left and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Name what was left."""
        if self.left:
            terminalreporter.section("LEFT BEHIND by the tests, which fails the run")
            for words in self.left:
                terminalreporter.write_line(words, red=True)

    def _living_processes(self) -> list[str]:
        children = set(psutil.Process().children(recursive=True)) - self._processes
        _, living = psutil.wait_procs(children, timeout=GRACE_S)
        words = [f"process {_describe(process)}" for process in living if _runs(process)]
        for process in living:
            process.kill()
        psutil.wait_procs(living, timeout=GRACE_S)
        return words

    def _living_threads(self) -> list[str]:
        for thread in set(threading.enumerate()) - self._threads:
            thread.join(GRACE_S)
        return [f"thread {thread.name}" for thread in set(threading.enumerate()) - self._threads]

    def _open_sockets(self) -> list[str]:
        return [f"listening socket {words}" for words in listening_sockets() - self._listening]


def listening_sockets() -> set[str]:
    """Name this process's sockets that accept connections or, being UDP, take what anybody sends."""
    found = set[str]()
    for descriptor in list(Path("/proc/self/fd").iterdir()):
        if not descriptor.is_socket():
            continue
        with socket.socket(fileno=os.dup(int(descriptor.name))) as copy:
            accepts = copy.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
            datagrams = copy.type == socket.SOCK_DGRAM and copy.family in {socket.AF_INET, socket.AF_INET6}
            if accepts or (datagrams and copy.getsockname()[1]):
                found.add(f"{copy.family.name} {copy.getsockname()!r} (descriptor {descriptor.name})")
    return found


def pytest_configure(config: pytest.Config) -> None:
    """Adopt orphans, and watch this run."""
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    config.pluginmanager.register(NothingLeftBehind(), NAME)


def _runs(process: psutil.Process) -> bool:
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE


def _describe(process: psutil.Process) -> str:
    with process.oneshot():
        return f"{process.pid}: {' '.join(process.cmdline()) or process.name()}"
