"""The project's own programs as processes of a test, ready by the line that they print."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).parents[2]
READY_S = 90.0


class Program:
    """A Python program that prints a JSON line with ``ready`` and ends on SIGTERM; its log is kept in a file."""

    def __init__(self, arguments: Sequence[str], log: Path) -> None:
        self._arguments = arguments
        self._log = log
        self._process: asyncio.subprocess.Process | None = None
        self.ready: dict[str, Any] = {}

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None and self._process.returncode is None:
            try:
                await self.stop()
            finally:
                await self.kill()

    async def start(self) -> None:
        """Start it and return when it says that it is ready."""
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                *self._arguments,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
                cwd=ROOT,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
            )
        if self._process.stdout is None:
            raise AssertionError("no standard output")
        async with asyncio.timeout(READY_S):
            line = await self._process.stdout.readline()
        if not line:
            raise AssertionError(f"{self._arguments} ended before it was ready:\n{self.log()}")
        self.ready = json.loads(line)

    @property
    def running(self) -> bool:
        """Whether it was started and has not ended."""
        return self._process is not None and self._process.returncode is None

    async def kill(self) -> None:
        """End it as a power cut would."""
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(signal.SIGKILL)
            await self._process.wait()

    async def stop(self) -> int:
        """Ask it to end; return its exit status."""
        if self._process is None:
            raise AssertionError("not started")
        self._process.terminate()
        async with asyncio.timeout(READY_S):
            return await self._process.wait()

    async def status(self) -> int:
        """Wait until it has ended by itself; return its exit status."""
        if self._process is None:
            raise AssertionError("not started")
        async with asyncio.timeout(READY_S):
            return await self._process.wait()

    def log(self) -> str:
        """Return what it wrote on standard error so far."""
        return self._log.read_text(encoding="utf-8", errors="replace") if self._log.exists() else ""
