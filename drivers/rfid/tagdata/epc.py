"""The EPC bank of a UHF tag: a control word, and as many words of EPC as it says."""

from dataclasses import dataclass, field
from typing import Final

from drivers.rfid.gen2_codec import HAS_USER_MEMORY, MOST_EPC_WORDS, ControlWord, tag_crc
from drivers.rfid.tagdata.content import Damage, TagDataError

_WORD: Final = 2
_EXTENDED: Final = 0x0200


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
    if len(memory) > 2 * _WORD and tag_crc(memory[_WORD:]) == int.from_bytes(memory[:_WORD], "big"):
        memory = memory[_WORD:]
    control = ControlWord(int.from_bytes(memory[:_WORD], "big"))
    end = _WORD + control.epc_bytes
    if len(memory) < end:
        raise TagDataError(Damage.TOO_SHORT)
    if any(memory[end:]):
        raise TagDataError(Damage.UNKNOWN_FORMAT)
    return EpcBank(memory[_WORD:end], control.afi, control.has_user_memory, bool(control.value & _EXTENDED))


def write_epc_bank(bank: EpcBank) -> bytes:
    """Write control word and EPC; raises `TagDataError` for an EPC of half words, or of too many."""
    words, half = divmod(len(bank.epc), _WORD)
    if half or words > MOST_EPC_WORDS or bank.extended:
        raise TagDataError(Damage.FIELD, "epc")
    control = ControlWord.of_epc(len(bank.epc), bank.afi)
    if bank.user_bank:
        control = ControlWord(control.value | HAS_USER_MEMORY)
    return control.raw() + bank.epc
