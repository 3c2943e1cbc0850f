"""What the page's own script does, in a real browser."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import uvicorn

from server.web.app import create_app
from server.web.site import Site
from tests.support.browser import BROWSER, NO_BROWSER, browser
from tests.support.fleet_pages import LIBRARY_ZONE, FakeFleet, FakeKiosk, FakeLoans
from tests.support.http_server import listening_socket, make_server, serving

pytestmark = pytest.mark.skipif(BROWSER is None, reason=NO_BROWSER)

HOSTILE = "<img src=x onerror=\"document.body.id='pwned'\">"
LIVE = "document.querySelector('#fresh.live')"
LOST = "!document.getElementById('lost').hidden"


def server_of(fleet: FakeFleet) -> uvicorn.Server:
    app = create_app(
        fleet=fleet,
        loans=FakeLoans(),
        clock=lambda: datetime.now(UTC),
        site=Site("Thư viện xã", LIBRARY_ZONE),
        is_closing=lambda: server.should_exit,
    )
    server = make_server(app)
    return server


def free_port() -> int:
    with listening_socket() as listener:
        return int(listener.getsockname()[1])


async def test_an_open_page_follows_the_fleet_without_reload(tmp_path: Path) -> None:
    fleet = FakeFleet()
    fleet.show(FakeKiosk("k-a"), FakeKiosk("k-gone"))
    async with serving(server_of(fleet)) as port, browser(tmp_path) as page:
        await page.go(f"http://127.0.0.1:{port}/?lang=en")
        await page.until(LIVE)
        await page.evaluate("window.sameDocument = true")
        fleet.show(FakeKiosk("k-b", HOSTILE, status="offline"), FakeKiosk("k-a", visits_today=5))
        await page.until("document.querySelector('[data-kiosk=k-b]')")
        seen = await page.read()

        assert await page.evaluate("window.sameDocument")

    assert [kiosk.attributes["data-kiosk"] for kiosk in seen.all("article")] == ["k-b", "k-a"]
    assert seen.one(data_kiosk="k-a").attributes["data-visits"] == "5"
    assert seen.all("h3")[0].text == HOSTILE
    assert seen.one("body").attributes.get("id") is None
    assert seen.one(id="lost").attributes.get("hidden") == ""


async def test_an_open_page_says_that_the_server_is_gone_and_goes_on_when_it_is_back(tmp_path: Path) -> None:
    fleet, port = FakeFleet(), free_port()
    fleet.show(FakeKiosk("k-a"))
    async with browser(tmp_path) as page:
        async with serving(server_of(fleet), port):
            await page.go(f"http://127.0.0.1:{port}/?lang=en")
            await page.until(LIVE)
            await page.evaluate("window.sameDocument = true")
        await page.until(LOST)
        gone = await page.read()
        fleet.show(FakeKiosk("k-a", loans_today=8))
        async with serving(server_of(fleet), port):
            await page.until(f"!({LOST})")
            back = await page.read()

            assert await page.evaluate("window.sameDocument")

    assert "The server has been out of reach since" in gone.one(id="lost").text
    assert gone.one(id="lost-at").text == gone.one(id="fresh-at").text
    assert gone.one("article").attributes["data-kiosk"] == "k-a"
    assert back.one(data_kiosk="k-a").attributes["data-loans"] == "8"


@pytest.mark.parametrize("width", [360, 1280])
async def test_nothing_is_wider_than_the_window(width: int, tmp_path: Path) -> None:
    fleet = FakeFleet()
    fleet.show(FakeKiosk("k-" + "a" * 60, "W" * 200, "M" * 200, visits_today=10**9), FakeKiosk("k-b", status="offline"))
    async with serving(server_of(fleet)) as port, browser(tmp_path) as page:
        await page.go(f"http://127.0.0.1:{port}/", width)

        assert await page.evaluate("document.documentElement.scrollWidth") == width
