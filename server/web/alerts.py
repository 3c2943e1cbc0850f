"""The page of alerts and the runbook: what they read from, and their addresses."""

import asyncio
from collections.abc import Callable
from datetime import datetime, time, timedelta, tzinfo
from http import HTTPStatus
from typing import Annotated, Literal, Protocol
from urllib.parse import urlencode

from fastapi import Cookie, FastAPI, Form, HTTPException, Query, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from server.fleet.alert_list import AlertsView
from server.web.matters import BY_THE_DESK
from server.web.rendering import Renderer
from server.web.wording import choose_language

ADDRESS = "/alerts"
RUNBOOK_ADDRESS = "/runbook"
MORNING = time(7)
_REMEMBER = timedelta(days=365)

AskedKiosk = Annotated[str | None, Query(alias="kiosk", max_length=63)]
AskedLanguage = Annotated[str | None, Query(alias="lang", max_length=20)]
RememberedLanguage = Annotated[str | None, Cookie(alias="lang", max_length=20)]
What = Annotated[Literal["acknowledge", "hour", "morning"], Form()]


class AlertList(Protocol):
    """Where the page reads, and where it is noted what people do."""

    def alerts(self, now: datetime, kiosk_id: str | None = None) -> AlertsView:
        """Read; called in a worker thread."""
        ...

    async def acknowledge(self, alert_id: int, by: str, now: datetime) -> bool:
        """Note that somebody knows; ``False``: it has ended, or there is none."""
        ...

    async def snooze(self, alert_id: int, by: str, until: datetime) -> bool:
        """Let it rest for a while; ``False`` as above."""
        ...


def add_alerts(
    app: FastAPI, alerts: AlertList, renderer: Renderer, clock: Callable[[], datetime], zone: tzinfo
) -> None:
    """Answer the addresses; mornings are those of ``zone``."""

    def answer(markup: str, language: str, asked: str | None) -> HTMLResponse:
        page = HTMLResponse(markup, headers={"Content-Language": language})
        if asked == language:
            page.set_cookie("lang", language, max_age=int(_REMEMBER.total_seconds()), httponly=True, samesite="lax")
        return page

    @app.get(ADDRESS, response_class=HTMLResponse, include_in_schema=False)
    async def show(
        kiosk: AskedKiosk = None, asked: AskedLanguage = None, remembered: RememberedLanguage = None
    ) -> HTMLResponse:
        language = choose_language(asked, remembered)

        def write() -> str:
            now = clock()
            return renderer.alerts(alerts.alerts(now, kiosk or None), now, language, kiosk=kiosk or "")

        return answer(await asyncio.to_thread(write), language, asked)

    @app.get(RUNBOOK_ADDRESS, response_class=HTMLResponse, include_in_schema=False)
    async def runbook(asked: AskedLanguage = None, remembered: RememberedLanguage = None) -> HTMLResponse:
        language = choose_language(asked, remembered)
        return answer(await asyncio.to_thread(renderer.runbook, language), language, asked)

    @app.post(ADDRESS + "/{alert_id}", include_in_schema=False)
    async def handle(alert_id: int, what: What, kiosk: Annotated[str, Form(max_length=63)] = "") -> Response:
        now = clock()
        if not 0 < alert_id < 2**31:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        if what == "acknowledge":
            done = await alerts.acknowledge(alert_id, BY_THE_DESK, now)
        else:
            until = now + timedelta(hours=1) if what == "hour" else next_morning(now, zone)
            done = await alerts.snooze(alert_id, BY_THE_DESK, until)
        if not done:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        back = f"{ADDRESS}?{urlencode({'kiosk': kiosk})}" if kiosk else ADDRESS
        return RedirectResponse(back, HTTPStatus.SEE_OTHER)


def next_morning(now: datetime, zone: tzinfo) -> datetime:
    """Return seven o'clock of the library's next day."""
    tomorrow = now.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(tomorrow, MORNING, zone)
