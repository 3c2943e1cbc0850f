"""One answer fetched over HTTP from a system that nobody vouches for: bounded in time, in bytes, and to its own host.

A time limit holds for the whole answer, its headers among it: who sends a byte a minute is cut off like who sends
none. What is packed is unpacked no further than the limit. A redirection is followed to the same host alone; files,
other schemes and other hosts never are. No proxy is looked for.
"""

import contextlib
import email.utils
import io
import socket
import ssl
import time
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from importlib.metadata import version
from types import TracebackType
from typing import Final, Self
from urllib.parse import SplitResult, urljoin, urlsplit

from server.config_harvest import LONGEST_ADDRESS, is_web_address
from server.errors import ServerError

LARGEST_ANSWER: Final = 64 * 1024 * 1024
"""Bytes, unpacked; a hundred records of MARCXML are less than one million."""
LONGEST_ANSWER_S: Final = 180.0
CONNECT_S: Final = 10.0
_AT_A_TIME: Final = 1 << 16
_MOST_REDIRECTIONS: Final = 3
_MOVED: Final = frozenset({301, 302, 303, 307, 308})
_COME_AGAIN: Final = frozenset({429, 503})
_SERVERS_FAULT: Final = 500
_GOOD: Final = 200
_COMES_AGAIN_S: Final = 30.0
_LONGEST_WAIT_S: Final = 7 * 24 * 3600.0
_PORTS: Final = {"http": 80, "https": 443}


class FetchError(ServerError):
    """An answer cannot be had, and asking again at once does not help; the words are for a technician."""


class LostError(FetchError):
    """The line failed, or the answer came in part: worth another try."""


class BusyError(FetchError):
    """The system wants to be asked later."""

    def __init__(self, wait_s: float) -> None:
        super().__init__(f"wants to be asked again in {wait_s:.0f} s")
        self.wait_s = wait_s


class Fetcher:
    """Fetches one answer after the other, for one thread; another one may break it off."""

    def __init__(
        self,
        *,
        longest_s: float = LONGEST_ANSWER_S,
        largest: int = LARGEST_ANSWER,
        tls: ssl.SSLContext | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._longest_s = longest_s
        self._largest = largest
        self._tls = tls or ssl.create_default_context()
        self._now = now
        self._line: socket.socket | None = None
        self._is_broken_off = False

    def break_off(self) -> None:
        """End the fetching that goes on, and any that would begin; from any thread."""
        self._is_broken_off = True
        line = self._line
        if line is not None:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    def get(self, url: str) -> bytes:
        """Give the body of the answer to GET; raise :class:`FetchError` or one of its kinds."""
        until = time.monotonic() + self._longest_s
        for _ in range(_MOST_REDIRECTIONS + 1):
            if self._is_broken_off:
                raise LostError("was broken off")
            try:
                body, moved = self._ask(urlsplit(url), until)
            except (OSError, HTTPException, zlib.error) as error:
                raise LostError(f"cannot be reached, or broke off ({type(error).__name__})") from error
            if self._is_broken_off:
                raise LostError("was broken off")
            if not moved:
                return body
            url = _followed(url, moved)
        raise FetchError("sends from one address to the next")

    def _ask(self, url: SplitResult, until: float) -> tuple[bytes, str]:
        host = url.hostname or ""
        timeout = max(min(CONNECT_S, until - time.monotonic()), 0.001)
        connection = (
            HTTPSConnection(host, url.port, timeout=timeout, context=self._tls)
            if url.scheme == "https"
            else HTTPConnection(host, url.port, timeout=timeout)
        )
        with contextlib.closing(connection):
            connection.connect()
            line = self._line = connection.sock
            connection.sock = _TimedSocket(line, until)
            try:
                path = (url.path or "/") + (f"?{url.query}" if url.query else "")
                connection.request("GET", path, headers=_headers())
                with connection.getresponse() as answer:
                    return self._read(answer)
            finally:
                self._line = None
                line.close()

    def _read(self, answer: HTTPResponse) -> tuple[bytes, str]:
        if answer.status in _MOVED:
            return b"", answer.headers.get("Location") or "nowhere"
        if answer.status in _COME_AGAIN:
            raise BusyError(self._wait(answer.headers.get("Retry-After", "")))
        if answer.status >= _SERVERS_FAULT:
            raise LostError(f"answers with status {answer.status}")
        if answer.status != _GOOD:
            raise FetchError(f"answers with status {answer.status}")
        return self._body(answer), ""

    def _body(self, answer: HTTPResponse) -> bytes:
        told = answer.length
        packed = answer.headers.get("Content-Encoding", "identity").strip().lower()
        if packed not in {"identity", "gzip", "x-gzip", ""}:
            raise FetchError("packs its answers in a way that was not asked for")
        unpacker = zlib.decompressobj(wbits=31) if "gzip" in packed else None
        body, length = bytearray(), 0
        while chunk := answer.read(_AT_A_TIME):
            length += len(chunk)
            body += chunk if unpacker is None else unpacker.decompress(chunk, self._largest + 1 - len(body))
            if len(body) > self._largest or length > self._largest:
                raise FetchError(f"gives an answer of more than {self._largest} bytes")
        if (told is not None and length < told) or (unpacker is not None and not unpacker.eof):
            raise LostError("broke off in the middle of an answer")
        return bytes(body)

    def _wait(self, told: str) -> float:
        """Read ``Retry-After``: seconds or a date."""
        told = told.strip()
        if told.isascii() and told.isdigit():
            return min(float(told[:9]), _LONGEST_WAIT_S)
        try:
            at = email.utils.parsedate_to_datetime(told)
        except ValueError:
            return _COMES_AGAIN_S
        wait = (at.replace(tzinfo=at.tzinfo or UTC) - self._now()).total_seconds()
        return min(max(wait, 1.0), _LONGEST_WAIT_S)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.break_off()


class _TimedSocket:
    """A socket whose every wait ends at one moment."""

    def __init__(self, line: socket.socket, until: float) -> None:
        self._line = line
        self._until = until

    def sendall(self, data: bytes) -> None:
        self._line.settimeout(_left(self._until))
        self._line.sendall(data)

    def makefile(self, mode: str) -> io.BufferedReader:
        del mode
        return io.BufferedReader(_TimedReader(self._line, self._until))

    def close(self) -> None:
        """Leave it open: http.client closes the line before it reads the last answer."""


class _TimedReader(io.RawIOBase):
    def __init__(self, line: socket.socket, until: float) -> None:
        self._line = line
        self._until = until

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview") -> int:  # type: ignore[override]  # the only buffer that its reader gives
        self._line.settimeout(_left(self._until))
        return self._line.recv_into(buffer)


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _followed(url: str, moved: str) -> str:
    """Give the address to which an answer sends; raise :class:`FetchError` where that is not of the same host."""
    target = urljoin(url, moved)
    if len(target) > LONGEST_ADDRESS * 20 or not is_web_address(target):
        raise FetchError("sends to what is no address of the web")
    before, after = urlsplit(url), urlsplit(target)
    same = before.hostname == after.hostname and _port(before) == _port(after) and before.scheme == after.scheme
    encrypted = before.hostname == after.hostname and before.scheme == "http" and _port(before) == _PORTS["http"]
    if same or (encrypted and after.scheme == "https" and _port(after) == _PORTS["https"]):
        return target
    raise FetchError(f"sends elsewhere, to {ascii(after.hostname)[:80]}: if that is right, name that address instead")


def _port(url: SplitResult) -> int:
    return url.port or _PORTS[url.scheme]


def _headers() -> dict[str, str]:
    return {
        "Accept": "text/xml, application/xml",
        "Accept-Encoding": "gzip",
        "Connection": "close",
        "User-Agent": f"library-kiosk/{version('library-kiosk')} (OAI-PMH harvester)",
    }
