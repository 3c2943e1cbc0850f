"""Tags without a data model: a number in plain letters from block 0, or nothing at all."""

import re
from typing import Final

from drivers.rfid.tagdata.content import Damage, TagContent, TagDataError, TagFormat

LONGEST: Final = 32
"""Letters; a longer run is text of some kind and no number."""

SHORTEST: Final = 3
"""Fewer letters may be chance."""

_NUMBER: Final = re.compile(rb"[A-Za-z0-9][A-Za-z0-9./+-]*")
_MAKERS_PATTERN: Final = 0x55
_ERASED: Final = 0xFF


def decode_ascii(memory: bytes) -> TagContent | None:
    """Read a number padded with zeros or spaces; ``None`` for anything else."""
    text, _, rest = memory.partition(b"\0")
    text = text.rstrip(b" ")
    if rest.strip(b"\0 ") or not SHORTEST <= len(text) <= LONGEST or not _NUMBER.fullmatch(text):
        return None
    return TagContent(TagFormat.ASCII, text.decode("ascii"))


def encode_ascii(content: TagContent) -> bytes:
    """Write a number and the zero that ends it; raises `TagDataError` for all else that a content can say."""
    data = content.item_id.encode("ascii", "replace")
    if content != TagContent(TagFormat.ASCII, content.item_id) or decode_ascii(data) != content:
        raise TagDataError(Damage.FIELD, "item_id")
    return data + b"\0"


def is_blank(memory: bytes) -> bool:
    """Say whether nothing was written: zeros, or a maker's 55 or FF with zeros behind."""
    written = memory.rstrip(b"\0")
    return not written or set(written) in ({_MAKERS_PATTERN}, {_ERASED})
