"""The page of things that staff have to settle: what it reads from, and its addresses."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Annotated, Literal, Protocol
from urllib.parse import urlencode

from fastapi import Cookie, FastAPI, Form, HTTPException, Query, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from server.web.reading import ListingReading
from server.web.rendering import Renderer
from server.web.wording import choose_language

ADDRESS = "/to-settle"
BY_THE_DESK = "desk"
"""Who settles from a page: it knows no users yet."""
_LONGEST_NOTE = 500
_REMEMBER = timedelta(days=365)

AskedLanguage = Annotated[str | None, Query(alias="lang", max_length=20)]
RememberedLanguage = Annotated[str | None, Cookie(alias="lang", max_length=20)]
Kind = Annotated[str | None, Query(max_length=40)]
Settled = Annotated[Literal["true"] | None, Query()]


class MatterList(Protocol):
    """Where the page reads and settles."""

    def listing(self, kind: str | None, *, settled: bool) -> ListingReading:
        """Read; called in a worker thread."""
        ...

    async def settle(self, matter_id: int, by: str, note: str, now: datetime) -> bool:
        """Settle an entry; ``False`` where there is none."""
        ...


def add_matters(app: FastAPI, matters: MatterList, renderer: Renderer, clock: Callable[[], datetime]) -> None:
    """Answer the page's addresses."""

    @app.get(ADDRESS, response_class=HTMLResponse, include_in_schema=False)
    async def show(
        kind: Kind = None,
        settled: Settled = None,
        asked: AskedLanguage = None,
        remembered: RememberedLanguage = None,
    ) -> HTMLResponse:
        language = choose_language(asked, remembered)
        kind = kind or None

        def write() -> str:
            listing = matters.listing(kind, settled=settled is not None)
            return renderer.matters(listing, clock(), language, kind=kind, settled=settled is not None)

        page = HTMLResponse(await asyncio.to_thread(write), headers={"Content-Language": language})
        if asked == language:
            page.set_cookie("lang", language, max_age=int(_REMEMBER.total_seconds()), httponly=True, samesite="lax")
        return page

    @app.post(ADDRESS + "/{matter_id}", include_in_schema=False)
    async def settle_one(
        matter_id: int,
        note: Annotated[str, Form(max_length=_LONGEST_NOTE)] = "",
        kind: Annotated[str, Form(max_length=40)] = "",
    ) -> Response:
        if not 0 < matter_id < 2**31 or not await matters.settle(matter_id, BY_THE_DESK, note, clock()):
            raise HTTPException(HTTPStatus.NOT_FOUND)
        back = f"{ADDRESS}?{urlencode({'kind': kind})}" if kind else ADDRESS
        return RedirectResponse(back, HTTPStatus.SEE_OTHER)
