"""A number somewhere in a UHF tag's EPC: letters of ASCII, or hexadecimal digits, by the site's own pattern."""

import re
from typing import Final

from drivers.rfid.tagdata.content import Damage, TagContent, TagDataError, TagFormat
from drivers.rfid.tagdata.epc import EpcBank, read_epc_bank, write_epc_bank

_ASCII: Final = re.compile(rb"[\x20-\x7e]+")
_LABEL: Final = re.compile(r"[!-~](?:[ -~]{0,60}[!-~])?")


def decode(memory: bytes, pattern: re.Pattern[str]) -> TagContent:
    """Read control word and EPC; raises `TagDataError` where the pattern finds no number.

    ``pattern`` must fit all of the EPC; its one group is the number.
    """
    epc = read_epc_bank(memory).epc
    for text in _readings(epc):
        found = pattern.fullmatch(text)
        if found and _LABEL.fullmatch(found[1] or ""):
            return TagContent(TagFormat.RAW_EPC, found[1])
    raise TagDataError(Damage.UNKNOWN_FORMAT)


def encode(content: TagContent, pattern: re.Pattern[str], words: int = 6) -> bytes:
    """Write a number as letters or else as hexadecimal digits, zeros behind, in ``words`` of two bytes or more.

    Raises `TagDataError` where the pattern does not find it again, and for all else that a content can say.
    """
    if content != TagContent(TagFormat.RAW_EPC, content.item_id):
        raise TagDataError(Damage.FIELD)
    for data in (content.item_id.encode("ascii", "replace"), _from_hex(content.item_id)):
        epc = data.ljust(words * 2, b"\0")
        memory = write_epc_bank(EpcBank(epc + bytes(len(epc) % 2), None, user_bank=False))
        try:
            if decode(memory, pattern) == content:
                return memory
        except TagDataError:
            continue
    raise TagDataError(Damage.FIELD, "item_id")


def _readings(epc: bytes) -> list[str]:
    """Give the EPC as letters, where it has nothing but those and zeros behind, and as hexadecimal digits."""
    letters = epc.rstrip(b"\0")
    spelled = [letters.decode("ascii").rstrip()] if _ASCII.fullmatch(letters) else []
    return [*spelled, epc.hex().upper()]


def _from_hex(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""
