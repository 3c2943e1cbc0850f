"""The page of one kiosk: how it is, how it did, what was done at it; and the address that gives it."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Annotated, Protocol

from fastapi import Cookie, FastAPI, Query
from fastapi import Path as InPath
from fastapi.responses import HTMLResponse
from starlette.exceptions import HTTPException

from server.fleet.one_kiosk import KioskDetails
from server.web.kiosk_view import SPANS
from server.web.rendering import Renderer
from server.web.wording import choose_language

ADDRESS = "/kiosks/{kiosk_id}"
_REMEMBER = timedelta(days=365)

KioskId = Annotated[str, InPath(max_length=63)]
AskedSpan = Annotated[str, Query(alias="span", max_length=20)]
AskedLanguage = Annotated[str | None, Query(alias="lang", max_length=20)]
RememberedLanguage = Annotated[str | None, Cookie(alias="lang", max_length=20)]


class KioskReader(Protocol):
    """Where one kiosk is read."""

    def details(self, kiosk_id: str, now: datetime, since: datetime) -> KioskDetails | None:
        """Read it with its readings from a moment on; ``None``: there is none. Called in a worker thread."""
        ...


def add_kiosk_page(app: FastAPI, reader: KioskReader, renderer: Renderer, clock: Callable[[], datetime]) -> None:
    """Answer the address; an unknown span is a day."""

    @app.get(ADDRESS, response_class=HTMLResponse, include_in_schema=False)
    async def show(
        kiosk_id: KioskId,
        span: AskedSpan = "day",
        asked: AskedLanguage = None,
        remembered: RememberedLanguage = None,
    ) -> HTMLResponse:
        language = choose_language(asked, remembered)
        span = span if span in SPANS else "day"

        def write() -> str | None:
            now = clock()
            details = reader.details(kiosk_id, now, now - SPANS[span])
            return None if details is None else renderer.kiosk(details, now, language, span=span)

        markup = await asyncio.to_thread(write)
        if markup is None:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        page = HTMLResponse(markup, headers={"Content-Language": language})
        if asked == language:
            page.set_cookie("lang", language, max_age=int(_REMEMBER.total_seconds()), httponly=True, samesite="lax")
        return page
