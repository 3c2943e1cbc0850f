"""The live page over twenty simulated kiosks, while the broker is killed and brought back: in a real browser."""

from collections.abc import Iterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest
import uvicorn

from mqtt.messages import KioskCondition
from server.fleet.alert_list import StoredAlerts
from server.fleet.overview import StoredFleet
from server.web.app import create_app
from server.web.site import Site
from tests.support.broker import RealBroker, mosquitto_is_missing
from tests.support.browser import BROWSER, NO_BROWSER, browser
from tests.support.fleet import FleetStore
from tests.support.fleet_pages import LIBRARY_ZONE, FakeLoans
from tests.support.http_server import make_server, serving
from tests.support.simulated_kiosks import simulated_kiosks

pytestmark = [
    pytest.mark.skipif(mosquitto_is_missing(), reason="mosquitto is missing"),
    pytest.mark.skipif(BROWSER is None, reason=NO_BROWSER),
]
KIOSKS = [f"k-{number:02}" for number in range(20)]
ONLINE = "document.querySelectorAll('[data-status=online]').length"
VISITS = "[...document.querySelectorAll('[data-visits]')].reduce((sum, each) => sum + Number(each.dataset.visits), 0)"


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[RealBroker]:
    with RealBroker(tmp_path / "broker", KIOSKS) as running:
        yield running


@pytest.fixture
def store(tmp_path: Path, broker: RealBroker) -> Iterator[FleetStore]:
    made = FleetStore(tmp_path / "server", broker)
    yield made
    made.close()


def server_of(store: FleetStore) -> uvicorn.Server:
    app = create_app(
        fleet=StoredFleet(store.engine, LIBRARY_ZONE),
        loans=FakeLoans(),
        clock=lambda: datetime.now(UTC),
        site=Site("Thư viện xã", LIBRARY_ZONE),
        alerts=StoredAlerts(store.engine),
        is_closing=lambda: server.should_exit,
    )
    server = make_server(app)
    return server


async def test_who_watches_sees_the_broker_go_and_come_and_every_visit_once(
    broker: RealBroker, store: FleetStore, tmp_path: Path
) -> None:
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(store.ingest())
        kiosks = await stack.enter_async_context(simulated_kiosks(broker, KIOSKS, tmp_path / "kiosks"))
        port = await stack.enter_async_context(serving(server_of(store)))
        page = await stack.enter_async_context(browser(tmp_path))
        await page.go(f"http://127.0.0.1:{port}/?lang=en")
        await page.evaluate("window.sameDocument = true")
        await page.until(f"{ONLINE} === 20")
        kiosks[3].is_(KioskCondition.OUT_OF_ORDER, "pad")
        await page.until("document.querySelector('[data-kiosk=k-03][data-status=out_of_order]')")
        broker.kill()
        for kiosk in kiosks:
            await kiosk.visited(f"{kiosk.kiosk_id}-alone")
        await page.until("document.querySelector('.notice.bad')")
        unheard = await page.evaluate(VISITS)
        broker.start()
        await page.until(f"{VISITS} === 20 && !document.querySelector('.notice.bad')")
        kiosks[3].is_(KioskCondition.READY)
        await page.until(f"{ONLINE} === 20")

        assert await page.evaluate("window.sameDocument")
        assert await page.evaluate(VISITS) == 20
    assert unheard == 0
    assert [visit.lent for visit in store.visits()] == [1] * 20
