"""Finds out in which data model a tag was written, by what its memory shows and never by its DSFID alone.

Models with a checksum come first, then those that can be told by their structure, then plain letters. What may be a
damaged tag of one model is never tried in another: no number at all is better than a wrong one.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from drivers.rfid.base import Air
from drivers.rfid.tagdata import iso28560_2, iso28560_3, iso28560_4, raw_epc, rfid501, university
from drivers.rfid.tagdata.blocks import reverse_blocks
from drivers.rfid.tagdata.content import Blank, Damage, Malformed, TagContent, TagDataError, TagFormat, TagWarning
from drivers.rfid.tagdata.epc import read_epc_bank
from drivers.rfid.tagdata.plain import decode_ascii, is_blank
from drivers.rfid.tagdata.rules import DEFAULT_RULES, TagRules

Finding = TagContent | Blank | Malformed

MEMORY_CAP: Final = 8192
"""Bytes that are looked at: as many as the largest tags of ISO 15693 in libraries have."""

_FACTORY: Final = b"\xe2"
"""An EPC that begins as a chip's own number does is as the factory left it: GS1 gives that beginning to nobody."""

_MEANT: Final[dict[int | None, Damage]] = {
    iso28560_3.DSFID: Damage.CHECKSUM,
    iso28560_2.DSFID: Damage.ELEMENT,
}
"""What is wrong with memory that nothing explains, where the DSFID says what it was to be."""


def detect(
    memory: bytes,
    dsfid: int | None = None,
    *,
    air: Air = Air.HF,
    user_memory: bytes | None = None,
    rules: TagRules = DEFAULT_RULES,
) -> Finding:
    """Say what a tag's memory means; never raises.

    ``memory`` is from block 0; of a UHF tag control word and EPC, and ``user_memory`` its user bank where it was read.
    """
    memory = memory[:MEMORY_CAP]
    if air is Air.HF:
        finding = _hf(memory, dsfid)
    else:
        finding = _uhf(memory, user_memory[:MEMORY_CAP] if user_memory else user_memory, rules)
    if isinstance(finding, TagContent) and finding.format not in rules.accepted:
        return Malformed(Damage.NOT_ACCEPTED)
    return finding


def _hf(memory: bytes, dsfid: int | None) -> Finding:
    if not memory or is_blank(memory):
        return Blank() if memory else Malformed(Damage.TOO_SHORT)
    try:
        return iso28560_3.decode(memory)
    except TagDataError:
        if iso28560_3.looks_like(memory) and not (dsfid == iso28560_2.DSFID and _just_as_written(memory)):
            return Malformed(Damage.CHECKSUM)
    danish = dsfid == iso28560_3.DSFID
    content = _first(
        lambda: iso28560_2.decode(memory, certain=True),
        # A number alone proves little: reversed blocks of a tag that lists its contents can look like another number.
        lambda: _reversed(iso28560_2.decode(reverse_blocks(memory), certain=True)),
        lambda: iso28560_2.decode(memory, certain=danish),
        lambda: rfid501.decode(memory),
        lambda: _reversed(rfid501.decode(reverse_blocks(memory))),
    )
    if content is None and not danish:  # nothing speaks for plain letters where the tag claims to be something else
        content = decode_ascii(memory)
    return content or Malformed(_MEANT.get(dsfid, Damage.UNKNOWN_FORMAT))


def _uhf(memory: bytes, user_memory: bytes | None, rules: TagRules) -> Finding:
    try:
        bank = read_epc_bank(memory)
    except TagDataError as error:
        return Malformed(error.damage)
    if is_blank(bank.epc) and not any(user_memory or b""):
        return Blank()
    ways = [lambda: iso28560_4.decode(memory, user_memory)]
    pattern = rules.epc_pattern
    if TagFormat.RAW_EPC in rules.accepted and pattern is not None:
        ways.append(lambda: raw_epc.decode(memory, pattern))
    ways.append(lambda: university.decode(memory, user_memory))
    content = _first(*ways)
    if content is None and bank.afi is None and bank.epc[:1] == _FACTORY and not any(user_memory or b""):
        return Blank()
    return content or Malformed(Damage.UNKNOWN_FORMAT)


def _just_as_written(memory: bytes) -> bool:
    """Say whether the memory is what is written for the elements in it: nothing is left to be of another model."""
    try:
        written = iso28560_2.encode(iso28560_2.decode(memory))
    except TagDataError:
        return False
    return written.rstrip(b"\0") == memory.rstrip(b"\0")


def _first(*ways: Callable[[], TagContent]) -> TagContent | None:
    for way in ways:
        try:
            return way()
        except TagDataError:
            continue
    return None


def _reversed(content: TagContent) -> TagContent:
    return replace(content, warnings=(TagWarning.BLOCKS_REVERSED, *content.warnings))
