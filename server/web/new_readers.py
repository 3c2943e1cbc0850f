"""New readers: what kiosks hand in, and the desk's page on which they become readers or are erased."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Final, Protocol

from fastapi import Cookie, FastAPI, Form, HTTPException, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlalchemy.exc import SQLAlchemyError

from library.api.new_readers import LONGEST_TOLD, NEW_READERS_PATH, PickUp, read_new_reader
from server.circulation.new_reader_values import Applicant, Finishing, NotTakenError, Trouble, Waiting
from server.circulation.new_readers import NewReaderDesk
from server.web.kiosk_api import RETRY_S, Doorkeeper, body_of, known_counter
from server.web.rendering import Renderer
from server.web.wording import choose_language

ADDRESS: Final = "/new-readers"
_STATUS: Final = {
    Trouble.GONE: HTTPStatus.NOT_FOUND,
    Trouble.CARD_TAKEN: HTTPStatus.CONFLICT,
    Trouble.ALREADY: HTTPStatus.CONFLICT,
}

AskedLanguage = Annotated[str | None, Query(alias="lang", max_length=20)]
RememberedLanguage = Annotated[str | None, Cookie(alias="lang", max_length=20)]
Typed = Annotated[str, Form(max_length=100)]


class Applicants(Protocol):
    """Where the page reads and writes."""

    def listing(self) -> tuple[Waiting, ...]:
        """Read; called in a worker thread."""
        ...

    def categories(self) -> tuple[str, ...]:
        """Read; called in a worker thread."""
        ...

    def open(self, pick_up: str) -> Applicant | None:
        """Read; called in a worker thread."""
        ...

    async def finish(self, pick_up: str, finishing: Finishing) -> Trouble | None:
        """Make the reader."""
        ...

    async def reject(self, pick_up: str, by: str) -> Trouble | None:
        """Erase what was told."""
        ...


def take_new_readers(app: FastAPI, doorkeeper: Doorkeeper, desk: NewReaderDesk) -> None:
    """Let kiosks hand in what somebody told who wants to become a reader; nothing of it is logged."""

    @app.post(NEW_READERS_PATH, status_code=HTTPStatus.CREATED)
    async def hand_in(request: Request) -> PickUp:
        try:
            counter = await known_counter(doorkeeper, request)
            told = read_new_reader(await body_of(request, LONGEST_TOLD))
            if told is None:
                raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY)
            return PickUp(pick_up=await desk.put(counter, told))
        except NotTakenError:
            raise HTTPException(HTTPStatus.CONFLICT) from None
        except SQLAlchemyError:
            raise HTTPException(HTTPStatus.SERVICE_UNAVAILABLE, headers={"Retry-After": RETRY_S}) from None


def add_new_readers(app: FastAPI, desk: Applicants, renderer: Renderer, clock: Callable[[], datetime]) -> None:
    """Answer the page's addresses; nothing of a person stands in an address, and no page with it is kept."""

    async def page(
        language: str,
        applicant: Applicant | None = None,
        trouble: Trouble | None = None,
        done: str = "",
        finishing: Finishing | None = None,
    ) -> HTMLResponse:
        def write() -> str:
            values = {
                "waiting": desk.listing(),
                "categories": desk.categories(),
                "applicant": applicant,
                "trouble": trouble,
                "done": done,
                "finishing": finishing,
            }
            return renderer.new_readers(clock(), language, values)

        status = HTTPStatus.OK if trouble is None else _STATUS.get(trouble, HTTPStatus.UNPROCESSABLE_ENTITY)
        headers = {"Content-Language": language, "Cache-Control": "no-store"}
        return HTMLResponse(await asyncio.to_thread(write), status, headers=headers)

    def language_of(request: Request) -> str:
        return choose_language(request.query_params.get("lang"), request.cookies.get("lang"))

    @app.get(ADDRESS, response_class=HTMLResponse, include_in_schema=False)
    async def show(
        done: Annotated[str, Query(pattern="^(made|erased)$")] = "",
        asked: AskedLanguage = None,
        remembered: RememberedLanguage = None,
    ) -> HTMLResponse:
        return await page(choose_language(asked, remembered), done=done)

    @app.post(ADDRESS, include_in_schema=False)
    async def open_one(request: Request, pick_up: Typed = "") -> HTMLResponse:
        applicant = await asyncio.to_thread(desk.open, pick_up)
        return await page(language_of(request), applicant, None if applicant else Trouble.GONE)

    @app.post(ADDRESS + "/finish", include_in_schema=False)
    async def finish(  # noqa: PLR0913, PLR0917 - each is one field of the form
        request: Request,
        pick_up: Typed = "",
        name: Typed = "",
        card: Typed = "",
        category: Typed = "",
        pin: Typed = "",
        by: Typed = "",
    ) -> Response:
        finishing = Finishing(name, card, category, by, pin)
        trouble = await desk.finish(pick_up, finishing)
        if trouble is None:
            return RedirectResponse(f"{ADDRESS}?done=made", HTTPStatus.SEE_OTHER)
        applicant = await asyncio.to_thread(desk.open, pick_up)
        return await page(language_of(request), applicant, trouble, finishing=finishing)

    @app.post(ADDRESS + "/reject", include_in_schema=False)
    async def reject(request: Request, pick_up: Typed = "", by: Typed = "") -> Response:
        trouble = await desk.reject(pick_up, by)
        if trouble is None:
            return RedirectResponse(f"{ADDRESS}?done=erased", HTTPStatus.SEE_OTHER)
        applicant = await asyncio.to_thread(desk.open, pick_up)
        return await page(language_of(request), applicant, trouble)
