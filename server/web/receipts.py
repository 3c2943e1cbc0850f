"""A reader's receipt on a telephone: one page behind a token; no login, nothing else, and nothing kept on the way."""

import asyncio
import base64
import hashlib
from http import HTTPStatus
from typing import Final

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, PlainTextResponse, Response
from starlette.exceptions import HTTPException

from server.circulation.receipts import KeptReceipt, ReceiptShelf
from server.web.rendering import Renderer

STYLE: Final = (
    ":root{color-scheme:light dark}"
    "body{font:1.1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:0 auto;padding:1rem}"
    "h1{font-size:1.4rem;margin:.2rem 0}ol{padding-left:1.6rem}li{margin:.7rem 0}"
    "strong{display:block}.desk{font-weight:600}.small{font-size:.95rem;opacity:.8}"
)
"""The page's only style; the policy below names it by its digest, so nothing else of the kind is obeyed."""
_DIGEST: Final = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode("ascii")
HEADERS: Final = {
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_DIGEST}'; base-uri 'none'; frame-ancestors 'none'"
    ),
}


def create_receipts(shelf: ReceiptShelf, renderer: Renderer) -> FastAPI:
    """Make the ASGI application of the public listener; it answers ``GET /r/<token>`` and nothing else."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/r/{token}")
    async def show(token: str) -> HTMLResponse:
        def write() -> tuple[str, bool]:
            found: KeptReceipt | None = shelf.find(token)
            return renderer.receipt(found, STYLE), found is not None

        markup, there = await asyncio.to_thread(write)
        return HTMLResponse(markup, HTTPStatus.OK if there else HTTPStatus.NOT_FOUND, headers=HEADERS)

    @app.exception_handler(HTTPException)
    async def on_refusal(_: Request, fault: HTTPException) -> Response:
        return PlainTextResponse("\n", fault.status_code, headers=HEADERS)

    @app.exception_handler(Exception)
    async def on_fault(_: Request, __: Exception) -> Response:
        return PlainTextResponse("\n", HTTPStatus.INTERNAL_SERVER_ERROR, headers=HEADERS)

    return app
