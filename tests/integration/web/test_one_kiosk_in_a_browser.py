"""What the script of a kiosk's page does, in a real browser."""

from pathlib import Path

import pytest
import uvicorn

from mqtt.messages import KioskCondition
from mqtt.topics import Channel
from server.fleet.one_kiosk import StoredKiosks
from server.web.app import create_app
from server.web.site import Site
from tests.support.browser import BROWSER, NO_BROWSER, browser
from tests.support.fleet_intake import Store, fleet_store, message
from tests.support.fleet_pages import LIBRARY_ZONE, FakeFleet, FakeLoans
from tests.support.http_server import listening_socket, make_server, serving
from tests.support.mqtt_messages import KIOSK, birth, health, state

pytestmark = pytest.mark.skipif(BROWSER is None, reason=NO_BROWSER)

LOST = "!document.getElementById('lost').hidden"


def server_of(store: Store) -> uvicorn.Server:
    app = create_app(
        fleet=FakeFleet(),
        loans=FakeLoans(),
        clock=lambda: store.now,
        site=Site("Thư viện xã", LIBRARY_ZONE),
        one_kiosk=StoredKiosks(store.engine, LIBRARY_ZONE),
        is_closing=lambda: server.should_exit,
    )
    server = make_server(app)
    return server


async def test_the_open_page_of_a_kiosk_follows_it_and_says_when_the_server_is_gone(tmp_path: Path) -> None:
    with listening_socket() as listener:
        port = int(listener.getsockname()[1])
    with fleet_store(tmp_path) as store:
        store.take(message(Channel.META, birth()), message(Channel.STATE, state()), message(Channel.HEALTH, health()))
        async with browser(tmp_path) as page:
            async with serving(server_of(store), port):
                await page.go(f"http://127.0.0.1:{port}/kiosks/{KIOSK}?lang=en", 390)
                await page.evaluate("window.sameDocument = true")
                fits = await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
                store.take(message(Channel.STATE, state(KioskCondition.CLOSED)))
                await page.until("document.querySelector('[data-condition=closed]')")
            await page.until(LOST)
            async with serving(server_of(store), port):
                await page.until(f"!({LOST})")

                assert await page.evaluate("window.sameDocument")
    assert fits
