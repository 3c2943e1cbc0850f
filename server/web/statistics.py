"""The page of what was done at the kiosks over a span of days, and the same as a table for other programs."""

import asyncio
from collections.abc import Callable
from datetime import date, datetime, timedelta
from http import HTTPStatus
from typing import Annotated, Protocol

from fastapi import Cookie, FastAPI, Query, Response
from fastapi.responses import HTMLResponse
from starlette.exceptions import HTTPException

from server.fleet.statistics import Statistics
from server.web.rendering import Renderer
from server.web.statistics_view import SPAN, Days, asked_days, span_of, table
from server.web.wording import choose_language

ADDRESS = "/statistics"
TABLE_ADDRESS = "/api/v1/statistics.csv"
_REMEMBER = timedelta(days=365)

AskedFirst = Annotated[str, Query(alias="from", max_length=10)]
AskedLast = Annotated[str, Query(alias="to", max_length=10)]
AskedSpan = Annotated[str, Query(alias="span", max_length=20)]
AskedKiosk = Annotated[str | None, Query(alias="kiosk", max_length=63)]
AskedLanguage = Annotated[str | None, Query(alias="lang", max_length=20)]
RememberedLanguage = Annotated[str | None, Cookie(alias="lang", max_length=20)]


class StatisticsReader(Protocol):
    """Where it is counted."""

    def today(self, now: datetime) -> date:
        """Return the library's own day."""
        ...

    def statistics(self, first: date, last: date, now: datetime, kiosk_id: str | None = None) -> Statistics:
        """Count, of all kiosks or of one; called in a worker thread."""
        ...


def add_statistics(app: FastAPI, reader: StatisticsReader, renderer: Renderer, clock: Callable[[], datetime]) -> None:
    """Answer the addresses; days that end before they begin, or are too many, are said to be so."""

    @app.get(ADDRESS, response_class=HTMLResponse, include_in_schema=False)
    async def show(  # noqa: PLR0913, PLR0917 - each is a part of the address
        first: AskedFirst = "",
        last: AskedLast = "",
        span: AskedSpan = "",
        kiosk: AskedKiosk = None,
        asked: AskedLanguage = None,
        remembered: RememberedLanguage = None,
    ) -> HTMLResponse:
        language = choose_language(asked, remembered)

        def write() -> str:
            now = clock()
            today = reader.today(now)
            days = _days(first, last, span, today)
            shown = days or span_of("", today)
            found = reader.statistics(shown.first, shown.last, now, kiosk or None)
            own_span = "" if first or last else span if span in SPAN else "month"
            asked = {"kiosk": kiosk or "", "span": own_span, "wrong": days is None}
            return renderer.statistics(found, now, language, asked)

        markup = await asyncio.to_thread(write)
        page = HTMLResponse(markup, headers={"Content-Language": language})
        if asked == language:
            page.set_cookie("lang", language, max_age=int(_REMEMBER.total_seconds()), httponly=True, samesite="lax")
        return page

    @app.get(TABLE_ADDRESS)
    async def rows(
        first: AskedFirst = "", last: AskedLast = "", span: AskedSpan = "", kiosk: AskedKiosk = None
    ) -> Response:
        """Give what was done as CSV: a row for each day and kiosk with a visit."""

        def write() -> tuple[Days, str]:
            now = clock()
            days = _days(first, last, span, reader.today(now))
            if days is None:
                raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY)
            return days, table(reader.statistics(days.first, days.last, now, kiosk or None))

        days, text = await asyncio.to_thread(write)
        name = f"kiosks-{days.first}-{days.last}.csv"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(text, media_type="text/csv; charset=utf-8", headers=headers)


def _days(first: str, last: str, span: str, today: date) -> Days | None:
    """Read what the form sends: an empty field is one that was not filled in."""
    try:
        begin = date.fromisoformat(first) if first else None
        end = date.fromisoformat(last) if last else None
    except ValueError:
        return None
    return asked_days(begin, end, span, today)
