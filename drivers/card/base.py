"""What every reader of patron cards can do."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from types import TracebackType
from typing import Protocol, Self

from drivers.health import DeviceHealth


@dataclass(frozen=True, slots=True)
class CardReading:
    """One card that was shown.

    Exactly one of `uid` and `text` is filled: a chip's number comes as bytes, and what its digits are to the library
    is `drivers.card.card_number`'s to say; a keyboard wedge has made its own text of it.
    """

    uid: bytes = field(repr=False)
    """The chip's identifier in the order in which its standard writes it, 4 to 10 bytes; empty with `text`."""
    text: str = field(repr=False)
    """What a keyboard wedge typed, without its end; empty where `uid` is given."""
    received_ns: int = field(compare=False)
    """``time.monotonic_ns()`` when its last byte had arrived."""
    random_uid: bool = False
    """The chip makes up a new number each time (a phone, an identity card): it names nobody."""


class CardReader(Protocol):
    """A card reader; opened by ``async with``, which raises `DeviceLostError` where it is not to be had."""

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Make the driver without touching the device; raises `DeviceUrlError`."""
        ...

    async def __aenter__(self) -> Self:
        """Open it and make sure that it is what the URL says; what was shown before is forgotten."""
        ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it; nothing of the driver is left running."""
        ...

    def readings(self) -> AsyncIterator[CardReading]:
        """Yield each card once when it is shown, and again only after it was away; raises `DeviceLostError`."""
        ...

    def health(self) -> DeviceHealth:
        """How the reader has been doing."""
        ...
