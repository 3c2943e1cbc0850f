"""ISO/TS 28560-4, libraries' UHF tags: owner, number and set in the EPC bank (MB01), the rest in the user bank (MB11).

The EPC bank bears the libraries' AFI, C2 or 07, and in URN Code 40 ``OWNER.NUMBER``, ``OWNER.NUMBER.SET`` or a number
alone, as in ``CH-000134-1.12345678.31`` (part 1 of 3). The user bank is the format identifier 06 and elements as of
ISO 28560-2, which may name owner, set and usage, and on tags with a foreign EPC the number too. There is no checksum
but the one that the radio layer keeps over the EPC bank.
"""

import re
from dataclasses import dataclass, field, replace
from typing import Final

from drivers.rfid.tagdata import iso28560_2
from drivers.rfid.tagdata.content import Damage, TagContent, TagDataError, TagFormat, TagWarning
from drivers.rfid.tagdata.elements import ITEM_ID, read_elements, write_elements
from drivers.rfid.tagdata.epc import EpcBank, read_epc_bank, write_epc_bank
from drivers.rfid.tagdata.urn40 import decode_urn40, encode_urn40

AFI_SECURED: Final = 0x07
AFI_ON_LOAN: Final = 0xC2

_LIBRARIES: Final = frozenset({AFI_SECURED, AFI_ON_LOAN})
_LABEL: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z$%*+/:_-]*")
_OWNER: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z/:-]*")


@dataclass(frozen=True, slots=True)
class UhfBanks:
    """What is to stand on a UHF tag."""

    epc: bytes = field(repr=False)
    """Control word and EPC."""
    user: bytes = field(repr=False)
    """User bank; empty where there is nothing to say in it."""


def decode(memory: bytes, user_memory: bytes | None = None) -> TagContent:
    """Read control word and EPC, and the user bank where it was read; raises `TagDataError`."""
    bank = read_epc_bank(memory)
    warnings = [TagWarning.EXTENDED_CONTROL_WORD] if bank.extended else []
    if user_memory is None and bank.user_bank:
        warnings.append(TagWarning.USER_BANK_NOT_READ)
    if bank.afi in _LIBRARIES:
        content = _joined(_spoken(decode_urn40(bank.epc), warnings), user_memory or b"", warnings)
    elif user_memory and user_memory[0] == iso28560_2.DSFID:
        content = iso28560_2.decode(user_memory[1:])
        warnings += content.warnings
    else:
        raise TagDataError(Damage.UNKNOWN_FORMAT)
    return replace(content, format=TagFormat.ISO_28560_4, warnings=tuple(dict.fromkeys(warnings)))


def encode(content: TagContent, afi: int = AFI_SECURED) -> UhfBanks:
    """Write a content; raises `TagDataError`.

    Owner, number and set go into the EPC bank. The user bank is written only for an item that does not circulate.
    """
    if not _LABEL.fullmatch(content.item_id) or len(content.item_id) > iso28560_2.LONGEST_ID:
        raise TagDataError(Damage.FIELD, "item_id")
    if content.owner and not _OWNER.fullmatch(content.owner):
        raise TagDataError(Damage.FIELD, "owner")
    if content.parts > 1 and not content.owner:
        raise TagDataError(Damage.FIELD, "parts")
    if afi not in _LIBRARIES:
        raise TagDataError(Damage.FIELD, "afi")
    iso28560_2.described(content)
    elements = iso28560_2.described(replace(content, country="", library="", part=1, parts=1))
    user = bytes((iso28560_2.DSFID,)) + write_elements(iso28560_2.with_list(elements)) if elements else b""
    pieces = [content.owner] if content.owner else []
    pieces.append(content.item_id)
    if content.parts > 1:
        pieces.append(iso28560_2.set_information(content))
    bank = EpcBank(encode_urn40(".".join(pieces)), afi, user_bank=bool(user))
    return UhfBanks(write_epc_bank(bank), user + bytes(len(user) % 2))


def _spoken(text: str, warnings: list[TagWarning]) -> TagContent:
    """Read what the EPC bank says."""
    owner, item_id, parts = "", text, "11"
    match text.split("."):
        case [item_id]:
            pass
        case [owner, item_id]:
            pass
        case [owner, item_id, parts]:
            pass
        case _:
            raise TagDataError(Damage.FIELD, "item_id")
    if not _LABEL.fullmatch(item_id) or len(item_id) > iso28560_2.LONGEST_ID:
        raise TagDataError(Damage.FIELD, "item_id")
    if owner and not _OWNER.fullmatch(owner):
        raise TagDataError(Damage.FIELD, "owner")
    part, total = iso28560_2.parts_of(parts, warnings)
    country, library = iso28560_2.split_owner(owner)
    return TagContent(TagFormat.ISO_28560_4, item_id, part, total, country, library)


def _joined(spoken: TagContent, user_memory: bytes, warnings: list[TagWarning]) -> TagContent:
    """Add what the user bank says; damage there is only a warning, but another number is none."""
    if not any(user_memory):
        return spoken
    found: list[TagWarning] = []
    try:
        described, number = _described(user_memory, found)
    except TagDataError:
        warnings.append(TagWarning.USER_BANK_UNREADABLE)
        return spoken
    if number not in {"", spoken.item_id}:
        raise TagDataError(Damage.FIELD, "item_id")
    warnings += found
    parts = (spoken.part, spoken.parts), (described.part, described.parts)
    if (spoken.owner and described.owner not in {"", spoken.owner}) or ((1, 1) not in parts and parts[0] != parts[1]):
        warnings.append(TagWarning.BANKS_DISAGREE)
    joined = replace(spoken, usage=described.usage)
    if not spoken.owner:
        joined = replace(joined, country=described.country, library=described.library)
    if spoken.parts == 1:
        joined = replace(joined, part=described.part, parts=described.parts)
    return joined


def _described(user_memory: bytes, warnings: list[TagWarning]) -> tuple[TagContent, str]:
    """Read the user bank: what it says, and the number, empty where it names none."""
    if user_memory[0] != iso28560_2.DSFID:
        raise TagDataError(Damage.UNKNOWN_FORMAT)
    elements = read_elements(user_memory[1:])
    item = elements.of(ITEM_ID)
    number = iso28560_2.item_id_of(item) if item else ""
    return iso28560_2.content_of(elements, number, warnings), number
