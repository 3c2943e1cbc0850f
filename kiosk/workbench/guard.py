"""Lets only pages of the workbench itself give orders, and puts protective headers on every answer."""

import hmac
from collections.abc import Iterable, Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "::1")

_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # With "no-referrer" a browser sends "Origin: null" with a form, which could not be told from another site's.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Guard:
    """ASGI middleware: refuses a foreign ``Host`` (DNS rebinding) and orders that come from another site's page."""

    def __init__(self, app: ASGIApp, *, allowed_hosts: Iterable[str] = LOOPBACK_HOSTS) -> None:
        self._app = app
        self._allowed = frozenset(allowed_hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_protected(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers[name] = value
            await send(message)

        headers = Headers(scope=scope)
        if _host_name(headers.getlist("host")) not in self._allowed:
            answer = PlainTextResponse("421 The workbench does not answer to that name.\n", status_code=421)
            await answer(scope, receive, send_protected)
        elif scope["method"] not in {"GET", "HEAD"} and not _from_own_page(scope["scheme"], headers):
            answer = PlainTextResponse("403 Orders are taken from the workbench's own page.\n", status_code=403)
            await answer(scope, receive, send_protected)
        else:
            await self._app(scope, receive, send_protected)


def is_token(given: str, token: str) -> bool:
    """Compare a form's token with ours, taking the same time for every wrong one."""
    return hmac.compare_digest(given.encode(), token.encode())


def _from_own_page(scheme: str, headers: Headers) -> bool:
    """Judge by what browsers tell of the asking page (``Origin``, ``Sec-Fetch-Site``); others must have the token."""
    origin = headers.get("origin")
    if origin is not None and origin != f"{scheme}://{headers['host']}":
        return False
    return headers.get("sec-fetch-site", "same-origin") == "same-origin"


def _host_name(values: list[str]) -> str:
    if len(values) != 1:
        return ""
    value = values[0].strip().lower()
    return value[1:].partition("]")[0] if value.startswith("[") else value.partition(":")[0]
