"""The page of what was done at the kiosks over a span of days, and its table."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import httpx
import pytest

from mqtt.messages import KioskBirth
from mqtt.topics import Channel
from server.fleet.statistics import StoredStatistics
from server.web.app import create_app
from server.web.site import Site
from server.web.statistics_view import Days, asked_days, span_of
from tests.support.fleet_intake import Store, events, fleet_store, message
from tests.support.fleet_pages import LIBRARY_ZONE, FakeFleet, FakeLoans
from tests.support.markup import Markup
from tests.support.mqtt_messages import KIOSK, batch, birth, event

_HOST = "127.0.0.1:8080"
HERE = "/statistics?lang=en"


@dataclass
class Pages:
    """The page over a real store, of which one kiosk stands in ``place``."""

    store: Store
    place: str = "Phòng đọc"

    async def get(self, path: str) -> httpx.Response:
        app = create_app(
            fleet=FakeFleet(),
            loans=FakeLoans(),
            clock=lambda: self.store.now,
            site=Site("Thư viện xã", LIBRARY_ZONE),
            statistics=StoredStatistics(self.store.engine, LIBRARY_ZONE, lambda: {KIOSK: self.place}),
        )
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport) as client:
            return await client.get(f"http://{_HOST}{path}", headers={"Host": _HOST})

    async def read(self, path: str = HERE) -> Markup:
        answer = await self.get(path)
        assert answer.status_code == 200
        return Markup(answer.text)

    async def table(self, query: str = "") -> list[list[str]]:
        answer = await self.get(f"/api/v1/statistics.csv?{query}")
        assert answer.status_code == 200
        assert answer.text.startswith("\ufeff")
        return list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[Pages]:
    with fleet_store(tmp_path) as store:
        yield Pages(store)


def told(pages: Pages, name: str = "Quầy 1") -> None:
    """Let the kiosk say who it is and tell of three visits with a loan and two refusals each."""
    who: KioskBirth = birth().model_copy(update={"name": name})
    pages.store.take(message(Channel.META, who), events(batch(event(1), event(2), event(3))))


async def test_this_month_is_shown_with_each_thing_counted_apart(pages: Pages) -> None:
    told(pages)

    page = await pages.read()

    assert "from 01/03/2026 to 31/03/2026" in page.one("div", class_="title").text
    figures = {each: page.one(data_figure=each).text for each in ("loans", "returns", "refused")}
    assert figures == {"loans": "Loans 3", "returns": "Returns 0", "refused": "Refusals 6"}
    assert page.one(data_figure="visits").text.startswith("Visits 3 half of them shorter than 15 s")
    assert page.one(data_bar="2026-03-02").attributes["data-visits"] == "3"
    assert page.one(data_hour="15").attributes["data-visits"] == "3"
    assert page.one(data_code="item_on_loan").text == "The book is on loan to somebody else6"
    assert "100.0%" in page.one("tr", data_kiosk=KIOSK).text


async def test_a_year_is_shown_by_month_and_the_language_keeps_the_days(pages: Pages) -> None:
    told(pages)

    page = await pages.read("/statistics?from=2026-01-01&to=2026-12-31&kiosk=k-first")

    assert page.one(data_bar="2026-03").attributes["data-visits"] == "3"
    assert page.one("a", hreflang="en").attributes["href"] == "?from=2026-01-01&to=2026-12-31&kiosk=k-first&lang=en"
    assert "Chỉ máy k-first." in page.one("p", class_="only").text


async def test_days_without_a_visit_say_so_and_show_the_kiosks(pages: Pages) -> None:
    told(pages)

    page = await pages.read("/statistics?lang=en&from=2020-01-01&to=2020-01-31")

    assert "Nobody was at the kiosks in these days" in page.one("section", class_="empty").text
    assert page.one("tr", data_kiosk=KIOSK).text.startswith("Quầy 1")


@pytest.mark.parametrize(
    "query",
    [
        "from=2026-03-02&to=2026-03-01",
        "from=2000-01-01&to=2026-03-01",
        "from=2026-13-01",
        "to=soon",
        "from=0001-01-01&to=9999-12-31",
        "from=%00",
        "from=0001-01-01&to=0001-01-02",
        "from=9999-12-31&to=9999-12-31",
    ],
)
async def test_days_that_are_none_are_said_to_be_so_and_this_month_is_shown(pages: Pages, query: str) -> None:
    page, table = await pages.read(f"{HERE}&{query}"), await pages.get(f"/api/v1/statistics.csv?{query}")

    assert "These days cannot be counted" in page.one(role="alert").text
    assert "from 01/03/2026" in page.one("div", class_="title").text
    assert table.status_code == 422


async def test_the_table_has_a_row_for_each_day_and_kiosk(pages: Pages) -> None:
    told(pages)

    head, *rows = await pages.table("from=2026-03-01&to=2026-03-31")

    assert head[:5] == ["day", "kiosk", "place", "visits", "loans"]
    assert rows == [["2026-03-02", KIOSK, "Phòng đọc", "3", "3", "0", "0", "6", "0", "0"]]


@pytest.mark.parametrize("place", ["=1+1", "+84", "-1", "@SUM(A1)", "\t=1"])
async def test_a_place_is_no_formula_of_a_spreadsheet(pages: Pages, place: str) -> None:
    pages.place = place
    told(pages)

    (_, row) = await pages.table()

    assert row[2] == f"'{place}"


async def test_what_a_kiosk_is_called_is_text(pages: Pages) -> None:
    told(pages, "<script>alert(1)</script>")

    assert "<script>alert" not in (await pages.get(f"{HERE}&kiosk=%3Cscript%3Ealert")).text


@pytest.mark.parametrize(
    ("span", "days"),
    [
        ("month", Days(date(2026, 3, 1), date(2026, 3, 31))),
        ("last_month", Days(date(2026, 2, 1), date(2026, 2, 28))),
        ("year", Days(date(2026, 1, 1), date(2026, 12, 31))),
        ("last_year", Days(date(2025, 1, 1), date(2025, 12, 31))),
        ("aeon", Days(date(2026, 3, 1), date(2026, 3, 31))),
    ],
)
def test_spans_are_those_of_reports(span: str, days: Days) -> None:
    assert span_of(span, date(2026, 3, 2)) == days


def test_half_a_form_is_understood() -> None:
    today = datetime(2026, 3, 2, tzinfo=UTC).date()

    assert asked_days(date(2026, 2, 1), None, "", today) == Days(date(2026, 2, 1), today)
    assert asked_days(None, date(2026, 2, 1), "", today) == Days(date(2026, 2, 1), date(2026, 2, 1))
