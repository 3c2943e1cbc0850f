"""An open page over a real socket: told at once what changes, and free when the server stops."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import httpx
import uvicorn

from server.web.app import create_app
from server.web.site import Site
from tests.support.fleet_pages import LIBRARY_ZONE, FakeFleet, FakeKiosk, FakeLoans
from tests.support.http_server import make_server, serving
from tests.support.waiting import DEADLINE_S, in_time

CURRENT_WITHIN_S = 2.0


def now() -> float:
    """Give the loop's time, in which server and reader wait: what the machine takes from both counts for nothing."""
    return asyncio.get_running_loop().time()


class Stream:
    """A reader of server-sent events (WHATWG HTML 9.2)."""

    def __init__(self, answer: httpx.Response) -> None:
        self._lines = answer.aiter_lines()

    async def next(self) -> tuple[str, dict[str, Any]]:
        """Give an event's name and data; the name is ``end`` when the server ended the stream."""
        name, data = "message", ""
        async for line in self._lines:
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
            elif line.startswith("data: "):
                data += line.removeprefix("data: ")
            elif not line and data:
                return name, json.loads(data)
        return "end", {}

    async def next_page(self) -> dict[str, Any]:
        """Pass over ticks."""
        while True:
            name, data = await in_time(self.next())
            assert name != "end"
            if name == "page":
                return data


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


@asynccontextmanager
async def watching(port: int) -> AsyncIterator[Stream]:
    async with (
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=DEADLINE_S) as client,
        client.stream("GET", "/live?lang=en") as answer,
    ):
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")
        yield Stream(answer)


async def test_a_visit_is_on_the_page_within_two_seconds() -> None:
    fleet = FakeFleet()
    fleet.show(FakeKiosk("k-a"))
    async with serving(server_of(fleet)) as port, watching(port) as stream:
        await stream.next_page()
        before = now()
        fleet.show(FakeKiosk("k-a", visits_today=1, loans_today=3))
        changed = await stream.next_page()
        waited = now() - before

    assert 'data-visits="1" data-loans="3"' in changed["parts"]["kiosk/k-a"]
    assert waited < CURRENT_WITHIN_S


async def test_a_broker_that_goes_and_returns_is_told_within_two_seconds() -> None:
    fleet = FakeFleet()
    fleet.show(FakeKiosk("k-a"))
    async with serving(server_of(fleet)) as port, watching(port) as stream:
        await stream.next_page()
        before = now()
        fleet.lose_broker(datetime.now(UTC))
        gone = await stream.next_page()
        fleet.regain_broker(datetime.now(UTC))
        back = await stream.next_page()
        waited = now() - before

    assert "The broker has been gone since" in gone["parts"]["notices"]
    assert "notice bad" not in back["parts"]["notices"]
    assert waited < 2 * CURRENT_WITHIN_S


async def test_a_page_hears_that_all_is_well_before_it_would_call_the_server_lost() -> None:
    async with serving(server_of(FakeFleet())) as port, watching(port) as stream:
        await stream.next_page()
        before = now()
        name, data = await in_time(stream.next())
        waited = now() - before

    assert name == "tick"
    assert len(data["at"]) == len("12:00:00")
    assert waited < 3


async def test_a_server_with_an_open_page_stops_without_being_forced() -> None:
    server = server_of(FakeFleet())
    async with serving(server) as port, watching(port) as stream:
        await stream.next_page()
        server.should_exit = True
        async with asyncio.timeout(DEADLINE_S):
            while (await stream.next())[0] != "end":
                pass

    assert server.force_exit is False


async def test_forty_open_pages_are_all_told_and_share_the_readings() -> None:
    fleet = FakeFleet()
    fleet.show(*(FakeKiosk(f"k-{number}") for number in range(40)))

    async def told(port: int) -> int:
        async with watching(port) as stream:
            return len((await stream.next_page())["parts"])

    async with serving(server_of(fleet)) as port:
        counts = await asyncio.gather(*(told(port) for _ in range(40)))

    assert counts == [43] * 40
    assert fleet.readings < 40
