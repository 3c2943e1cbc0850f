"""The control socket of an emulator: one JSON object a line in, one JSON object a line out."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Final

from drivers.emulators.device import Order, OrderError

LONGEST_LINE: Final = 4 << 20
"""Bytes: a pad with a thousand tags fits."""


class ControlServer:
    """Listens on a Unix socket that only its owner may open."""

    def __init__(self, path: Path, carry_out: Callable[[Order], Order]) -> None:
        self._path = path
        self._carry_out = carry_out
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()

    async def start(self) -> None:
        """Listen; a stale socket file of an emulator that died is replaced."""
        self._path.unlink(missing_ok=True)
        self._server = await asyncio.start_unix_server(self._serve, self._path, limit=LONGEST_LINE)
        self._path.chmod(0o600)

    def stop(self) -> None:
        """Stop listening, hang up, remove the socket."""
        if self._server is not None:
            self._server.close()
        for writer in tuple(self._writers):
            writer.close()
        self._path.unlink(missing_ok=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            while line := await reader.readline():
                writer.write(json.dumps(self._answer(line)).encode() + b"\n")
                await writer.drain()
        except (ConnectionError, ValueError):
            pass  # the caller hung up, or sent a line without end: its own affair
        finally:
            self._writers.discard(writer)
            writer.close()

    def _answer(self, line: bytes) -> Order:
        try:
            order = json.loads(line)
            if not isinstance(order, dict):
                return _refused("not a JSON object")
            return {"ok": True, **self._carry_out(order)}
        except ValueError:
            return _refused("not JSON")
        except OrderError as error:
            return _refused(str(error))


def _refused(problem: str) -> Order:
    return {"ok": False, "error": problem}
