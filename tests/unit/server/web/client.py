"""The pages over fakes, and a browser without scripts."""

from dataclasses import dataclass, field
from datetime import timedelta

import httpx
from fastapi import FastAPI

from server.web.app import create_app
from server.web.site import Site
from tests.support.fleet_pages import LIBRARY_ZONE, FakeClock, FakeFleet, FakeLoans
from tests.support.markup import Markup


@dataclass(slots=True)
class Pages:
    """The pages of a library; one browser that keeps its cookies."""

    fleet: FakeFleet = field(default_factory=FakeFleet)
    loans: FakeLoans = field(default_factory=FakeLoans)
    clock: FakeClock = field(default_factory=FakeClock)
    library_name: str = "Thư viện xã"
    _app: FastAPI = field(init=False)
    _cookies: httpx.Cookies = field(init=False, default_factory=httpx.Cookies)

    def __post_init__(self) -> None:
        site = Site(self.library_name, LIBRARY_ZONE)
        self._app = create_app(fleet=self.fleet, loans=self.loans, clock=self.clock, site=site)

    async def get(self, path: str = "/", host: str = "127.0.0.1:8080", method: str = "GET") -> httpx.Response:
        """Ask, and remember what the answer sets."""
        transport = httpx.ASGITransport(self._app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, cookies=self._cookies) as client:
            answer = await client.request(method, f"http://127.0.0.1:8080{path}", headers={"Host": host})
            self._cookies.update(client.cookies)
            return answer

    async def read(self, path: str = "/") -> Markup:
        """Read a page after the one before has aged."""
        self.clock.advance(timedelta(seconds=1))
        return Markup((await self.get(path)).text)
