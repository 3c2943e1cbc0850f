"""What the frames of UHFReader18 and UHFReader288 readers mean, read and written by host and reader alike.

Sources: the maker's UHFReader18 User's Manual V2.0 (commands, statuses, tag errors, bands); a public manual of the 288
family (its inventory); a public library for these readers (numbers of their kinds, real captures). Addresses and
lengths in a tag are in words of two bytes. A tag goes by its EPC, in upper-case hexadecimal.
"""

from dataclasses import dataclass, field
from enum import Enum, IntEnum
from typing import Final

from drivers.errors import DeviceError
from drivers.rfid.gen2_codec import MOST_EPC_WORDS
from drivers.rfid.uhfreader18_codec import Frame

MOST_ADDRESSED_WORDS: Final = 15
"""The longest EPC by which a reader can be told which tag is meant."""

MOST_READ_WORDS: Final = 120
NO_PASSWORD: Final = bytes(4)
"""A tag whose memory is not locked wants none."""

_PASSWORD: Final = 4
_PLACE: Final = 3  # bank, first word, number of words
_INFORMATION: Final = 8
_BAND_BITS: Final = 0xC0


class Command(IntEnum):
    """Command bytes."""

    UNKNOWN = 0x00
    """In a reply: the request was damaged or is not known."""
    INVENTORY = 0x01
    READ = 0x02
    WRITE = 0x03
    WRITE_EPC = 0x04
    """Writes to whichever tag answers first: nothing for a pile."""
    INFORMATION = 0x21
    UNASKED = 0xEE
    """What a reader in scan or trigger mode says of itself."""


class Status(IntEnum):
    """First data byte of a reply."""

    DONE = 0x00
    INVENTORY_DONE = 0x01
    INVENTORY_TIMEOUT = 0x02
    """Not all tags were found in the reader's own time; those that were are told."""
    MORE = 0x03
    """Another frame of this inventory follows."""
    MEMORY_FULL = 0x04
    WRONG_PASSWORD = 0x05
    NOT_SUPPORTED_BY_TAG = 0x0B
    AERIAL = 0xF8
    FAILED = 0xF9
    POOR_COMMUNICATION = 0xFA
    NO_TAG = 0xFB
    TAG_ERROR = 0xFC
    """The tag itself said no; its code stands behind."""
    WRONG_LENGTH = 0xFD
    ILLEGAL = 0xFE
    WRONG_PARAMETER = 0xFF


UNANSWERED: Final = frozenset((Status.POOR_COMMUNICATION, Status.NO_TAG, Status.FAILED))
"""No answer of the tag that was meant; whether it is gone must be found out."""

_FOUND: Final = frozenset((Status.INVENTORY_DONE, Status.INVENTORY_TIMEOUT, Status.MORE, Status.MEMORY_FULL))


class Layout(Enum):
    """How a reader asks for inventories and tells of tags; the values are those of a URL's ``layout``."""

    R18 = "18"
    """Number of tags, and of each its length and EPC."""
    R288 = "288"
    """Aerial and number of tags, and of each its length, EPC and signal strength."""


LAYOUTS: Final = {
    0x03: Layout.R18,  # RRU9803M
    0x08: Layout.R18,  # RRU9803M
    0x09: Layout.R18,  # UHFReader18: CF-RU5102
    0x0C: Layout.R288,  # UHFReader288M
    0x0F: Layout.R288,  # UHFReader86 as documented
    0x10: Layout.R288,  # UHFReader86 as met: CF-MU903, CF-MU904
    0x20: Layout.R288,
}
"""Kind of reader -> its layout."""


class Band(IntEnum):
    """Where in the world a reader may send, as it tells it; the names are those of a URL's ``region``."""

    CN900 = 1
    US = 2
    KR = 3
    EU = 4
    CN800 = 8


class MessageError(DeviceError, ValueError):
    """A frame with a good checksum says something that its command cannot mean, or answers another one."""

    def __init__(self, command: int) -> None:
        super().__init__(command)
        self.command = command


class UnaskedError(DeviceError):
    """The reader speaks of itself: it is in scan or trigger mode, in which it carries no command to a tag."""


class StatusError(DeviceError):
    """The reader answered that it was not done; ``tag`` is what the tag itself said, where it did."""

    def __init__(self, status: int, tag: int | None = None) -> None:
        super().__init__(status, tag)
        self.status = status
        self.tag = tag


@dataclass(frozen=True, slots=True)
class Information:
    """What a reader tells of itself."""

    version: str
    kind: int
    band: int
    power_dbm: int
    scan_time: int
    """How long an inventory may take, in tenths of a second; 0: without end."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """A tag that an inventory found."""

    epc: str
    strength: int | None = None
    """A number without a unit, told by the 288 family alone; no source says what it measures."""


@dataclass(frozen=True, slots=True)
class Found:
    """One frame of an inventory."""

    tags: tuple[Sighting, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class Access:
    """Where in which tag something is read or written."""

    epc: str
    bank: int
    first: int
    words: int
    data: bytes = field(default=b"", repr=False)
    """What is written."""
    password: bytes = field(default=NO_PASSWORD, repr=False)


# What the host sends

ASK_INFORMATION: Final = Frame(Command.INFORMATION)


def inventory(layout: Layout, scan_time: int) -> Frame:
    """Ask which tags are there; the 288 family is told how long it may look, in tenths of a second."""
    if layout is Layout.R18:
        return Frame(Command.INVENTORY)
    sixteen_slots, session_0, epc_bank, no_mask, target_a, first_aerial = 4, 0, 1, bytes(3), 0, 0x80
    head = bytes((sixteen_slots, session_0, epc_bank)) + no_mask
    return Frame(Command.INVENTORY, head + bytes((target_a, first_aerial, scan_time)))


def read(access: Access) -> Frame:
    """Ask a tag for words."""
    epc = bytes.fromhex(access.epc)
    place = bytes((access.bank, access.first, access.words))
    return Frame(Command.READ, bytes((len(epc) // 2,)) + epc + place + access.password)


def write(access: Access) -> Frame:
    """Write words to a tag."""
    epc = bytes.fromhex(access.epc)
    head = bytes((access.words, len(epc) // 2)) + epc + bytes((access.bank, access.first))
    return Frame(Command.WRITE, head + access.data + access.password)


# What the host understands; all raise `MessageError`, `StatusError` and `UnaskedError`


def information_told(frame: Frame) -> Information:
    """Return what a reader tells of itself; newer ones tell more behind it."""
    told = _content(frame, Command.INFORMATION, frozenset((Status.DONE,)))
    if len(told) < _INFORMATION:
        raise MessageError(frame.command)
    major, minor, kind, _, highest, lowest, power, scan_time = told[:_INFORMATION]
    band = (highest & _BAND_BITS) >> 4 | (lowest & _BAND_BITS) >> 6
    return Information(f"{major}.{minor:02}", kind, band, power, scan_time)


def tags_told(frame: Frame, layout: Layout) -> Found:
    """Return the tags of one frame of an inventory; a reader without any may say so by `Status.NO_TAG`."""
    told = _content(frame, Command.INVENTORY, _FOUND | {Status.NO_TAG})
    more = frame.data[0] == Status.MORE
    if layout is Layout.R288:
        told = told[1:]
    tags: list[Sighting] = []
    at = 1
    for _ in range(told[0] if told else 0):
        size = told[at] if at < len(told) else 0
        end = at + 1 + size
        strength = told[end : end + 1] if layout is Layout.R288 else b""
        if size % 2 or not 0 < size <= 2 * MOST_EPC_WORDS or end + (layout is Layout.R288) > len(told):
            raise MessageError(frame.command)
        tags.append(Sighting(told[at + 1 : end].hex().upper(), strength[0] if strength else None))
        at = end + len(strength)
    if told and at != len(told):
        raise MessageError(frame.command)
    return Found(tuple(tags), more)


def words_told(frame: Frame, words: int) -> bytes:
    """Return what was read; the reply names no tag."""
    told = _content(frame, Command.READ, frozenset((Status.DONE,)))
    if len(told) != words * 2:
        raise MessageError(frame.command)
    return told


def written_told(frame: Frame) -> None:
    """Make sure that a write is said to be done; the reply names no tag."""
    if _content(frame, Command.WRITE, frozenset((Status.DONE,))):
        raise MessageError(frame.command)


# What the reader understands and sends


def access_asked(frame: Frame) -> Access:
    """Return what a host reads or writes; raises `MessageError`."""
    data = frame.data
    writes = frame.command == Command.WRITE
    at = 1 if writes else 0
    if len(data) <= at or data[at] > MOST_ADDRESSED_WORDS:
        raise MessageError(frame.command)
    end = at + 1 + 2 * data[at]
    written = 2 * data[0] if writes else 0
    expected = end + (2 + written if writes else _PLACE) + _PASSWORD
    if len(data) != expected:
        raise MessageError(frame.command)
    epc, password = data[at + 1 : end].hex().upper(), data[-_PASSWORD:]
    if writes:
        return Access(epc, data[end], data[end + 1], data[0], data[end + 2 : end + 2 + written], password)
    return Access(epc, data[end], data[end + 1], data[end + 2], password=password)


def reply(command: int, status: int, data: bytes = b"", address: int = 0) -> Frame:
    """Answer a command."""
    return Frame(command, bytes((status,)) + data, address)


def information_reply(told: Information, address: int = 0) -> Frame:
    """Tell what the reader is."""
    major, minor = map(int, told.version.split("."))
    g2_tags, highest, lowest = 2, (told.band << 4) & _BAND_BITS | 0x0E, (told.band << 6) & _BAND_BITS
    content = bytes((major, minor, told.kind, g2_tags, highest, lowest, told.power_dbm, told.scan_time))
    return reply(Command.INFORMATION, Status.DONE, content, address)


def tags_reply(layout: Layout, tags: tuple[Sighting, ...], status: int, address: int = 0) -> Frame:
    """Tell of tags."""
    content = bytes((1, len(tags))) if layout is Layout.R288 else bytes((len(tags),))
    for tag in tags:
        epc = bytes.fromhex(tag.epc)
        content += bytes((len(epc),)) + epc + (bytes((tag.strength or 0,)) if layout is Layout.R288 else b"")
    return reply(Command.INVENTORY, status, content, address)


def _content(frame: Frame, command: int, good: frozenset[int]) -> bytes:
    """Return what a reply says behind its status."""
    if frame.command == Command.UNASKED:
        raise UnaskedError
    if not frame.data or frame.command not in (command, Command.UNKNOWN):
        raise MessageError(frame.command)
    status = frame.data[0]
    if frame.command == Command.UNKNOWN or status not in good:
        raise StatusError(status, frame.data[1] if status == Status.TAG_ERROR and len(frame.data) > 1 else None)
    return frame.data[1:]
