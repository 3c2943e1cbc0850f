"""The emulated devices as they stand, and what hands can do to them."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from pydantic import BaseModel, ConfigDict, ValidationError

from drivers.emulators.control import ControlError
from drivers.emulators.device import Fact, Order
from kiosk.workbench.config import DemoBook, DemoStock
from kiosk.workbench.screen import ShownScreen, last_screen

WIRE_MISDEEDS: Final = ("lose", "double", "corrupt", "delay", "split", "swallow")
MISDEEDS: Final[Mapping[str, tuple[str, ...]]] = {
    "pad": ("lift_in_write", "write_ignored", "duplicate_uids", "mute", "old_firmware", "unsolicited", *WIRE_MISDEEDS),
    "scanner": WIRE_MISDEEDS,
    "printer": (
        "paper_out_after",
        "cover_open",
        "cutter_stuck",
        "deaf",
        "offline",
        "mute",
        "slow",
        "power_cycle_after",
        *WIRE_MISDEEDS,
    ),
}
"""What each device can be told to do wrong; ``normal`` ends it."""
PAPER: Final = ("ok", "low", "out")
LONGEST_LABEL: Final = 4096
"""Characters: no real label is longer, and the scanner's buffer must be seen to overflow."""


class DeviceControl(Protocol):
    """The control socket of one emulator."""

    async def call(self, do: str, **arguments: Fact) -> Order:
        """Give an order and return the answer; raises `ControlError`."""
        ...


class OrderRefusedError(Exception):
    """An order that makes no sense here; ``problem`` is an English message of the catalogues."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


class TagFacts(BaseModel):
    """A tag as it stands in the emulated pad's memory."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    uid: str
    afi: int
    on_pad: bool


class _DeviceFacts(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    cable: bool = False
    tags: tuple[TagFacts, ...] = ()
    paper: str = ""


class _Printed(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    receipts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DeviceStand:
    """One device: whether its emulator answers, and whether its cable is in."""

    role: str
    answers: bool
    cable: bool


@dataclass(frozen=True, slots=True)
class BenchState:
    """Everything on the bench at one moment."""

    devices: Mapping[str, DeviceStand]
    tags: Mapping[str, TagFacts]
    """By UID: every tag that ever lay on the pad."""
    paper: str
    receipts: tuple[str, ...]
    screen: ShownScreen | None

    @property
    def lying(self) -> tuple[TagFacts, ...]:
        """Give the tags that lie on the pad now."""
        return tuple(tag for tag in self.tags.values() if tag.on_pad)


class Bench:
    """All devices of one kiosk."""

    def __init__(self, devices: Mapping[str, DeviceControl], stock: DemoStock, screens: Path | None = None) -> None:
        self._devices = devices
        self._screens = screens
        self.stock = stock
        self.can_touch = "screen" in devices
        self.books_by_uid = {book.tag.uid.upper(): book for book in stock.all_books}

    async def state(self) -> BenchState:
        """Ask every device; one that does not answer is shown so."""
        roles = [role for role in self._devices if role != "screen"]
        facts = dict(zip(roles, await asyncio.gather(*map(self._facts, roles)), strict=True))
        pad, printer = facts.get("pad"), facts.get("printer")
        return BenchState(
            devices={
                role: DeviceStand(role, fact is not None, bool(fact and fact.cable)) for role, fact in facts.items()
            },
            tags={tag.uid: tag for tag in pad.tags} if pad else {},
            paper=printer.paper if printer else "",
            receipts=await self._receipts() if printer else (),
            screen=await asyncio.to_thread(last_screen, self._screens) if self._screens else None,
        )

    async def scan(self, text: str) -> None:
        """Scan a label of that text; raises `ControlError` and `OrderRefusedError`."""
        if not 0 < len(text) <= LONGEST_LABEL:
            raise OrderRefusedError("There is nothing to scan.")
        await self._device("scanner").call("scan", text=text)

    async def scan_bytes(self, hexadecimal: str) -> None:
        """Scan raw bytes, without a suffix; raises `ControlError` and `OrderRefusedError`."""
        try:
            data = bytes.fromhex(hexadecimal[: 3 * LONGEST_LABEL])
        except ValueError:
            raise OrderRefusedError("These are not bytes in hexadecimal.") from None
        await self._device("scanner").call("scan", hex=data.hex())

    async def present_card(self, name: str) -> None:
        """Scan one of the demo's cards."""
        card = self.stock.cards.get(name)
        if card is None:
            raise OrderRefusedError("There is no such card.")
        await self.scan(card.card)

    async def lay(self, uids: Iterable[str]) -> None:
        """Lay books down by their tags' UIDs; what the pad has written on a tag stays on it."""
        books = [self.books_by_uid.get(uid.upper()) for uid in uids]
        if not books or None in books:
            raise OrderRefusedError("There is no such book.")
        known = (await self.state()).tags
        tags: list[Fact] = [_tag(book, known=book.tag.uid.upper() in known) for book in books if book is not None]
        await self._device("pad").call("lay", tags=tags)

    async def lay_pile(self, number: int) -> None:
        """Lay so many books that do not lie there and were not lent here."""
        known = (await self.state()).tags
        pile = [book.tag.uid for book in self.stock.books if book.tag.uid.upper() not in known][:number]
        if not pile:
            raise OrderRefusedError("There are no more books to lay down.")
        await self.lay(pile)

    async def lift(self, uids: Iterable[str] | None = None) -> None:
        """Lift books, all of them by default."""
        named: dict[str, Fact] = {} if uids is None else {"uids": list(uids)}
        await self._device("pad").call("lift", **named)

    async def cable(self, role: str, *, plugged: bool) -> None:
        """Pull a device's cable or put it in."""
        await self._device(role).call("cable", **{"in": plugged})

    async def paper(self, state: str) -> None:
        """Fill or empty the printer."""
        if state not in PAPER:
            raise OrderRefusedError("There is no such thing to do.")
        await self._device("printer").call("paper", state=state)

    async def misbehave(self, role: str, what: str) -> None:
        """Make a device do something wrong once, or be ``normal`` again."""
        if what != "normal" and what not in MISDEEDS.get(role, ()):
            raise OrderRefusedError("There is no such thing to do.")
        await self._device(role).call("misbehave", what=what)

    async def touch(self, name: str) -> None:
        """Touch what the kiosk's screen shows under that name."""
        screen = await asyncio.to_thread(last_screen, self._screens) if self._screens else None
        target = None if screen is None else screen.target(name)
        if target is None:
            raise OrderRefusedError("The screen no longer shows this.")
        x, y = target.middle
        await self._device("screen").call("touch", x=x, y=y)

    def _device(self, role: str) -> DeviceControl:
        try:
            return self._devices[role]
        except KeyError:
            raise OrderRefusedError("There is no such device.") from None

    async def _facts(self, role: str) -> _DeviceFacts | None:
        try:
            return _DeviceFacts.model_validate(await self._device(role).call("state"))
        except (ControlError, ValidationError):
            return None

    async def _receipts(self) -> tuple[str, ...]:
        try:
            return _Printed.model_validate(await self._device("printer").call("printed")).receipts
        except (ControlError, ValidationError):
            return ()


def _tag(book: DemoBook, *, known: bool) -> Fact:
    """Name only the UID of a tag that the pad knows: it then keeps what stands on it."""
    return {"uid": book.tag.uid} if known else {**book.tag.model_dump()}
