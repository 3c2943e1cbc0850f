"""The EPC bank of a UHF tag: a control word, and as many words of EPC as it says."""

from binascii import crc_hqx
from dataclasses import dataclass, field
from typing import Final

from drivers.rfid.tagdata.content import Damage, TagDataError

MOST_WORDS: Final = 31
"""Of two bytes: what five bits can tell."""

_WORD: Final = 2
_COUNT_SHIFT: Final = 11
_USER_BANK: Final = 0x0400
_EXTENDED: Final = 0x0200
_ISO: Final = 0x0100
_AFI: Final = 0xFF
_CHECK: Final = 0xFFFF


@dataclass(frozen=True, slots=True)
class EpcBank:
    """What the bank says."""

    epc: bytes = field(repr=False)
    afi: int | None
    """Application family; ``None`` where the numbering is EPC's own."""
    user_bank: bool
    """The user bank holds something (UMI)."""
    extended: bool = False
    """There is a second control word (XPC)."""


def read_epc_bank(memory: bytes) -> EpcBank:
    """Read control word and EPC, also with the bank's checksum before them, as some programs write it down.

    Zeros behind the EPC are left out; raises `TagDataError` where the memory ends early or goes on with something else.
    """
    if len(memory) > 2 * _WORD and crc_hqx(memory[_WORD:], _CHECK) ^ _CHECK == int.from_bytes(memory[:_WORD], "big"):
        memory = memory[_WORD:]
    if len(memory) < _WORD:
        raise TagDataError(Damage.TOO_SHORT)
    control = int.from_bytes(memory[:_WORD], "big")
    end = _WORD + (control >> _COUNT_SHIFT) * _WORD
    if len(memory) < end:
        raise TagDataError(Damage.TOO_SHORT)
    if any(memory[end:]):
        raise TagDataError(Damage.UNKNOWN_FORMAT)
    afi = control & _AFI if control & _ISO else None
    return EpcBank(memory[_WORD:end], afi, bool(control & _USER_BANK), bool(control & _EXTENDED))


def write_epc_bank(bank: EpcBank) -> bytes:
    """Write control word and EPC; raises `TagDataError` for an EPC of half words, or of too many."""
    words, half = divmod(len(bank.epc), _WORD)
    if half or words > MOST_WORDS or bank.extended:
        raise TagDataError(Damage.FIELD, "epc")
    control = words << _COUNT_SHIFT | (_USER_BANK if bank.user_bank else 0)
    if bank.afi is not None:
        control |= _ISO | bank.afi
    return control.to_bytes(_WORD, "big") + bank.epc
