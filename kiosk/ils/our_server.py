"""One short question to our server by HTTPS, with the kiosk's certificate or its login."""

import base64
import http.client
import ssl
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

STEP_S: Final = 4.0
"""For each step of the connection."""
_LONGEST_ANSWER: Final = 4096


@dataclass(frozen=True, slots=True)
class OurServer:
    """Where it is, and who asks."""

    url: str
    """``https://host:port``; what else stands in it is not looked at."""
    tls: ssl.SSLContext
    """With the kiosk's certificate in it, where it has one."""
    login: str = ""
    password: str = field(default="", repr=False)

    def ask(self, method: str, path: str, body: bytes = b"") -> tuple[int, bytes]:
        """Ask once and give status and answer; blocks. Raise ``OSError``, ``ValueError`` or ``HTTPException``."""
        parts = urlsplit(self.url)
        connection = http.client.HTTPSConnection(
            parts.hostname or "", parts.port or 443, timeout=STEP_S, context=self.tls
        )
        try:
            connection.request(method, path, body or None, self._headers())
            answer = connection.getresponse()
            return answer.status, answer.read(_LONGEST_ANSWER)
        finally:
            connection.close()

    def _headers(self) -> dict[str, str]:
        headers = {"Content-Type": "application/json"}
        if self.login:
            both = base64.b64encode(f"{self.login}:{self.password}".encode()).decode("ascii")
            headers["Authorization"] = f"Basic {both}"
        return headers
