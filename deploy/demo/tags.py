"""The RFID tags in the demo's books: ISO 28560-3 in an ICODE SLIX, as a tagging station would write them.

Laid out here by hand, without the driver's decoder, so that the two check each other.
"""

import binascii
import hashlib
from dataclasses import dataclass
from typing import Final

from deploy.demo.people import OWNER

MEMORY_BYTES: Final = 28 * 4
"""An ICODE SLIX has 28 blocks of 4 bytes."""
BASIC_BLOCK: Final = 34
ITEM_ID_BYTES: Final = 16
LIBRARY_BYTES: Final = 11
SECURED_AFI: Final = 0x07
ISO_28560_3_DSFID: Final = 0x3E
NXP_SLIX: Final = "E00401"


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag in the words of the emulators' control protocol (`lay`)."""

    uid: str
    memory: str
    """Hexadecimal, from block 0."""
    afi: int = SECURED_AFI
    dsfid: int = ISO_28560_3_DSFID
    eas: bool = False


def tag_of(item_id: str, owner: str = OWNER) -> Tag:
    """Give the tag of a circulating book that is complete in itself and stands secured in the library `owner`."""
    country, library = owner.split("-", 1)
    block = bytearray(BASIC_BLOCK)
    block[0] = 0x11
    block[1] = block[2] = 1
    block[3:19] = _padded(item_id, ITEM_ID_BYTES)
    block[21:23] = country.encode("ascii")
    block[23:34] = _padded(library, LIBRARY_BYTES)
    checked = bytes(block[:19] + block[21:])
    block[19:21] = binascii.crc_hqx(checked, 0xFFFF).to_bytes(2, "little")
    return Tag(_uid(f"{owner} {item_id}"), bytes(block).ljust(MEMORY_BYTES, b"\0").hex().upper())


def foreign_tag(item_id: str) -> Tag:
    """Give a tag that another library wrote, and that nobody took out of the book."""
    return tag_of(item_id, owner="DK-DEMO9")


def blank_tag() -> Tag:
    """Give a tag as it comes from the factory."""
    return Tag(_uid("blank"), bytes(MEMORY_BYTES).hex().upper(), afi=0, dsfid=0)


def _uid(seed: str) -> str:
    return NXP_SLIX + hashlib.sha256(seed.encode()).hexdigest()[:10].upper()


def _padded(value: str, size: int) -> bytes:
    encoded = value.encode("utf-8")
    if len(encoded) > size:
        raise ValueError(f"{len(encoded)} bytes do not fit into {size}")
    return encoded.ljust(size, b"\0")
