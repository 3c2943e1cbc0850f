"""What every receipt printer can do."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from drivers.errors import PrinterError
from drivers.health import DeviceHealth


class PictureError(PrinterError):
    """A picture cannot be read or is too large: a person must put another one there; nothing was printed."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


class PaperStatus(StrEnum):
    """How much paper the printer has."""

    OK = "ok"
    LOW = "low"
    OUT = "out"
    UNKNOWN = "unknown"
    """The printer does not answer such questions: nobody knows."""


class TextStyle(StrEnum):
    """How a line of text looks."""

    NORMAL = "normal"
    BOLD = "bold"
    LARGE = "large"
    """Twice as wide and twice as high: half as many characters fit."""


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line; what does not fit the paper's width is the printer's to break, so break it before.

    Control characters in the text are left out; a letter that the printer's code page lacks becomes its nearest
    relative or ``?``.
    """

    text: str = field(repr=False)
    style: TextStyle = TextStyle.NORMAL
    centred: bool = False
    """The spaces before the text centre it in columns; a printer that draws pictures of text centres it in dots."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across the paper."""


@dataclass(frozen=True, slots=True)
class Feed:
    """Empty lines."""

    lines: int = 1


@dataclass(frozen=True, slots=True)
class Cut:
    """Feed the receipt past the knife and cut it."""


@dataclass(frozen=True, slots=True)
class QrCode:
    """A QR code in the middle of the paper; a printer that can draw none prints its text."""

    text: str = field(repr=False)
    """What a telephone reads; control characters are left out."""
    label: str = field(default="", repr=False)
    """A line beneath it, for people; empty for none."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A logo in the middle of the paper, as wide as the paper at most; a printer that can draw none leaves it out."""

    source: Path | bytes = field(repr=False)
    """A PNG file, or what is in one."""


Block = TextLine | Rule | Feed | Cut | QrCode | Picture


@dataclass(frozen=True, slots=True)
class PrinterReading:
    """What the printer says of itself."""

    paper: PaperStatus
    received_ns: int = field(compare=False)
    """``time.monotonic_ns()`` when its answer had arrived."""
    stopped: bool = False
    """Off line for another reason than paper: cover open, cutter stuck."""


class Printer(Protocol):
    """A receipt printer; opened by ``async with``, which raises `DeviceLostError` where it is not to be had."""

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Make the driver without touching the device; raises `DeviceUrlError`, `ProfileError`."""
        ...

    async def __aenter__(self) -> Self:
        """Open the port and make sure that a printer answers."""
        ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the port; nothing of the driver is left running."""
        ...

    @property
    def columns(self) -> int:
        """How many normal characters fit on a line."""
        ...

    async def print_blocks(self, blocks: Sequence[Block]) -> None:
        """Print in order and return only when the printer says that all of it is out and paper is left.

        A printer whose profile says that it answers nothing is believed when it has taken all bytes.
        Raises `PaperOutError` (before the first byte, or when it ran out on the way: what is out is then not
        whole), `PrinterStoppedError`, `DeviceLostError`, and `PictureError` before the first byte for a picture that
        cannot be read. Never prints anything twice by itself.
        """
        ...

    async def status(self) -> PaperStatus:
        """Ask the printer now; raises `DeviceLostError`, `PrinterStoppedError`."""
        ...

    def readings(self) -> AsyncIterator[PrinterReading]:
        """Yield the printer's state at once and then whenever it changes; raises `DeviceLostError`."""
        ...

    def health(self) -> DeviceHealth:
        """How the printer has been doing."""
        ...
