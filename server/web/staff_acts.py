"""The page of what staff did at kiosks, and the same for programs: what both read from, and their addresses."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Annotated, Literal

from fastapi import Cookie, FastAPI, Query
from fastapi.responses import HTMLResponse
from pydantic import AwareDatetime, BaseModel, ConfigDict

from server.web.rendering import Renderer
from server.web.staff_reading import ActsReader
from server.web.wording import choose_language

ADDRESS = "/staff-acts"
API_ADDRESS = "/api/v1/staff-acts"
_REMEMBER = timedelta(days=365)
_LAST_PAGE = 10_000

AskedLanguage = Annotated[str | None, Query(alias="lang", max_length=20)]
RememberedLanguage = Annotated[str | None, Cookie(alias="lang", max_length=20)]
AskedKiosk = Annotated[str | None, Query(alias="kiosk", max_length=63)]
AskedPage = Annotated[int, Query(alias="page", ge=1, le=_LAST_PAGE)]


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True, from_attributes=True)


class Act(_Answer):
    """One act of staff at a kiosk."""

    kiosk_id: str
    at: AwareDatetime
    staff: str | None
    """What the member goes by, and no name; ``null``: by the service key, before a PIN said who it is."""
    act: str
    device: str
    item: str
    """The number of the item whose alarm it was about; empty: about none."""
    reason: str
    refusal: str
    outcome: str
    """Empty: not known."""


class Acts(_Answer):
    """One page, newest first."""

    schema_version: Literal[1] = 1
    number: int
    has_older: bool
    acts: tuple[Act, ...]


def add_staff_acts(app: FastAPI, reader: ActsReader, renderer: Renderer, clock: Callable[[], datetime]) -> None:
    """Answer the addresses."""

    @app.get(ADDRESS, response_class=HTMLResponse, include_in_schema=False)
    async def show(
        kiosk: AskedKiosk = None,
        number: AskedPage = 1,
        asked: AskedLanguage = None,
        remembered: RememberedLanguage = None,
    ) -> HTMLResponse:
        language = choose_language(asked, remembered)
        kiosk = kiosk or None

        def write() -> str:
            return renderer.staff_acts(reader.page(kiosk, number), clock(), language, kiosk=kiosk)

        page = HTMLResponse(await asyncio.to_thread(write), headers={"Content-Language": language})
        if asked == language:
            page.set_cookie("lang", language, max_age=int(_REMEMBER.total_seconds()), httponly=True, samesite="lax")
        return page

    @app.get(API_ADDRESS)
    async def acts(kiosk: AskedKiosk = None, number: AskedPage = 1) -> Acts:
        """Give what staff did, of one kiosk or of all, page by page."""
        return Acts.model_validate(await asyncio.to_thread(reader.page, kiosk or None, number))
