"""Finds out in which data model a tag was written, by what its memory shows and never by its DSFID alone."""

from collections.abc import Callable
from typing import Final

from drivers.rfid.tagdata import iso28560_3
from drivers.rfid.tagdata.content import Blank, Damage, Malformed, TagContent, TagDataError
from drivers.rfid.tagdata.plain import decode_ascii, is_blank

Finding = TagContent | Blank | Malformed


def detect(memory: bytes, dsfid: int | None = None) -> Finding:
    """Say what a tag's memory from block 0 means; never raises."""
    for look in _ORDER:
        finding = look(memory, dsfid)
        if finding is not None:
            return finding
    return Malformed(Damage.UNKNOWN_FORMAT if memory else Damage.TOO_SHORT)


def _iso28560_3(memory: bytes, dsfid: int | None) -> Finding | None:
    try:
        return iso28560_3.decode(memory)
    except TagDataError as error:
        meant = dsfid == iso28560_3.DSFID and not is_blank(memory)
        if error.damage is Damage.CHECKSUM and (meant or iso28560_3.looks_like(memory)):
            return Malformed(Damage.CHECKSUM)
    return None


def _blank(memory: bytes, dsfid: int | None) -> Finding | None:
    del dsfid
    return Blank() if memory and is_blank(memory) else None


def _ascii(memory: bytes, dsfid: int | None) -> Finding | None:
    del dsfid
    return decode_ascii(memory)


_ORDER: Final[tuple[Callable[[bytes, int | None], Finding | None], ...]] = (_iso28560_3, _blank, _ascii)
"""Models with a checksum first; blank before plain letters, for a maker's 55 is a ``U``."""
