"""The pads that the contract suite runs over: a driver joins by one line in `KINDS`."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Final

from drivers.emulators.device import Fact, Order
from drivers.registry import installed_registry
from drivers.rfid.base import Ability, Air, PadReading, RfidPad
from tests.support.emulators import RunningEmulator

BOOK: Final = "1101013130303030303030353600000000000098a4444b3731383530300000000000"
ANOTHER: Final = "1101013939393939393939393900000000000098a4444b373138353030000000000000"
SECURED: Final = 0x07
ON_LOAN: Final = 0xC2


@dataclass(frozen=True, slots=True)
class TagsOnHf:
    """How tags with blocks are laid and what is read of them."""

    air: Air = Air.HF
    dsfid: int | None = 0x3E

    def uid(self, number: int) -> str:
        """Name a tag."""
        return f"E004010000000{number:03}"

    def tag(self, number: int, **more: Fact) -> Order:
        """Give a book's tag."""
        return {"uid": self.uid(number), "memory": BOOK, "afi": SECURED, "dsfid": 0x3E, **more}

    def twins(self, number: int) -> list[Order]:
        """Give two tags with one UID."""
        return [self.tag(number, twin=BOOK)]

    def memory(self, number: int) -> bytes:
        """Return what a book's tag begins with."""
        del number
        return bytes.fromhex(BOOK)

    def rewritten(self, number: int) -> tuple[bytes, str]:
        """Return what can be written to a tag, and what it goes by then."""
        return bytes.fromhex(ANOTHER)[:32], self.uid(number)

    def locked(self, number: int) -> Order:
        """Give a tag whose memory cannot be written."""
        return self.tag(number, locked_blocks=[2])


@dataclass(frozen=True, slots=True)
class TagsOnUhf:
    """The same for tags that are known by what can be written to them."""

    air: Air = Air.UHF
    dsfid: int | None = None

    def uid(self, number: int) -> str:
        """Name a tag."""
        return f"3034257BF400B7800000{number:04}"

    def tag(self, number: int, **more: Fact) -> Order:
        """Give a book's tag."""
        return {"uid": self.uid(number), "afi": SECURED, **more}

    def twins(self, number: int) -> list[Order]:
        """Give two tags with one EPC."""
        return [self.tag(number), self.tag(number, copy=True)]

    def memory(self, number: int) -> bytes:
        """Return control word (six words, an AFI) and EPC."""
        return bytes((0x31, SECURED)) + bytes.fromhex(self.uid(number))

    def rewritten(self, number: int) -> tuple[bytes, str]:
        """Return what can be written to a tag, and what it goes by then."""
        return self.memory(number + 500), self.uid(number + 500)

    def locked(self, number: int) -> Order:
        """Give a tag whose memory cannot be written."""
        return self.tag(number, afi_locked=True)


@dataclass(frozen=True, slots=True)
class PadKind:
    """One driver and the emulator that it is proven against."""

    emulator: str
    abilities: frozenset[Ability] = frozenset(Ability)
    network: bool = False
    options: str = ""
    """Of the URL, beside those that every test wants."""
    stale: str = ""
    """A whole answer, as captured, that was meant for somebody before; hexadecimal."""
    begun: str = ""
    """The beginning of a frame."""
    of_another: str = ""
    """A whole answer about a tag that does not lie there."""
    tags: TagsOnHf | TagsOnUhf = TagsOnHf()
    piles: bool = True
    """It finds several tags at once."""
    wired: bool = True
    """Its bytes come over a wire of its own, which belongs to one host and can spoil them."""

    def url(self, device: RunningEmulator, options: str = "") -> str:
        """Return the URL of a running emulator."""
        return device.url("&".join(part for part in (self.options, options) if part))

    def pad(self, device: RunningEmulator, options: str = "") -> RfidPad:
        """Make the driver of a running emulator."""
        return installed_registry().pad(self.url(device, options))

    def recorded_pad(self, device: RunningEmulator, file: Path) -> RfidPad:
        """Make the driver of a running emulator so that it records its wire."""
        return installed_registry().pad("spy+" + self.url(device, f"spy={file}"))


FEIG: Final = PadKind(
    "feig",
    options="eas=transparent",
    stale="1100b000010300e0040150a05f02b7d7be",
    begun="0200",
    of_another="1300b00000e004010031269117c2031b019e62",
)
UHFREADER18: Final = PadKind(
    "uhfreader18",
    frozenset((Ability.AFI, Ability.MEMORY)),
    tags=TagsOnUhf(),
    stale="13000103010c0000000000000000000003133f39",
    begun="1300",
    of_another="1300020031073034257bf400b7800000000716d2",
)
KINDS: Final = MappingProxyType(
    {
        "threem": PadKind(
            "threem",
            stale="d60017fe00000502e004010031269117e00401001f77fb987c5b",
            begun="d600",
            of_another="d6000d0a00e004010031269117da39ee",
        ),
        "feig": FEIG,
        "feig+tcp": replace(FEIG, network=True),
        "m100": PadKind(
            "m100",
            frozenset((Ability.AFI, Ability.MEMORY)),
            tags=TagsOnUhf(),
            stale="bb01ff000115167e",
            begun="bb02220011",
            of_another="bb01ff000115167e",
        ),
        "uhfreader18": UHFREADER18,
        "uhfreader288": replace(UHFREADER18, emulator="uhfreader288"),
        "pcsc": PadKind("pcsc", piles=False, wired=False, tags=TagsOnHf(dsfid=None)),
    }
)


def kinds_that(are: Callable[[PadKind], bool]) -> list[str]:
    """Name the pads of which something holds."""
    return [name for name, kind in KINDS.items() if are(kind)]


def kinds_with(*needed: Ability) -> list[str]:
    """Name the pads that can do all that is named."""
    return kinds_that(lambda kind: kind.abilities >= frozenset(needed))


async def lay(device: RunningEmulator, *tags: Order) -> None:
    """Lay tags down."""
    await device.do("lay", tags=[*tags])


async def on_tag(device: RunningEmulator, uid: str, fact: str) -> Fact:
    """Return what stands on a tag, told by the emulator."""
    tags = (await device.do("tags"))["tags"]
    if not isinstance(tags, list):
        raise TypeError("tags")
    return next(tag[fact] for tag in tags if isinstance(tag, dict) and tag["uid"] == uid)


def uids(reading: PadReading) -> list[str]:
    """Name the tags of a picture."""
    return [tag.uid for tag in reading.tags]
