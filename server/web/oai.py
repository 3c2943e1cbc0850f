"""``/oai``: the catalogue for other systems, on a listener of its own that answers nothing else."""

import asyncio
from http import HTTPStatus
from typing import Final
from urllib.parse import parse_qsl

from fastapi import FastAPI, Request
from fastapi.responses import PlainTextResponse, Response
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware

from server.catalogue.oai import OaiProvider

OAI_PATH: Final = "/oai"
LONGEST_REQUEST: Final = 8 * 1024
"""Bytes of the arguments."""
_MOST_ARGUMENTS: Final = 20
_AT_A_TIME: Final = 2
_MOST_WAITING: Final = 20
_PACKED_FROM: Final = 1_000
_WAIT_S: Final = "10"
_HEADERS: Final = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}
_FORM: Final = "application/x-www-form-urlencoded"


class _Desk:
    """Answers two at a time; whoever comes when twenty wait is told to come again."""

    def __init__(self, provider: OaiProvider) -> None:
        self._provider = provider
        self._turns = asyncio.Semaphore(_AT_A_TIME)
        self._asking = 0

    async def answer(self, arguments: bytes) -> Response:
        if len(arguments) > LONGEST_REQUEST:
            return _refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        try:
            pairs = parse_qsl(arguments.decode("ascii"), keep_blank_values=True, max_num_fields=_MOST_ARGUMENTS)
        except ValueError:
            return _refusal(HTTPStatus.BAD_REQUEST)
        if self._asking >= _AT_A_TIME + _MOST_WAITING:
            return _refusal(HTTPStatus.SERVICE_UNAVAILABLE, {"Retry-After": _WAIT_S})
        self._asking += 1
        try:
            async with self._turns:
                body = await asyncio.to_thread(self._provider.answer, pairs)
        finally:
            self._asking -= 1
        return Response(body, media_type="text/xml; charset=utf-8", headers=_HEADERS)


def create_oai(provider: OaiProvider) -> FastAPI:
    """Make the ASGI application of the listener."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(GZipMiddleware, minimum_size=_PACKED_FROM)
    desk = _Desk(provider)

    @app.get(OAI_PATH)
    async def by_address(request: Request) -> Response:
        return await desk.answer(request.url.query.encode("ascii", errors="replace"))

    @app.post(OAI_PATH)
    async def by_form(request: Request) -> Response:
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
            return _refusal(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > LONGEST_REQUEST:
                return _refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, {"Connection": "close"})
        return await desk.answer(bytes(body))

    @app.exception_handler(HTTPException)
    async def on_refusal(_: Request, fault: HTTPException) -> Response:
        return _refusal(HTTPStatus(fault.status_code), dict(fault.headers or {}))

    @app.exception_handler(Exception)
    async def on_fault(_: Request, __: Exception) -> Response:
        return _refusal(HTTPStatus.INTERNAL_SERVER_ERROR)

    return app


def _refusal(status: HTTPStatus, headers: dict[str, str] | None = None) -> Response:
    return PlainTextResponse(f"{status.phrase}\n", status, headers={**_HEADERS, **(headers or {})})
