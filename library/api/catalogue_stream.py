"""How a kiosk's copy of the catalogue is filled and kept: parts of a feed, packed, each whole or of no use.

A part is gzip over lines of JSON: a heading, a line for each record (``null`` in place of one that is gone), and an end
with the number of lines before it and their SHA-256. A part that was cut, changed on its way or is not one at all is a
:class:`PartError` and nothing else.
"""

import hashlib
import json
import re
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from library.catalogue.record import CatalogueEntry

CHANGES_PATH: Final = "/kiosk/v1/catalogue/changes"
"""``?after=FEED:CURSOR&wait=SECONDS``: what changed after a position; waits for one so long. 410: the feed does
not lead on from there, a whole copy is needed. 204: nothing changed."""
COPY_PATH: Final = "/kiosk/v1/catalogue/copy"
"""``?after=KEY``: the records after one, in the order of their keys."""
MOST_RECORDS: Final = 2_000
"""In a part."""
LONGEST_PART: Final = 64 * 1024 * 1024
"""Bytes, not packed. The server ends a part before; more is no part."""
LONGEST_WAIT_S: Final = 20.0
LONGEST_NAME: Final = 200
_KEY: Final = re.compile(rb"[1-9][0-9]{0,18}")
_KEYS_END: Final = 1 << 63


class PartFault(StrEnum):
    """What is wrong with a part."""

    NOT_PACKED = "not_packed"
    CUT_SHORT = "cut_short"
    TOO_LONG = "too_long"
    CHECKSUM = "checksum"
    UNREADABLE = "unreadable"
    OTHER_FORMAT = "other_format"


class PartError(ValueError):
    """This is no part that a copy may take in."""

    def __init__(self, fault: PartFault) -> None:
        super().__init__(f"no usable part of a catalogue: {fault.value}")
        self.fault = fault


class _Line(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class Heading(_Line):
    """What a part is of."""

    format: Literal[1] = 1
    feed: Annotated[str, Field(min_length=1, max_length=64)]
    """Another one: another store, whose cursors mean nothing to the old copy."""
    cursor: Annotated[int, Field(ge=0, lt=1 << 63)]
    """Of changes: the position behind them. Of a copy: the position before any of the part was read."""
    place: Annotated[str, Field(max_length=64)]
    """Code of the place where the asking kiosk stands."""
    places: dict[Annotated[str, Field(max_length=64)], Annotated[str, Field(max_length=LONGEST_NAME)]]
    """Names of places by their codes."""
    last: bool
    """Nothing follows now."""


@dataclass(frozen=True, slots=True)
class Row:
    """A record as it stands, or that it is gone."""

    key: int
    entry: CatalogueEntry | None = field(repr=False)
    body: bytes = field(default=b"", repr=False)
    """The entry as JSON, as it came."""


@dataclass(frozen=True, slots=True)
class Part:
    """A heading and its rows."""

    heading: Heading
    rows: tuple[Row, ...]


def write_part(heading: Heading, rows: Iterable[tuple[int, bytes | None]]) -> bytes:
    """Pack a part: of each record its key and its entry as JSON in one line, ``None`` where it is gone."""
    lines = [heading.model_dump_json().encode()]
    lines.extend(b"%d %s" % (key, body or b"null") for key, body in rows)
    return pack(lines)


def pack(lines: Sequence[bytes]) -> bytes:
    """Pack lines with an end by which it is seen that they are all there."""
    text = b"\n".join(lines) + b"\n"
    end = {"end": True, "lines": len(lines), "sha256": hashlib.sha256(text).hexdigest()}
    packer = zlib.compressobj(level=6, wbits=31)
    return packer.compress(text + json.dumps(end).encode() + b"\n") + packer.flush()


def read_part(packed: bytes) -> Part:
    """Unpack a part; raises :class:`PartError`."""
    lines = unpack(packed)
    first = heading_of(lines)
    try:
        return Part(Heading.model_validate(first), tuple(_row(line) for line in lines[1:]))
    except (ValidationError, ValueError):
        raise PartError(PartFault.UNREADABLE) from None


def unpack(packed: bytes) -> list[bytes]:
    """Unpack lines, at least one; raises :class:`PartError`."""
    text, end = _checked(_unpacked(packed))
    lines = text.split(b"\n")[:-1]
    if end.get("lines") != len(lines):
        raise PartError(PartFault.CUT_SHORT)
    return lines


def heading_of(lines: Sequence[bytes]) -> dict[str, object]:
    """Read the first line as it stands; raises :class:`PartError` where it is none of this format."""
    try:
        first = json.loads(lines[0])
    except (ValueError, RecursionError):
        raise PartError(PartFault.UNREADABLE) from None
    if not isinstance(first, dict) or first.get("format") != 1:
        raise PartError(PartFault.OTHER_FORMAT)
    return first


def _row(line: bytes) -> Row:
    number, _, body = line.partition(b" ")
    if not _KEY.fullmatch(number):
        raise ValueError("no key")
    key = int(number)
    if key >= _KEYS_END:
        raise ValueError("a key that no store has")
    if body == b"null":
        return Row(key, None)
    entry = CatalogueEntry.model_validate_json(body)
    if entry.key != key:
        raise ValueError("another record's key")
    return Row(key, entry, body)


def _unpacked(packed: bytes) -> bytes:
    unpacker = zlib.decompressobj(wbits=31)
    try:
        text = unpacker.decompress(packed, LONGEST_PART + 1)
    except zlib.error:
        raise PartError(PartFault.NOT_PACKED) from None
    if len(text) > LONGEST_PART:
        raise PartError(PartFault.TOO_LONG)
    if not unpacker.eof:
        raise PartError(PartFault.CUT_SHORT)
    return text


def _checked(text: bytes) -> tuple[bytes, dict[str, object]]:
    """Give what stands before the end, and the end."""
    start = text.rfind(b"\n", 0, -1) + 1
    try:
        end = json.loads(text[start:])
    except (ValueError, RecursionError):
        raise PartError(PartFault.CUT_SHORT) from None
    if not isinstance(end, dict) or end.get("end") is not True:
        raise PartError(PartFault.CUT_SHORT)
    if end.get("sha256") != hashlib.sha256(text[:start]).hexdigest() or start == 0:
        raise PartError(PartFault.CHECKSUM)
    return text[:start], end
