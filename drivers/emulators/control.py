"""A caller's end of an emulator's control socket, for tests, the workbench and the demonstration."""

import asyncio
import json
import socket
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from drivers.emulators.control_server import LONGEST_LINE
from drivers.emulators.device import Fact, Order

ANSWER_WITHIN: Final = 10.0
"""Seconds; an emulator answers at once or is gone."""


class ControlError(Exception):
    """The emulator refused an order or did not answer."""

    def __init__(self, order: str, problem: str) -> None:
        super().__init__(order, problem)
        self.order = order
        self.problem = problem


class EmulatorControl:
    """One connection for each call, so that it may be used from several tasks and outlives a restarted emulator."""

    def __init__(self, path: Path) -> None:
        self.path = path

    async def call(self, do: str, **arguments: Fact) -> Order:
        """Give an order and return the answer without its ``ok``; raises `ControlError`."""
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                reader, writer = await asyncio.open_unix_connection(self.path, limit=LONGEST_LINE)
                try:
                    writer.write(_line(do, arguments))
                    answer = await reader.readline()
                finally:
                    writer.close()
                    await writer.wait_closed()
        except (OSError, TimeoutError, ValueError) as error:
            raise ControlError(do, type(error).__name__) from error
        return _accepted(do, answer)

    def call_blocking(self, do: str, **arguments: Fact) -> Order:
        """Do the same without an asyncio loop."""
        try:
            with _Connection(self.path) as connection:
                return _accepted(do, connection.exchange(_line(do, arguments)))
        except OSError as error:
            raise ControlError(do, type(error).__name__) from error


class _Connection:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.settimeout(ANSWER_WITHIN)

    def __enter__(self) -> Self:
        try:
            self._socket.connect(str(self._path))
        except OSError:
            self._socket.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.close()

    def exchange(self, line: bytes) -> bytes:
        self._socket.sendall(line)
        with self._socket.makefile("rb") as answers:
            return answers.readline(LONGEST_LINE)


def _line(do: str, arguments: dict[str, Fact]) -> bytes:
    return json.dumps({"do": do, **arguments}).encode() + b"\n"


def _accepted(do: str, line: bytes) -> Order:
    try:
        answer = json.loads(line)
    except ValueError as error:
        raise ControlError(do, "no answer") from error
    if not isinstance(answer, dict) or answer.pop("ok", None) is not True:
        raise ControlError(do, str(answer.get("error")) if isinstance(answer, dict) else "no answer")
    return answer
