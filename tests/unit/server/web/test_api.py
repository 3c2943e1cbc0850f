"""The fleet as JSON, and whether the server is well."""

from datetime import timedelta

from tests.support.fleet_pages import NOON, FakeDevice, FakeKiosk
from tests.unit.server.web.client import Pages


async def test_the_api_gives_what_the_page_shows() -> None:
    pages = Pages()
    pages.loans.made = 9
    pages.fleet.show(
        FakeKiosk(
            "k-front",
            "Máy sảnh",
            status="out_of_order",
            reasons=("pad",),
            visits_today=2,
            loans_today=5,
            returns_today=4,
            renewals_today=3,
            devices=(FakeDevice("pad", "3M 210", "lost"),),
        )
    )

    answer = (await pages.get("/api/v1/fleet")).json()

    assert answer["schema_version"] == 1
    assert answer["at"] == "2026-07-28T12:00:00+07:00"
    assert answer["loans_today"] == 9
    assert answer["broker"] == {"up": True, "since": "2026-07-28T07:00:00+07:00"}
    assert answer["kiosks"] == [
        {
            "kiosk_id": "k-front",
            "name": "Máy sảnh",
            "place": "",
            "status": "out_of_order",
            "since": "2026-07-28T08:00:00+07:00",
            "reasons": ["pad"],
            "last_seen": "2026-07-28T11:59:53+07:00",
            "version": "0.1.0",
            "visits_today": 2,
            "loans_today": 5,
            "returns_today": 4,
            "renewals_today": 3,
            "devices": [
                {
                    "role": "pad",
                    "model": "3M 210",
                    "state": "lost",
                    "detail": "none",
                    "since": "2026-07-28T07:00:00+07:00",
                }
            ],
        }
    ]


async def test_a_server_without_broker_is_well_for_it_still_lends() -> None:
    pages = Pages()
    pages.fleet.lose_broker(NOON)

    answer = await pages.get("/healthz")

    assert answer.status_code == 200
    assert answer.json()["status"] == "ok"
    assert answer.json()["broker"] is False


async def test_a_server_that_cannot_read_a_store_is_not_well() -> None:
    pages = Pages()
    pages.loans.fault = OSError("disk")

    answer = await pages.get("/healthz")

    assert answer.status_code == 503
    assert answer.json()["loans_readable"] is False


async def test_the_api_says_since_when_a_store_cannot_be_read() -> None:
    pages = Pages()
    pages.fleet.fault = OSError("disk")

    answer = (await pages.get("/api/v1/fleet")).json()

    assert answer["fleet_lost_since"] == "2026-07-28T12:00:00+07:00"
    assert answer["broker"] is None
    assert answer["kiosks"] == []


async def test_the_api_describes_itself() -> None:
    described = (await Pages().get("/api/v1/openapi.json")).json()

    assert set(described["paths"]) == {"/api/v1/fleet", "/healthz"}


async def test_many_requests_within_a_moment_share_one_reading() -> None:
    pages = Pages()
    for _ in range(5):
        await pages.get("/api/v1/fleet")

    assert pages.fleet.readings == 1

    pages.clock.advance(timedelta(seconds=1))
    await pages.get("/api/v1/fleet")

    assert pages.fleet.readings == 2
