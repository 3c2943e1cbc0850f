"""What an EPC Gen2 tag (UHF) is made of: banks, the control word before its EPC, its own checksum, its errors. Pure.

Sources: EPC Gen2; ISO/TS 28560-4 for the application family identifier in the control word.
"""

from binascii import crc_hqx
from dataclasses import dataclass
from enum import IntEnum
from typing import Final, Self

CONTROL_WORD: Final = 1
"""Where in the EPC bank the control word stands, behind the tag's CRC; the EPC follows it."""

CONTROL_AT_BIT: Final = 0x10
EPC_AT_BIT: Final = 0x20
HAS_USER_MEMORY: Final = 0x0400
HAS_AFI: Final = 0x0100
"""The control word's T bit: its low byte is an ISO application family identifier."""

MOST_EPC_WORDS: Final = 31
_LENGTH_SHIFT: Final = 11


class Bank(IntEnum):
    """The memories of a tag."""

    RESERVED = 0
    EPC = 1
    TID = 2
    USER = 3


class TagErrorCode(IntEnum):
    """What an EPC Gen2 tag says."""

    OTHER = 0x0
    OVERRUN = 0x3
    LOCKED = 0x4
    POWER = 0xB
    UNSPECIFIC = 0xF


@dataclass(frozen=True, slots=True)
class ControlWord:
    """The word before an EPC: its length, and with ISO 28560-4 the alarm's AFI."""

    value: int

    @classmethod
    def of_epc(cls, epc_bytes: int, afi: int | None = None) -> Self:
        """Give the word for an EPC of that length, of an application family or of none."""
        return cls((epc_bytes // 2) << _LENGTH_SHIFT | (0 if afi is None else HAS_AFI | afi))

    @property
    def epc_bytes(self) -> int:
        """How long the EPC is."""
        return (self.value >> _LENGTH_SHIFT) * 2

    @property
    def afi(self) -> int | None:
        """The application family identifier, where the tag has one."""
        return self.value & 0xFF if self.value & HAS_AFI else None

    @property
    def has_user_memory(self) -> bool:
        """Whether the tag says that it has a user bank."""
        return bool(self.value & HAS_USER_MEMORY)

    def with_afi(self, afi: int) -> Self:
        """Give the word with another AFI; one that had none has one then."""
        return type(self)(self.value & ~0xFF | HAS_AFI | afi)

    def raw(self) -> bytes:
        """Give its two bytes."""
        return self.value.to_bytes(2, "big")


def tag_crc(data: bytes) -> int:
    """Return the CRC that a tag keeps over its control word and EPC: CRC-16/GENIBUS."""
    return crc_hqx(data, 0xFFFF) ^ 0xFFFF


def is_torn(found: str, old: str, new: str) -> bool:
    """Say whether an EPC is what is left when writing ``new`` over ``old`` broke off; a tag writes word by word.

    The control word, and with it the length, is written first; what stood behind a shorter old EPC is not known.
    """
    if found in (old, new) or len(found) != len(new):
        return False
    seen, before, after = _words(found), _words(old), _words(new)
    return any(
        seen[:written] == after[:written] and seen[written : len(before)] == before[written : len(after)]
        for written in range(len(after))
    )


def _words(epc: str) -> list[str]:
    return [epc[start : start + 4] for start in range(0, len(epc), 4)]
