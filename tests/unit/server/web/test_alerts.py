"""The page of alerts, and the runbook."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from mqtt.health import WaitingReport
from mqtt.messages import DeviceCondition, DeviceReport
from mqtt.topics import Channel
from server.fleet import alerts, broker_status
from server.fleet.alert_list import StoredAlerts
from server.fleet.trouble import Kind
from server.store.engine import transaction
from server.web import runbook
from server.web.alerts import next_morning
from server.web.app import create_app
from server.web.site import Site
from tests.support.fleet_intake import NOW, Store, fleet_store, message
from tests.support.fleet_pages import LIBRARY_ZONE, FakeFleet, FakeLoans
from tests.support.markup import Markup
from tests.support.mqtt_messages import KIOSK, birth, health, state

_HOST = "127.0.0.1:8080"
HOSTILE = "<script>alert(1)</script>"


@dataclass
class Pages:
    """The page over a real store."""

    store: Store

    async def ask(self, path: str, method: str = "GET", site: str = "same-origin", **form: str) -> httpx.Response:
        app = create_app(
            fleet=FakeFleet(),
            loans=FakeLoans(),
            clock=lambda: self.store.now,
            site=Site("Thư viện xã", LIBRARY_ZONE),
            alerts=StoredAlerts(self.store.engine),
        )
        headers = {"Host": _HOST, "Sec-Fetch-Site": site}
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport) as client:
            return await client.request(method, f"http://{_HOST}{path}", headers=headers, data=form or None)

    async def read(self, path: str = "/alerts?lang=en") -> Markup:
        answer = await self.ask(path)
        assert answer.status_code == 200
        return Markup(answer.text)


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[Pages]:
    with fleet_store(tmp_path) as store:
        with transaction(store.engine) as session:
            broker_status.broker_is(session, NOW, up=True)
        yield Pages(store)


def goes_wrong(store: Store, name: str = "Quầy 1") -> None:
    """Let a kiosk tell of an opened case and of loans for staff."""
    told = birth("s-2", DeviceReport(role="board", state=DeviceCondition.PRESENT, detail="tamper"))
    store.take(
        message(Channel.META, told.model_copy(update={"name": name})),
        message(Channel.STATE, state()),
        message(Channel.HEALTH, health().model_copy(update={"waiting": WaitingReport(to_tell=0, for_staff=2)})),
    )
    with transaction(store.engine) as session:
        alerts.look(session, store.now)


async def test_without_an_alert_the_page_says_that_nothing_is_wrong(pages: Pages) -> None:
    page = await pages.read()

    assert "Nothing is wrong" in page.one("section", class_="empty").text


async def test_an_alert_says_what_readers_cannot_do_since_when_why_and_what_to_do_first(pages: Pages) -> None:
    goes_wrong(pages.store)

    page = await pages.read()

    assert [each.attributes["data-kind"] for each in page.all("article")] == ["for_staff", "tamper"]
    said = page.one(data_kind="tamper").text
    assert said.startswith("A kiosk was opened or moved Quầy 1 · Thư viện xã · since 15:30")
    assert "Whoever stands there can reach its computer and its books." in said
    assert "Likely cause: Somebody is at its case" in said
    assert "Do first: Have somebody look at once." in said
    assert page.all("a", href="/runbook#tamper")
    assert page.all("a", href=f"/kiosks/{KIOSK}")


async def test_a_touch_says_that_somebody_knows(pages: Pages) -> None:
    goes_wrong(pages.store)
    first = (await pages.read()).one(data_kind="tamper").attributes["data-alert"]

    answer = await pages.ask(f"/alerts/{first}", "POST", what="acknowledge", kiosk=KIOSK)
    page = await pages.read()

    assert (answer.status_code, answer.headers["location"]) == (303, f"/alerts?kiosk={KIOSK}")
    assert "Acknowledged at 15:30" in page.one(data_kind="tamper").text
    assert [each.attributes["data-kind"] for each in page.all("article")] == ["for_staff", "tamper"]
    assert "Going on, and known" in page.one("div", id="parts").text


@pytest.mark.parametrize(("what", "until"), [("hour", "16:30"), ("morning", "07:00, 3 Mar 2026")])
async def test_an_alert_rests_for_a_while(pages: Pages, what: str, until: str) -> None:
    goes_wrong(pages.store)
    first = (await pages.read()).one(data_kind="tamper").attributes["data-alert"]

    await pages.ask(f"/alerts/{first}", "POST", what=what)

    assert f"Rests until {until}" in (await pages.read()).one(data_kind="tamper").text


@pytest.mark.parametrize(
    ("number", "form", "site", "status"),
    [
        ("1", {"what": "acknowledge"}, "cross-site", 403),
        ("4711", {"what": "acknowledge"}, "same-origin", 404),
        ("0", {"what": "hour"}, "same-origin", 404),
        ("99999999999", {"what": "hour"}, "same-origin", 404),
        ("1", {"what": "delete"}, "same-origin", 422),
        ("1", {}, "same-origin", 422),
        ("x", {"what": "hour"}, "same-origin", 422),
    ],
)
async def test_what_is_no_act_on_an_alert_changes_nothing(
    pages: Pages, number: str, form: dict[str, str], site: str, status: int
) -> None:
    goes_wrong(pages.store)

    answer = await pages.ask(f"/alerts/{number}", "POST", site, **form)

    assert answer.status_code == status
    assert len((await pages.read()).all("article")) == 2
    assert "Acknowledged" not in (await pages.read()).one("div", id="parts").text


async def test_a_kiosks_own_alerts_and_what_it_is_called_are_text(pages: Pages) -> None:
    goes_wrong(pages.store, HOSTILE)

    mine, others = await pages.ask(f"/alerts?kiosk={KIOSK}"), await pages.read("/alerts?lang=en&kiosk=k-other")

    assert HOSTILE not in mine.text
    assert mine.text.count("<article") == 2
    assert others.all("article") == []


async def test_the_runbook_has_an_entry_for_each_alert_in_both_languages(pages: Pages) -> None:
    english, vietnamese = await pages.read("/runbook?lang=en"), await pages.read("/runbook")

    assert {each.attributes["id"] for each in english.all("article")} == set(Kind)
    assert all(english.one("article", id=kind).text != vietnamese.one("article", id=kind).text for kind in Kind)


def test_the_document_is_what_the_program_says() -> None:
    text = (Path(__file__).parents[4] / "docs/runbook.md").read_text(encoding="utf-8")

    assert text == runbook.page()
    assert list(runbook.RUNBOOK) == list(Kind)


def test_tomorrow_morning_is_the_librarys() -> None:
    assert (
        next_morning(datetime(2026, 3, 2, 20, 0, tzinfo=UTC), LIBRARY_ZONE).isoformat() == "2026-03-04T07:00:00+07:00"
    )
