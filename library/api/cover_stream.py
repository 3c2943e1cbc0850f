"""How a kiosk comes by the covers of books: parts in the order in which covers came, packed, each whole or of no use.

A part is packed and checked as those of the catalogue are: a heading, a line for each cover (the record's key and two
pictures, or ``null`` where the cover was taken away), and an end. A kiosk goes on after the position of the last part.
"""

import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from library.api.catalogue_stream import PartError, PartFault, heading_of, pack, unpack

COVERS_PATH: Final = "/kiosk/v1/catalogue/covers"
"""``?after=FEED:CURSOR``: the covers after a position, from the first where the feed is another one. 204: none."""
MOST_COVERS: Final = 200
"""In a part: six megabytes at most."""
LARGEST_PICTURE: Final = 32_000
"""Bytes of one; what is larger is none of ours."""
_MOST_DIGITS: Final = 19
_KEYS_END: Final = 1 << 63
_JPEG: Final = b"\xff\xd8\xff"


class CoversHeading(BaseModel):
    """What a part is of."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    format: Literal[1] = 1
    feed: Annotated[str, Field(min_length=1, max_length=64)]
    """Another one: another store, whose cursors and keys mean nothing to the old covers."""
    cursor: Annotated[int, Field(ge=0, lt=1 << 63)]
    """The position behind this part."""
    last: bool
    """Nothing follows now."""


@dataclass(frozen=True, slots=True)
class Pictures:
    """A cover: JPEG, as a page shows it and for lists."""

    whole: bytes = field(repr=False)
    small: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class CoversPart:
    """A heading and covers by the keys of their records; ``None``: taken away."""

    heading: CoversHeading
    covers: tuple[tuple[int, Pictures | None], ...] = field(repr=False)


def write_covers(heading: CoversHeading, covers: Iterable[tuple[int, Pictures | None]]) -> bytes:
    """Pack a part."""
    lines = [heading.model_dump_json().encode()]
    for key, cover in covers:
        pictures = [] if cover is None else [base64.b64encode(each) for each in (cover.whole, cover.small)]
        lines.append(b" ".join((b"%d" % key, *(pictures or [b"null"]))))
    return pack(lines)


def read_covers(packed: bytes) -> CoversPart:
    """Unpack a part; raises ``PartError``."""
    lines = unpack(packed)
    first = heading_of(lines)
    try:
        return CoversPart(CoversHeading.model_validate(first), tuple(_cover(line) for line in lines[1:]))
    except (ValidationError, ValueError):
        raise PartError(PartFault.UNREADABLE) from None


def _cover(line: bytes) -> tuple[int, Pictures | None]:
    number, *pictures = line.split(b" ")
    key = int(number) if number.isdigit() and len(number) <= _MOST_DIGITS else 0
    if not 0 < key < _KEYS_END:
        raise ValueError("no key of a store")
    if pictures == [b"null"]:
        return key, None
    whole, small = (_picture(each) for each in pictures)
    return key, Pictures(whole, small)


def _picture(text: bytes) -> bytes:
    try:
        picture = base64.b64decode(text, validate=True)
    except binascii.Error:
        raise ValueError("no picture") from None
    if not picture.startswith(_JPEG) or len(picture) > LARGEST_PICTURE:
        raise ValueError("no picture of ours")
    return picture
