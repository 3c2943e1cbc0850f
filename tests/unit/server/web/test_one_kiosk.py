"""The page of one kiosk, over a real fleet store."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from mqtt.health import WaitingReport
from mqtt.messages import DeviceCondition, DeviceReport, KioskCondition
from mqtt.topics import Channel
from server.fleet.one_kiosk import StoredKiosks
from server.fleet.readings import SLOT
from server.web.app import create_app
from server.web.site import Site
from tests.support.fleet_intake import NOW, Store, events, fleet_store, message
from tests.support.fleet_pages import LIBRARY_ZONE, FakeFleet, FakeLoans
from tests.support.markup import Markup
from tests.support.mqtt_messages import KIOSK, batch, birth, event, health, state

_HOST = "127.0.0.1:8080"
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with fleet_store(tmp_path) as made:
        yield made


async def answer(store: Store, path: str = f"/kiosks/{KIOSK}?lang=en") -> httpx.Response:
    app = create_app(
        fleet=FakeFleet(),
        loans=FakeLoans(),
        clock=lambda: store.now,
        site=Site("Thư viện xã", LIBRARY_ZONE),
        one_kiosk=StoredKiosks(store.engine, LIBRARY_ZONE, lambda: {KIOSK: "Phòng đọc"}),
    )
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport) as client:
        return await client.get(f"http://{_HOST}{path}", headers={"Host": _HOST})


async def read(store: Store, path: str = f"/kiosks/{KIOSK}?lang=en") -> Markup:
    found = await answer(store, path)
    assert found.status_code == 200
    return Markup(found.text)


async def test_a_kiosk_that_works_says_what_it_does_and_what_is_missing(store: Store) -> None:
    devices = (
        DeviceReport(role="pad", model="threem 810", state=DeviceCondition.PRESENT),
        DeviceReport(role="printer", state=DeviceCondition.PRESENT, detail="paper_out"),
    )
    store.take(
        message(Channel.META, birth("s-2", *devices)),
        message(Channel.STATE, state(KioskCondition.IN_USE, "s-2", "library_system")),
        message(Channel.HEALTH, health()),
    )

    page = await read(store)

    now = page.one(data_condition="in_use")
    assert page.one("h1").text == "Quầy 1"
    assert "Phòng đọc · k-first" in page.one("div", class_="title").text
    assert now.attributes["data-status"] == "online"
    assert "Somebody is at it." in now.text
    assert "It works without: Library system." in now.text
    assert "no paper since" in page.one(data_device="printer").text
    assert "Raspberry Pi 5" in page.one("dl", class_="machine").text


async def test_what_waits_is_counted_and_dated(store: Store) -> None:
    told = health().model_copy(update={"waiting": WaitingReport(to_tell=2, oldest_s=5400, for_staff=1)})
    store.take(message(Channel.META, birth()), message(Channel.HEALTH, told))

    page = await read(store)

    assert "the oldest since 14:00" in page.one(data_waits="to_tell").text  # 15:30 in the library's zone, less 90 min
    assert page.one(data_waits="for_staff").attributes["class"] == "warn"
    assert "class" not in page.one(data_waits="alarms_owed").attributes


async def test_an_older_kiosk_that_does_not_tell_is_no_kiosk_without_anything_that_waits(store: Store) -> None:
    store.take(message(Channel.META, birth()))

    page = await read(store)

    assert "It has not told." in page.one("main").text
    assert "Nothing was read of it in this time." in page.one("main").text


async def test_readings_are_drawn_and_visits_counted_by_day_and_hour(store: Store) -> None:
    store.take(message(Channel.META, birth()))
    for _ in range(3):
        store.take(message(Channel.HEALTH, health()))
        store.now += SLOT
    store.take(events(batch(event(1), event(2), event(3))))

    page = await read(store)

    line = page.all("polyline")[0]
    assert page.all("section", class_="chart")[0].attributes["data-chart"] == "heat"
    assert len(line.attributes["points"].split()) == 4
    assert "52 °C" in page.one(data_chart="heat").text
    assert page.one(data_hour="15").attributes["data-visits"] == "3"
    assert [cell.text for cell in page.all("td")[:5]] == ["3", "3", "0", "0", "6"]
    assert len(page.all("td")) == 14 * 5


async def test_the_span_is_kept_when_the_language_changes_and_an_unknown_one_is_a_day(store: Store) -> None:
    store.take(message(Channel.META, birth()))

    year, odd = await read(store, f"/kiosks/{KIOSK}?span=year"), await read(store, f"/kiosks/{KIOSK}?span=aeon")

    assert year.one("a", hreflang="en").attributes["href"] == "?span=year&lang=en"
    assert [chip.text for chip in year.all("a") if chip.attributes.get("aria-current") == "page"][-1] == "Một năm"
    assert [chip.text for chip in odd.all("a") if chip.attributes.get("aria-current") == "page"][-1] == "24 giờ"


@pytest.mark.parametrize("path", ["/kiosks/k-none", "/kiosks/%2e%2e", "/kiosks/" + "x" * 63])
async def test_a_kiosk_that_never_spoke_has_no_page(store: Store, path: str) -> None:
    assert (await answer(store, path)).status_code == 404


async def test_what_a_kiosk_tells_of_itself_is_text_and_never_markup(store: Store) -> None:
    told = birth("s-2", DeviceReport(role="pad", model=HOSTILE, state=DeviceCondition.PRESENT))
    store.take(
        message(Channel.META, told.model_copy(update={"name": HOSTILE, "kiosk_version": HOSTILE})),
        message(Channel.STATE, state()),
    )

    page = await answer(store)

    assert HOSTILE not in page.text
    assert page.text.count("&lt;script&gt;") >= 3


@pytest.mark.parametrize(("ahead", "said"), [(7200, "120 min fast"), (-600, "10 min slow"), (30, "right")])
async def test_a_wrong_clock_is_said(store: Store, ahead: int, said: str) -> None:
    store.take(message(Channel.META, birth().model_copy(update={"sent_at": NOW + timedelta(seconds=ahead)})))

    assert said in (await read(store)).one("dl", class_="machine").text


async def test_a_visit_of_tomorrow_is_in_no_day(store: Store) -> None:
    store.take(message(Channel.META, birth()), events(batch(event(1))))
    details = StoredKiosks(store.engine, UTC).details(KIOSK, NOW - timedelta(days=1), NOW - timedelta(days=2))

    assert details is not None
    assert sum(day.visits for day in details.days) == 0
    assert datetime.combine(details.days[0].day, datetime.min.time(), UTC) < NOW
