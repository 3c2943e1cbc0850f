"""Turns away requests that name a host which is not ours, and puts the same protective headers on every answer."""

from collections.abc import Iterable

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_HEADERS = {
    # Everything the pages need comes from this server; nothing inline runs, nothing may frame the pages.
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_THAT_ONLY_SHOW = frozenset({"GET", "HEAD", "OPTIONS"})
_SCHEMES = ("http", "https")


class Guard:
    """ASGI middleware; pure, so that a live stream passes through it piece by piece.

    A page of another site can point its own name at our address (DNS rebinding) and then read us as its own
    origin; the ``Host`` that the browser sends gives this away (RFC 9110 7.2, 421 in 15.5.20).
    """

    def __init__(self, app: ASGIApp, *, allowed_hosts: Iterable[str]) -> None:
        """``allowed_hosts`` are names or addresses without a port, IPv6 without brackets."""
        self._app = app
        self._allowed = frozenset(host.lower() for host in allowed_hosts)

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
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        if host_name(Headers(scope=scope).getlist("host")) not in self._allowed:
            refusal = PlainTextResponse("421 This server does not answer to that name.\n", status_code=421)
            await refusal(scope, receive, send_protected)
            return
        if scope["method"] not in _THAT_ONLY_SHOW and not _is_from_here(Headers(scope=scope)):
            refusal = PlainTextResponse("403 That did not come from this server's own page.\n", status_code=403)
            await refusal(scope, receive, send_protected)
            return
        await self._app(scope, receive, send_protected)


def _is_from_here(headers: Headers) -> bool:
    """Say whether a page of ours sent this: by the browser's own word, or by the origin where it gives none.

    A form of another site cannot forge either. Our own referrer policy makes ``Origin`` null in a form of ours, so an
    old browser, which says nothing else, is refused.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = headers.get("origin", "")
    return bool(origin) and origin.lower() in {f"{scheme}://{headers.get('host', '').lower()}" for scheme in _SCHEMES}


def host_name(values: list[str]) -> str:
    """Take the name without port and brackets out of the ``Host`` headers of a request; empty when there is not one."""
    if len(values) != 1:
        return ""
    value = values[0].strip().lower()
    if value.startswith("["):
        return value[1:].partition("]")[0]
    return value.partition(":")[0]
