"""What an open page is told, without a browser."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

from fastapi.sse import ServerSentEvent

from server.web.live import Live, PageMessage, TickMessage
from server.web.rendering import Renderer
from server.web.site import Site
from server.web.snapshot import Snapshots
from tests.support.fleet_pages import LIBRARY_ZONE, FakeClock, FakeFleet, FakeKiosk, FakeLoans

REFRESH = timedelta(milliseconds=1)


class Watched:
    """An open page over fakes; the clock moves with each look."""

    def __init__(self, fleet: FakeFleet) -> None:
        self._clock = FakeClock()
        self.closing = False
        snapshots = Snapshots(fleet, FakeLoans(), self._now, REFRESH)
        live = Live(snapshots, Renderer(Site("Thư viện", LIBRARY_ZONE)), REFRESH, lambda: self.closing)
        self._events: AsyncIterator[ServerSentEvent] = live.stream("en")

    def _now(self) -> datetime:
        self._clock.advance(REFRESH)
        return self._clock.now

    async def next(self) -> object:
        return (await anext(self._events)).data

    async def next_page(self) -> PageMessage:
        while not isinstance(message := await self.next(), PageMessage):
            assert isinstance(message, TickMessage)
        return message

    async def ends(self) -> bool:
        return [event async for event in self._events] == []


async def test_the_first_word_holds_the_whole_page() -> None:
    fleet = FakeFleet()
    fleet.show(FakeKiosk("k-a"), FakeKiosk("k-b", status="offline"))

    first = await Watched(fleet).next_page()

    assert first.order == ["notices", "today", "group-needing", "kiosk/k-b", "group-working", "kiosk/k-a"]
    assert list(first.parts) == first.order


async def test_only_what_changed_is_told_after_that() -> None:
    fleet = FakeFleet()
    fleet.show(FakeKiosk("k-a"), FakeKiosk("k-b"))
    watched = Watched(fleet)
    await watched.next_page()
    fleet.show(FakeKiosk("k-a"), FakeKiosk("k-b", visits_today=1))

    changed = await watched.next_page()

    assert set(changed.parts) == {"today", "kiosk/k-b"}
    assert changed.order == ["notices", "today", "group-working", "kiosk/k-a", "kiosk/k-b"]


async def test_a_kiosk_that_is_gone_leaves_the_order() -> None:
    fleet = FakeFleet()
    fleet.show(FakeKiosk("k-a"), FakeKiosk("k-b"))
    watched = Watched(fleet)
    await watched.next_page()
    fleet.show()

    assert (await watched.next_page()).order == ["notices", "today", "empty"]


async def test_a_page_on_which_nothing_changes_is_told_the_time() -> None:
    watched = Watched(FakeFleet())
    await watched.next_page()

    assert isinstance(await watched.next(), TickMessage)


async def test_a_server_that_closes_ends_the_stream() -> None:
    watched = Watched(FakeFleet())
    await watched.next_page()
    watched.closing = True

    assert await watched.ends()
