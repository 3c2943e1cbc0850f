"""What a tagging station writes to an HF tag, in the data model of the site's choice."""

from collections.abc import Callable, Mapping
from typing import Final

from drivers.rfid.tagdata import iso28560_2, iso28560_3, rfid501
from drivers.rfid.tagdata.blocks import whole_blocks
from drivers.rfid.tagdata.content import Damage, TagContent, TagDataError, TagFormat
from drivers.rfid.tagdata.plain import encode_ascii

_ENCODERS: Final[Mapping[TagFormat, Callable[[TagContent], bytes]]] = {
    TagFormat.ISO_28560_3: iso28560_3.encode,
    TagFormat.ISO_28560_2: iso28560_2.encode,
    TagFormat.RFID501: rfid501.encode,
    TagFormat.ASCII: encode_ascii,
}

DSFIDS: Final[Mapping[TagFormat, int]] = {
    TagFormat.ISO_28560_3: iso28560_3.DSFID,
    TagFormat.ISO_28560_2: iso28560_2.DSFID,
}
"""What the tag's data storage format identifier should be; the other models have none."""


def encode(content: TagContent) -> bytes:
    """Write a content in its own data model, zeros behind to a whole number of blocks of four bytes.

    Raises `TagDataError` for what the model has no room for, and for models of UHF tags, whose banks
    `iso28560_4.encode` and `raw_epc.encode` write. A reader or a title is in no model's words.
    """
    if content.format not in _ENCODERS:
        raise TagDataError(Damage.FIELD, "format")
    return whole_blocks(_ENCODERS[content.format](content))
