"""UHF tags of Chinese universities: a layout of their own, which is named and not read.

Told by an EPC of six words that claims a user bank and no AFI, and by a user bank that begins with the owner: 0C 02 and
two bytes (element 3 by four, its length).
"""

from typing import Final

from drivers.rfid.tagdata.content import Damage, TagContent, TagDataError, TagFormat, TagWarning
from drivers.rfid.tagdata.epc import read_epc_bank

_EPC_BYTES: Final = 12
_OWNER: Final = b"\x0c\x02"
_LAST_VERSION: Final = 0x1F
"""First byte of the EPC on the tags that were seen: 00, 01, 17."""


def decode(memory: bytes, user_memory: bytes | None = None) -> TagContent:
    """Name the layout of control word and EPC, with the user bank where it was read; raises `TagDataError`."""
    bank = read_epc_bank(memory)
    if (
        not bank.user_bank
        or bank.afi is not None
        or len(bank.epc) != _EPC_BYTES
        or bank.epc[0] > _LAST_VERSION
        or any(bank.epc[-2:])
        or (user_memory and not user_memory.startswith(_OWNER))
    ):
        raise TagDataError(Damage.UNKNOWN_FORMAT)
    return TagContent(TagFormat.CN_UNIVERSITY, "", warnings=(TagWarning.LAYOUT_NOT_READ, TagWarning.NO_ITEM_ID))
