"""Composes the pages: what they read from, who may ask, and which address answers what."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Annotated

from fastapi import Cookie, FastAPI, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles

from server.web import api, labels
from server.web.alerts import AlertList, add_alerts
from server.web.catalogue import CatalogueFinder, add_catalogue
from server.web.fees import FeeBook, add_fees
from server.web.guard import Guard
from server.web.item_uses import UsesReader, add_item_uses
from server.web.kiosk_page import KioskReader, add_kiosk_page
from server.web.live import Live
from server.web.matters import MatterList, add_matters
from server.web.new_readers import Applicants, add_new_readers
from server.web.reading import FleetReader, LoansReader
from server.web.records_api import add_records, faults_of
from server.web.rendering import Renderer
from server.web.site import Site
from server.web.snapshot import Snapshots
from server.web.staff_acts import add_staff_acts
from server.web.staff_reading import ActsReader
from server.web.statistics import StatisticsReader, add_statistics
from server.web.transfers import TransferLedger, add_transfers
from server.web.wording import choose_language

AskedLanguage = Annotated[str | None, Query(alias="lang", max_length=20)]
RememberedLanguage = Annotated[str | None, Cookie(alias="lang", max_length=20)]
_REMEMBER = timedelta(days=365)


def create_app(  # noqa: PLR0913 - each is one thing that the pages need from outside
    *,
    fleet: FleetReader,
    loans: LoansReader,
    clock: Callable[[], datetime],
    site: Site,
    matters: MatterList | None = None,
    finder: CatalogueFinder | None = None,
    fees: FeeBook | None = None,
    transfers: TransferLedger | None = None,
    staff_acts: ActsReader | None = None,
    item_uses: UsesReader | None = None,
    applicants: Applicants | None = None,
    one_kiosk: KioskReader | None = None,
    statistics: StatisticsReader | None = None,
    alerts: AlertList | None = None,
    is_closing: Callable[[], bool] = lambda: False,
) -> FastAPI:
    """Make the ASGI application; without ``matters`` nothing can be settled there, without ``finder`` not found.

    ``clock`` gives the present as an aware time. ``is_closing`` says that the server was told to stop (uvicorn's
    ``should_exit``): the open streams then end by themselves within ``site.refresh``, which uvicorn waits for.
    """
    app = FastAPI(title=site.library_name, docs_url=None, redoc_url=None, openapi_url="/api/v1/openapi.json")
    app.add_middleware(Guard, allowed_hosts=site.allowed_hosts)
    snapshots = Snapshots(fleet, loans, clock, site.refresh)
    renderer = Renderer(site)
    _add_pages(app, snapshots, renderer)
    if matters is not None:
        add_matters(app, matters, renderer, clock)
    if fees is not None:
        add_fees(app, fees, renderer, clock)
    if transfers is not None:
        add_transfers(app, transfers, renderer, clock)
    if staff_acts is not None:
        add_staff_acts(app, staff_acts, renderer, clock)
    if item_uses is not None:
        add_item_uses(app, item_uses)
    if applicants is not None:
        add_new_readers(app, applicants, renderer, clock)
    if finder is not None:
        add_catalogue(app, finder, renderer)
        add_records(app, finder)
    _add_fleet(app, renderer, clock, one_kiosk=one_kiosk, statistics=statistics, alerts=alerts, site=site)
    _add_stream(app, Live(snapshots, renderer, site.refresh, is_closing))
    _add_api(app, snapshots, finder)
    _add_refusals(app, renderer)
    app.mount("/static", StaticFiles(directory=Path(__file__).with_name("static")))
    return app


def _add_pages(app: FastAPI, snapshots: Snapshots, renderer: Renderer) -> None:
    @app.get("/", response_class=HTMLResponse, include_in_schema=False)
    @app.get("/admin", response_class=HTMLResponse, include_in_schema=False)
    async def kiosks(asked: AskedLanguage = None, remembered: RememberedLanguage = None) -> HTMLResponse:
        language = choose_language(asked, remembered)
        markup = await asyncio.to_thread(renderer.page, await snapshots.latest(), language)
        page = HTMLResponse(markup, headers={"Content-Language": language})
        if asked == language:
            page.set_cookie("lang", language, max_age=int(_REMEMBER.total_seconds()), httponly=True, samesite="lax")
        return page


def _add_fleet(  # noqa: PLR0913 - as above
    app: FastAPI,
    renderer: Renderer,
    clock: Callable[[], datetime],
    *,
    one_kiosk: KioskReader | None,
    statistics: StatisticsReader | None,
    alerts: AlertList | None,
    site: Site,
) -> None:
    if one_kiosk is not None:
        add_kiosk_page(app, one_kiosk, renderer, clock)
    if alerts is not None:
        add_alerts(app, alerts, renderer, clock, site.time_zone)
    if statistics is not None:
        add_statistics(app, statistics, renderer, clock)


def _add_stream(app: FastAPI, live: Live) -> None:
    @app.get("/live", response_class=EventSourceResponse, include_in_schema=False)
    async def stream(
        asked: AskedLanguage = None, remembered: RememberedLanguage = None
    ) -> AsyncIterator[ServerSentEvent]:
        async for event in live.stream(choose_language(asked, remembered)):
            yield event


def _add_api(app: FastAPI, snapshots: Snapshots, finder: CatalogueFinder | None) -> None:
    @app.get("/api/v1/fleet")
    async def fleet_now() -> api.Fleet:
        return api.fleet_answer(await snapshots.latest())

    @app.get("/healthz")
    async def health(response: Response) -> api.Health:
        answer = api.health_answer(await snapshots.latest(), None if finder is None else finder.condition)
        response.status_code = 200 if answer.status == "ok" else 503
        return answer


def _add_refusals(app: FastAPI, renderer: Renderer) -> None:
    def refuse(
        request: Request,
        status: int,
        faults: list[dict[str, str]] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        heading, words = labels.MESSAGES.get(HTTPStatus(status), labels.OTHER_MESSAGE)
        if request.url.path.startswith("/api/"):
            return JSONResponse({"error": heading} | ({"faults": faults} if faults else {}), status, headers)
        language = choose_language(request.query_params.get("lang"), request.cookies.get("lang"))
        return HTMLResponse(renderer.message(heading, words, language), status, headers)

    @app.exception_handler(HTTPException)
    async def on_refusal(request: Request, fault: HTTPException) -> Response:
        return refuse(request, fault.status_code, headers=fault.headers)

    @app.exception_handler(RequestValidationError)
    async def on_wrong_words(request: Request, fault: RequestValidationError) -> Response:
        return refuse(request, HTTPStatus.UNPROCESSABLE_ENTITY, faults_of(fault))

    @app.exception_handler(Exception)
    async def on_fault(request: Request, _: Exception) -> Response:
        return refuse(request, HTTPStatus.INTERNAL_SERVER_ERROR)
