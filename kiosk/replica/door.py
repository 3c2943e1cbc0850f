"""Fetches parts of the catalogue from our server by HTTPS: one address, no redirections, nothing larger than a part."""

import base64
import http.client
import ssl
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final, Protocol
from urllib.parse import urlencode, urlsplit

from library.api.catalogue_stream import CHANGES_PATH, COPY_PATH, LONGEST_PART, LONGEST_WAIT_S
from library.api.cover_stream import COVERS_PATH

_ANSWER_S: Final = 30.0
"""For each step of the connection; longer than the server waits for a change."""
_LARGEST_PACKED: Final = LONGEST_PART


class LedAstrayError(Exception):
    """The server's feed does not lead on from where the copy stands: a whole copy is needed."""


class NotGivenError(OSError):
    """The server gave no part; ``status`` says why."""

    def __init__(self, status: int) -> None:
        super().__init__(f"status {status}")
        self.status = status


class Door(Protocol):
    """Where parts come from; blocks, and raises ``OSError`` where none comes."""

    def changes(self, position: str) -> bytes | None:
        """Wait for what changed after a position; ``None``: nothing did. Raises :class:`LedAstrayError`."""
        ...

    def copy(self, after: int) -> bytes:
        """Give the next part of a whole copy."""
        ...

    def covers(self, position: str) -> bytes | None:
        """Give the covers that follow a position, from the first where it is empty; ``None``: there are none."""
        ...


@dataclass(frozen=True, slots=True)
class HttpsDoor:
    """A :class:`Door` to our server."""

    url: str
    """``https://host:port``; what else stands in it is not looked at."""
    tls: ssl.SSLContext
    """With the kiosk's certificate in it, where it has one."""
    login: str = ""
    password: str = field(default="", repr=False)
    wait_s: int = int(LONGEST_WAIT_S)
    """How long the server may wait for a change before it answers that there was none."""

    def changes(self, position: str) -> bytes | None:
        """Wait for what changed after a position."""
        status, body = self._get(f"{CHANGES_PATH}?{urlencode({'after': position, 'wait': self.wait_s})}")
        if status == HTTPStatus.GONE:
            raise LedAstrayError
        return None if status == HTTPStatus.NO_CONTENT else _given(status, body)

    def copy(self, after: int) -> bytes:
        """Give the next part of a whole copy."""
        return _given(*self._get(f"{COPY_PATH}?after={after}"))

    def covers(self, position: str) -> bytes | None:
        """Give the covers that follow a position."""
        status, body = self._get(f"{COVERS_PATH}?{urlencode({'after': position})}")
        return None if status == HTTPStatus.NO_CONTENT else _given(status, body)

    def _get(self, path: str) -> tuple[int, bytes]:
        try:
            parts = urlsplit(self.url)
            connection = http.client.HTTPSConnection(
                parts.hostname or "", parts.port or 443, timeout=_ANSWER_S, context=self.tls
            )
            try:
                connection.request("GET", path, headers=self._headers())
                answer = connection.getresponse()
                return answer.status, answer.read(_LARGEST_PACKED)
            finally:
                connection.close()
        except OSError:  # a certificate that is not trusted is one, and a ValueError as well
            raise
        except (http.client.HTTPException, ValueError) as error:  # an address that cannot be
            raise OSError(type(error).__name__) from None

    def _headers(self) -> dict[str, str]:
        if not self.login:
            return {}
        both = base64.b64encode(f"{self.login}:{self.password}".encode()).decode("ascii")
        return {"Authorization": f"Basic {both}"}


def _given(status: int, body: bytes) -> bytes:
    if status != HTTPStatus.OK:
        raise NotGivenError(status)
    return body
