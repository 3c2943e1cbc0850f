"""The search page and a record's page: their addresses, and what they read from."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from http import HTTPStatus
from typing import Annotated, Final, Protocol

from fastapi import Cookie, FastAPI, HTTPException, Query, Request, Response
from fastapi.responses import HTMLResponse

from library.api.records import FoundRecord, RecordsAnswer
from library.catalogue.asking import Facet, Question
from server.catalogue.condition import Condition
from server.catalogue.covers import ShownCover
from server.errors import CatalogueBusyError, NoIndexYetError
from server.web.catalogue_view import SHOWN_FACETS, Asked
from server.web.rendering import Renderer
from server.web.wording import choose_language

ADDRESS: Final = "/catalogue"
_LONGEST_KEY: Final = 18
"""Digits of a record's number that are read; no record has one of more."""
_COVER_S: Final = 86_400
"""A browser need not ask again so long: another cover has another address."""
_REMEMBER: Final = timedelta(days=365)

AskedLanguage = Annotated[str | None, Query(alias="lang", max_length=20)]
RememberedLanguage = Annotated[str | None, Cookie(alias="lang", max_length=20)]


class CatalogueFinder(Protocol):
    """Where pages and programs find records; each question may raise ``CatalogueBusyError``."""

    @property
    def condition(self) -> Condition:
        """How the index stands to the store."""
        ...

    async def search(self, question: Question, facets: Sequence[Facet]) -> RecordsAnswer:
        """Answer a question; raise ``NoIndexYetError`` where there is no index yet."""
        ...

    async def record(self, key: int) -> FoundRecord | None:
        """Give a record by its number here."""
        ...

    async def cover(self, key: int) -> ShownCover | None:
        """Give a record's cover; ``None`` where there is none."""
        ...

    async def record_of_source(self, source_id: str, source: str | None) -> FoundRecord | None:
        """Give a record by its id in its source; raise ``SeveralSourcesError`` where several have it."""
        ...


def add_catalogue(app: FastAPI, finder: CatalogueFinder, renderer: Renderer) -> None:
    """Answer the pages' addresses."""

    @app.get(ADDRESS, response_class=HTMLResponse, include_in_schema=False)
    async def show(asked: Annotated[Asked, Query()], remembered: RememberedLanguage = None) -> HTMLResponse:
        language = choose_language(asked.lang, remembered)
        answer, condition = await _find(finder, asked, typing=False)
        markup = await asyncio.to_thread(renderer.catalogue, asked, answer, condition, language)
        return _in_language(markup, asked.lang, language)

    @app.get(ADDRESS + "/found", response_class=HTMLResponse, include_in_schema=False)
    async def show_while_typing(
        asked: Annotated[Asked, Query()], remembered: RememberedLanguage = None
    ) -> HTMLResponse:
        language = choose_language(asked.lang, remembered)
        answer, condition = await _find(finder, asked, typing=True)
        markup = await asyncio.to_thread(renderer.found, asked, answer, condition, language)
        return HTMLResponse(markup, headers={"Content-Language": language})

    @app.get(ADDRESS + "/{key}", response_class=HTMLResponse, include_in_schema=False)
    async def show_record(key: str, asked: AskedLanguage = None, remembered: RememberedLanguage = None) -> HTMLResponse:
        language = choose_language(asked, remembered)
        number = _number(key)
        with busy_as_unavailable():
            record = await finder.record(number)
            cover = None if record is None else await finder.cover(number)
        if record is None:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        address = "" if cover is None else f"{ADDRESS}/{number}/cover?{cover.digest}"
        return _in_language(await asyncio.to_thread(renderer.record, record, address, language), asked, language)

    @app.get(ADDRESS + "/{key}/cover", response_class=Response, include_in_schema=False)
    async def show_cover(key: str, request: Request) -> Response:
        with busy_as_unavailable():
            cover = await finder.cover(_number(key))
        if cover is None:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        headers = {"ETag": f'"{cover.digest}"', "Cache-Control": f"private, max-age={_COVER_S}"}
        if headers["ETag"] in request.headers.get("if-none-match", ""):
            return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
        return Response(cover.whole, headers=headers, media_type="image/jpeg")


def _number(key: str) -> int:
    return int(key) if key.isascii() and key.isdigit() and len(key) <= _LONGEST_KEY else 0


@contextmanager
def busy_as_unavailable() -> Iterator[None]:
    """Answer 503, and when to come again, where too many ask."""
    try:
        yield
    except CatalogueBusyError as error:
        raise HTTPException(HTTPStatus.SERVICE_UNAVAILABLE, headers={"Retry-After": "1"}) from error


async def _find(finder: CatalogueFinder, asked: Asked, *, typing: bool) -> tuple[RecordsAnswer | None, Condition]:
    with busy_as_unavailable():
        try:
            return await finder.search(asked.question(typing=typing), SHOWN_FACETS), finder.condition
        except NoIndexYetError:
            return None, finder.condition


def _in_language(markup: str, asked: str | None, language: str) -> HTMLResponse:
    page = HTMLResponse(markup, headers={"Content-Language": language})
    if asked == language:
        page.set_cookie("lang", language, max_age=int(_REMEMBER.total_seconds()), httponly=True, samesite="lax")
    return page
