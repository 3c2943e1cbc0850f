"""Tries devices with the help of whoever stands there: scan a label, show a card, lay a book down, look at a slip."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from drivers.errors import DeviceError, DeviceUrlError
from drivers.printer.base import Block, Cut, Feed, Rule, TextLine, TextStyle
from drivers.registry import Registry
from drivers.rfid.base import TagReading
from drivers.rfid.tagdata.content import Blank, TagContent
from drivers.rfid.tagdata.detect import detect

LISTEN_S: Final = 30.0
"""Long enough to fetch a book from the next shelf."""

SAMPLE: Final = "Ắ ằ ẵ Ế ệ ỗ Ợ ữ Đ đ: Tiếng Việt có dấu"
"""Letters with two marks: those that a printer without Vietnamese gets wrong."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Heard:
    """One of several devices said something."""

    url: str
    kind: str
    """``barcode`` or ``card``: the key in ``kiosk.toml``."""


@dataclass(frozen=True, slots=True)
class TagSeen:
    """A tag was read on the pad."""

    format: str
    """Empty where it is blank or nothing explains it."""
    blank: bool
    item_id: str = field(repr=False)
    owner: str
    afi: int | None


async def which_speaks(urls: Iterable[tuple[str, str]], registry: Registry, patience: float = LISTEN_S) -> Heard | None:
    """Listen to scanners and card readers at once; give the first that says something.

    ``urls``: kind (``barcode``, ``card``) and URL. One that cannot be opened is left out.
    """
    makers: dict[str, Callable[[str], Any]] = {"barcode": registry.scanner, "card": registry.card_reader}
    found: asyncio.Queue[Heard] = asyncio.Queue()

    async def listen(kind: str, url: str) -> None:
        try:
            async with makers[kind](url) as device:
                async for _ in device.readings():
                    found.put_nowait(Heard(url, kind))
                    return
        except DeviceError:
            return

    tasks = [asyncio.create_task(listen(kind, url)) for kind, url in urls]
    try:
        async with asyncio.timeout(patience):
            return await found.get() if tasks else None
    except TimeoutError:
        return None
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def tag_on(url: str, registry: Registry, patience: float = LISTEN_S) -> TagSeen | None:
    """Wait for a tag on a pad; ``None``: none was seen. Raises `DeviceError`."""
    async with registry.pad(url) as pad:
        reading = await _first(_tags(pad.readings()), patience)
    return None if reading is None else _explained(reading)


async def prints(url: str, registry: Registry, heading: str) -> None:
    """Print a slip with the letters that go wrong; raises `DeviceError`."""
    blocks: list[Block] = [
        TextLine(heading, TextStyle.BOLD),
        Rule(),
        TextLine(SAMPLE),
        TextLine(SAMPLE, TextStyle.LARGE),
        Feed(1),
        Cut(),
    ]
    async with registry.printer(url) as printer:
        await printer.print_blocks(blocks)


async def _tags(readings: AsyncIterator[Any]) -> AsyncIterator[TagReading]:
    async for reading in readings:
        for tag in reading.tags:
            yield tag


async def _first(values: AsyncIterator[T], patience: float) -> T | None:
    try:
        async with asyncio.timeout(patience):
            return await anext(values, None)
    except TimeoutError:
        return None


def _explained(tag: TagReading) -> TagSeen:
    finding = None if tag.memory is None else detect(tag.memory, tag.dsfid, air=tag.air, user_memory=tag.user_memory)
    match finding:
        case TagContent():
            return TagSeen(finding.format.value, blank=False, item_id=finding.item_id, owner=finding.owner, afi=tag.afi)
        case _:
            return TagSeen("", blank=isinstance(finding, Blank), item_id="", owner="", afi=tag.afi)


def usable(urls: Iterable[tuple[str, str]], registry: Registry) -> list[tuple[str, str]]:
    """Leave out what cannot be made on this machine: its library is not installed."""
    makers: dict[str, Callable[[str], Any]] = {"barcode": registry.scanner, "card": registry.card_reader}
    found = []
    for kind, url in urls:
        try:
            makers[kind](url)
        except DeviceUrlError:
            continue
        found.append((kind, url))
    return found
