"""The page of bank transfers: staff say that money came, and that what was left over was given back."""

import asyncio
import secrets
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Final, Protocol

from fastapi import Cookie, FastAPI, Form, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from server.circulation.transfer_book import Told, TransferList, TransferTrouble
from server.circulation.transfers import Arrived
from server.web.rendering import Renderer
from server.web.wording import choose_language

ADDRESS: Final = "/transfers"
_FORM_BYTES: Final = 12
_STATUS: Final = {TransferTrouble.BEFORE: HTTPStatus.CONFLICT, TransferTrouble.STALE: HTTPStatus.CONFLICT}

AskedLanguage = Annotated[str | None, Query(alias="lang", max_length=20)]
RememberedLanguage = Annotated[str | None, Cookie(alias="lang", max_length=20)]
Typed = Annotated[str, Form(max_length=1000)]


class TransferLedger(Protocol):
    """Where the page reads and writes."""

    def listing(self) -> TransferList:
        """Read; called in a worker thread."""
        ...

    async def confirm(self, told: Told) -> Arrived | TransferTrouble:
        """Write down money that came."""
        ...

    async def give_back(self, arrival_id: int, by: str) -> TransferTrouble | None:
        """Write down that a reader has what was left over."""
        ...


def add_transfers(app: FastAPI, ledger: TransferLedger, renderer: Renderer, clock: Callable[[], datetime]) -> None:
    """Answer the page's addresses."""

    async def page(
        language: str,
        trouble: TransferTrouble | None = None,
        told: Told | None = None,
        came: Arrived | None = None,
        *,
        given_back: int = 0,
    ) -> HTMLResponse:
        listing = await asyncio.to_thread(ledger.listing)
        values = {
            "listing": listing,
            "told": told or Told("", "", ""),
            "trouble": trouble,
            "given_back": given_back,
            "came": came,
            "form": secrets.token_hex(_FORM_BYTES),
        }
        markup = await asyncio.to_thread(renderer.fees, "transfers.html", clock(), language, values)
        status = HTTPStatus.OK if trouble is None else _STATUS.get(trouble, HTTPStatus.UNPROCESSABLE_ENTITY)
        return HTMLResponse(markup, status, headers={"Content-Language": language})

    def language_of(request: Request) -> str:
        return choose_language(request.query_params.get("lang"), request.cookies.get("lang"))

    @app.get(ADDRESS, response_class=HTMLResponse, include_in_schema=False)
    async def show(
        came: Arrived | None = None, asked: AskedLanguage = None, remembered: RememberedLanguage = None
    ) -> HTMLResponse:
        return await page(choose_language(asked, remembered), came=came)

    @app.post(ADDRESS, include_in_schema=False)
    async def confirm(
        request: Request, reference: Typed = "", amount: Typed = "", by: Typed = "", form: Typed = ""
    ) -> Response:
        told = Told(reference, amount, by, form)
        became = await ledger.confirm(told)
        if isinstance(became, TransferTrouble):
            return await page(language_of(request), became, told)
        return RedirectResponse(f"{ADDRESS}?came={became.value}", HTTPStatus.SEE_OTHER)

    @app.post(ADDRESS + "/{arrival_id}/given-back", include_in_schema=False)
    async def given_back(request: Request, arrival_id: int, by: Typed = "") -> Response:
        trouble = await ledger.give_back(arrival_id, by)
        if trouble is not None:
            return await page(language_of(request), trouble, Told("", "", by), given_back=arrival_id)
        return RedirectResponse(ADDRESS, HTTPStatus.SEE_OTHER)
