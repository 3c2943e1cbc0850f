"""The page of readers' fees: staff write, waive and take; what it reads from, and its addresses."""

import asyncio
import secrets
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, Final, Protocol

from fastapi import Cookie, FastAPI, Form, HTTPException, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from server.circulation.fee_counter import FeeAccount, Signed, Trouble, WrittenFee
from server.store.account_models import FeeReason
from server.web.fees_view import Filled
from server.web.rendering import Renderer
from server.web.wording import choose_language

ADDRESS: Final = "/fees"
_FORM_BYTES: Final = 12
_HIGHEST_ID: Final = 2**31
_STATUS: Final = {Trouble.GONE: HTTPStatus.CONFLICT, Trouble.STALE: HTTPStatus.CONFLICT}

AskedLanguage = Annotated[str | None, Query(alias="lang", max_length=20)]
RememberedLanguage = Annotated[str | None, Cookie(alias="lang", max_length=20)]
Typed = Annotated[str, Form(max_length=1000)]


class FeeBook(Protocol):
    """Where the page reads and writes."""

    def patron_of(self, card_number: str) -> int | None:
        """Find whose card this is; called in a worker thread."""
        ...

    def account(self, patron_id: int, now: datetime) -> FeeAccount | None:
        """Read; called in a worker thread."""
        ...

    async def write(self, patron_id: int, fee: WrittenFee, signed: Signed, now: datetime) -> Trouble | None:
        """Write a fee."""
        ...

    async def waive(self, patron_id: int, fee_id: int, signed: Signed, now: datetime) -> Trouble | None:
        """Waive what is left of a line."""
        ...

    async def take(self, patron_id: int, typed: str, signed: Signed, now: datetime) -> Trouble | None:
        """Take money."""
        ...


def add_fees(app: FastAPI, book: FeeBook, renderer: Renderer, clock: Callable[[], datetime]) -> None:
    """Answer the page's addresses; a card number is only ever in the body of a request."""
    pages = _Pages(book, renderer, clock)

    @app.get(ADDRESS, response_class=HTMLResponse, include_in_schema=False)
    async def ask(asked: AskedLanguage = None, remembered: RememberedLanguage = None) -> HTMLResponse:
        return await pages.ask(choose_language(asked, remembered))

    @app.post(ADDRESS, include_in_schema=False)
    async def find(card: Typed = "", asked: AskedLanguage = None, remembered: RememberedLanguage = None) -> Response:
        patron_id = await asyncio.to_thread(book.patron_of, card)
        if patron_id is not None:
            return RedirectResponse(f"{ADDRESS}/{patron_id}", HTTPStatus.SEE_OTHER)
        return await pages.ask(choose_language(asked, remembered), unknown=True)

    @app.get(ADDRESS + "/{patron_id}", response_class=HTMLResponse, include_in_schema=False)
    async def show(patron_id: int, asked: AskedLanguage = None, remembered: RememberedLanguage = None) -> HTMLResponse:
        return await pages.show(patron_id, choose_language(asked, remembered))

    @app.post(ADDRESS + "/{patron_id}/write", include_in_schema=False)
    async def write(  # noqa: PLR0913, PLR0917 - each is one field of the form
        request: Request,
        patron_id: int,
        reason: Annotated[FeeReason, Form()],
        amount: Typed = "",
        item: Typed = "",
        words: Typed = "",
        by: Typed = "",
        form: Typed = "",
    ) -> Response:
        wanted = WrittenFee(reason, amount, item)
        trouble = await book.write(_known(patron_id), wanted, Signed(by, words, form), clock())
        filled = Filled("write", trouble, by, words, amount, item, reason)
        return await pages.after(request, patron_id, filled)

    @app.post(ADDRESS + "/{patron_id}/waive/{fee_id}", include_in_schema=False)
    async def waive(  # noqa: PLR0913, PLR0917 - the same
        request: Request, patron_id: int, fee_id: int, words: Typed = "", by: Typed = "", form: Typed = ""
    ) -> Response:
        trouble = await book.waive(_known(patron_id), fee_id, Signed(by, words, form), clock())
        return await pages.after(request, patron_id, Filled(f"waive-{fee_id}", trouble, by, words))

    @app.post(ADDRESS + "/{patron_id}/take", include_in_schema=False)
    async def take(  # noqa: PLR0913, PLR0917 - the same
        request: Request, patron_id: int, amount: Typed = "", words: Typed = "", by: Typed = "", form: Typed = ""
    ) -> Response:
        trouble = await book.take(_known(patron_id), amount, Signed(by, words, form), clock())
        return await pages.after(request, patron_id, Filled("take", trouble, by, words, amount))


class _Pages:
    """What is shown."""

    def __init__(self, book: FeeBook, renderer: Renderer, clock: Callable[[], datetime]) -> None:
        self._book = book
        self._renderer = renderer
        self._clock = clock

    async def ask(self, language: str, *, unknown: bool = False) -> HTMLResponse:
        status = HTTPStatus.NOT_FOUND if unknown else HTTPStatus.OK
        return await self._written("fees_ask.html", language, status, unknown=unknown)

    async def show(self, patron_id: int, language: str, filled: Filled | None = None) -> HTMLResponse:
        account = await asyncio.to_thread(self._book.account, _known(patron_id), self._clock())
        if account is None:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        trouble = None if filled is None else filled.trouble
        status = HTTPStatus.OK if trouble is None else _STATUS.get(trouble, HTTPStatus.UNPROCESSABLE_ENTITY)
        number = secrets.token_hex(_FORM_BYTES)
        return await self._written(
            "fees.html", language, status, account=account, filled=filled or Filled(), form=number
        )

    async def after(self, request: Request, patron_id: int, filled: Filled) -> Response:
        if filled.trouble is None:
            return RedirectResponse(f"{ADDRESS}/{patron_id}", HTTPStatus.SEE_OTHER)
        language = choose_language(request.query_params.get("lang"), request.cookies.get("lang"))
        return await self.show(patron_id, language, filled)

    async def _written(self, template: str, language: str, status: HTTPStatus, **values: Any) -> HTMLResponse:
        markup = await asyncio.to_thread(self._renderer.fees, template, self._clock(), language, values)
        return HTMLResponse(markup, status, headers={"Content-Language": language})


def _known(number: int) -> int:
    if not 0 < number < _HIGHEST_ID:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return number
