"""Fetches the rules for lending alone by HTTPS: one address, no redirections, nothing larger than a policy may be."""

import base64
import http.client
import ssl
import zlib
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from library.api.offline_policy import LONGEST_POLICY, POLICY_PATH

ANSWER_S: Final = 20.0
"""For each step of the connection; the server makes a policy of a thousand cards in the background."""


class NotGivenError(OSError):
    """The server gave no policy; ``status`` says why."""

    def __init__(self, status: int) -> None:
        super().__init__(f"status {status}")
        self.status = status


@dataclass(frozen=True, slots=True)
class HttpsDoor:
    """A ``policy.PolicyDoor``."""

    url: str
    """``https://host:port``; what else stands in it is not looked at."""
    tls: ssl.SSLContext
    """With the kiosk's certificate in it, where it has one."""
    login: str = ""
    password: str = field(default="", repr=False)

    def fetch(self, serial: int) -> bytes | None:
        """Give the newest policy, unpacked; ``None``: it has this serial number; any failure is an ``OSError``."""
        try:
            return self._fetched(serial)
        except OSError:  # a certificate that is not trusted is one, and a ValueError as well
            raise
        except ValueError as error:  # a host or port that cannot be
            raise OSError(type(error).__name__) from None

    def _fetched(self, serial: int) -> bytes | None:
        parts = urlsplit(self.url)
        connection = http.client.HTTPSConnection(
            parts.hostname or "", parts.port or 443, timeout=ANSWER_S, context=self.tls
        )
        try:
            connection.request("GET", POLICY_PATH, headers=self._headers(serial))
            answer = connection.getresponse()
            if answer.status == HTTPStatus.NOT_MODIFIED:
                return None
            if answer.status != HTTPStatus.OK:
                raise NotGivenError(answer.status)
            body = answer.read(LONGEST_POLICY + 1)
            if answer.length and len(body) <= LONGEST_POLICY:
                raise OSError("cut short")
            return _unpacked(body) if answer.getheader("Content-Encoding") == "gzip" else _bounded(body)
        except http.client.HTTPException as error:
            raise OSError(type(error).__name__) from None
        finally:
            connection.close()

    def _headers(self, serial: int) -> dict[str, str]:
        headers = {"Accept-Encoding": "gzip"}
        if serial:
            headers["If-None-Match"] = f'"{serial}"'
        if self.login:
            both = base64.b64encode(f"{self.login}:{self.password}".encode()).decode("ascii")
            headers["Authorization"] = f"Basic {both}"
        return headers


def _unpacked(body: bytes) -> bytes:
    unpacker = zlib.decompressobj(wbits=31)
    try:
        text = unpacker.decompress(body, LONGEST_POLICY + 1)
    except zlib.error:
        raise OSError("no gzip") from None
    return _bounded(text)


def _bounded(body: bytes) -> bytes:
    if len(body) > LONGEST_POLICY:
        raise OSError("larger than a policy may be")
    return body
