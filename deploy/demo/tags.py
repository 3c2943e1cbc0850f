"""The RFID tags in the demo's books: ISO 28560-3 in an ICODE SLIX, as a tagging station would write them."""

import hashlib
from dataclasses import dataclass, replace
from typing import Final

from deploy.demo.people import OWNER
from drivers.rfid.tagdata import iso28560_3
from drivers.rfid.tagdata.content import TagContent, TagFormat

MEMORY_BYTES: Final = 28 * 4
"""An ICODE SLIX has 28 blocks of 4 bytes."""
SECURED_AFI: Final = 0x07
ON_LOAN_AFI: Final = 0xC2
NXP_SLIX: Final = "E00401"


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag in the words of the emulators' control protocol (`lay`)."""

    uid: str
    memory: str
    """Hexadecimal, from block 0."""
    afi: int = SECURED_AFI
    dsfid: int = iso28560_3.DSFID
    eas: bool = False


def tag_of(item_id: str, owner: str = OWNER) -> Tag:
    """Give the tag of a circulating book that is complete in itself and stands secured in the library `owner`.

    Raises `TagDataError` where the item's number does not fit.
    """
    country, library = owner.split("-", 1)
    content = TagContent(TagFormat.ISO_28560_3, item_id, country=country, library=library)
    return Tag(_uid(f"{owner} {item_id}"), _memory(iso28560_3.encode(content)))


def lent_tag(item_id: str) -> Tag:
    """Give the tag of a book that is on loan."""
    return replace(tag_of(item_id), afi=ON_LOAN_AFI)


def foreign_tag(item_id: str) -> Tag:
    """Give a tag that another library wrote, and that nobody took out of the book."""
    return tag_of(item_id, owner="DK-DEMO9")


def blank_tag() -> Tag:
    """Give a tag as it comes from the factory."""
    return Tag(_uid("blank"), _memory(b""), afi=0, dsfid=0)


def _uid(seed: str) -> str:
    return NXP_SLIX + hashlib.sha256(seed.encode()).hexdigest()[:10].upper()


def _memory(data: bytes) -> str:
    return data.ljust(MEMORY_BYTES, b"\0").hex().upper()
