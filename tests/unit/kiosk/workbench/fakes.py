"""Emulators written by hand, a small stock, and a person at the workbench."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import httpx
from starlette.applications import Starlette

from drivers.emulators.control import ControlError
from drivers.emulators.device import Fact, Order
from kiosk.workbench.app import create_workbench
from kiosk.workbench.config import DemoBook, DemoCard, DemoStock, DemoTag
from tests.support.markup import Markup

ORIGIN = "http://127.0.0.1:8090"
HOSTILE = "<script>alert(1)</script>\"'&amp;{{7*7}}%(x)s"


def uid(number: int) -> str:
    return f"E00401{number:010X}"


def book(number: int, title: str = "", shows: str = "may be borrowed", afi: int = 7) -> DemoBook:
    tag = DemoTag(uid=uid(number), memory="00" * 112, afi=afi, dsfid=6)
    return DemoBook(item_id=f"TVX.{number:06}", title=title or f"Sách {number}", shows=shows, tag=tag)


STOCK = DemoStock(
    cards={
        "ordinary": DemoCard(card="29101000000011", shows="may borrow"),
        "blocked": DemoCard(card="29101000000060", shows="is blocked"),
    },
    books=(book(1, "Lão Hạc"), book(2, "Tôi là Bêtô"), book(3, HOSTILE)),
    odd_books={"blank": DemoBook(item_id="", title="", shows="bears an empty tag", tag=book(9).tag)},
)


@dataclass(slots=True)
class FakeControl:
    """An emulator that keeps what it was told; silent when ``silent``."""

    cable: bool = True
    silent: bool = False
    tags: dict[str, dict[str, Fact]] = field(default_factory=dict)
    paper: str = "ok"
    receipts: list[str] = field(default_factory=list)
    orders: list[tuple[str, Order]] = field(default_factory=list)

    async def call(self, do: str, **arguments: Fact) -> Order:
        if self.silent:
            raise ControlError(do, "ConnectionRefusedError")
        if do not in {"state", "printed"}:
            self.orders.append((do, arguments))
        match do:
            case "cable":
                self.cable = arguments["in"] is True
            case "paper":
                self.paper = str(arguments["state"])
            case "lay":
                self._lay(arguments["tags"])
            case "lift":
                self._lift(arguments.get("uids"))
        receipts: list[Fact] = [*self.receipts]
        tags: list[Fact] = [{**tag} for tag in self.tags.values()]
        return {"cable": self.cable, "paper": self.paper, "receipts": receipts, "tags": tags}

    def _lay(self, given: Fact) -> None:
        assert isinstance(given, list)
        for tag in given:
            assert isinstance(tag, dict)
            name = str(tag["uid"])
            self.tags[name] = {**self.tags.get(name, {}), **tag, "on_pad": True}

    def _lift(self, uids: Fact) -> None:
        for name, tag in self.tags.items():
            if uids is None or (isinstance(uids, list) and name in uids):
                tag["on_pad"] = False


@dataclass(slots=True)
class Person:
    """Somebody at the workbench, without scripts."""

    pad: FakeControl = field(default_factory=FakeControl)
    scanner: FakeControl = field(default_factory=FakeControl)
    printer: FakeControl = field(default_factory=FakeControl)
    screen: FakeControl | None = None
    screens: Path | None = None
    stock: DemoStock = STOCK
    _app: Starlette = field(init=False)

    def __post_init__(self) -> None:
        devices = {"pad": self.pad, "scanner": self.scanner, "printer": self.printer}
        self._app = create_workbench(
            devices={**devices, "screen": self.screen} if self.screen else devices,
            stock=self.stock,
            screens=self.screens,
        )

    async def get(self, path: str = "/", **headers: str) -> httpx.Response:
        return await self._ask("GET", path, headers={"Host": "127.0.0.1:8090", **headers})

    async def read(self, path: str = "/?lang=en") -> Markup:
        return Markup((await self.get(path)).text)

    async def post(self, order: str, **form: str) -> httpx.Response:
        """Send an order as the page's own form would."""
        return await self.send(order, form)

    async def send(
        self, order: str, form: Mapping[str, str], headers: Mapping[str, str] = MappingProxyType({"Origin": ORIGIN})
    ) -> httpx.Response:
        """Send an order with the page's token; ``headers`` is what a browser says of the page that asks."""
        found = re.search(r'name="token" value="([^"]+)"', (await self.get()).text)
        assert found is not None
        told = {"Host": "127.0.0.1:8090", **headers}
        return await self._ask("POST", f"/do/{order}?lang=en", headers=told, data={"token": found[1], **form})

    async def _ask(
        self, method: str, path: str, headers: dict[str, str], data: dict[str, str] | None = None
    ) -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(self._app)) as client:
            return await client.request(method, ORIGIN + path, headers=headers, data=data)
