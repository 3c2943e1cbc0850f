"""Tag data: any memory at all, and Danish tags with one wrong byte."""

from random import Random
from typing import Final

from drivers.rfid.base import Air
from drivers.rfid.tagdata import iso28560_2, iso28560_3, iso28560_4, rfid501
from drivers.rfid.tagdata.blocks import reverse_blocks
from drivers.rfid.tagdata.compaction import Compaction, expand, pack
from drivers.rfid.tagdata.content import TagContent, TagDataError, TagFormat, Usage
from drivers.rfid.tagdata.detect import detect
from drivers.rfid.tagdata.encode import encode
from drivers.rfid.tagdata.isil import decode_isil, encode_isil
from drivers.rfid.tagdata.plain import decode_ascii
from drivers.rfid.tagdata.urn40 import decode_urn40, encode_urn40
from tests.fuzz.target import Target, refusing, total
from tests.support.tag_vectors import VECTORS

_DSFIDS: Final = (None, 0x00, 0x06, 0x3E)
_CHECKSUM_AT: Final = 19
"""And the owner behind it."""
_LETTERS: Final = "0123456789ABCDEFab.-"


def corpus(kind: str) -> tuple[bytes, ...]:
    """Give the published inputs of a kind."""
    return tuple(bytes.fromhex(vector["hex"]) for vector in VECTORS if vector["kind"] == kind)


def _detect(data: bytes, dice: Random) -> None:
    air = dice.choice(list(Air))
    split = dice.randint(0, len(data))
    user = data[split:] if air is Air.UHF and dice.randrange(2) else None
    detect(data[:split] if user is not None else data, dice.choice(_DSFIDS), air=air, user_memory=user)


def _a_danish_tag(dice: Random) -> TagContent:
    parts = dice.choice((1, 1, dice.randint(1, 31)))
    return TagContent(
        TagFormat.ISO_28560_3,
        "".join(dice.choices(_LETTERS[: dice.choice((10, 16, 20))], k=dice.randint(0, 16))),
        dice.randint(1, parts),
        parts,
        dice.choice(("VN", "DK", "")),
        dice.choice(("HP01", "", "718500", "Mamk-M")),
        dice.choice(list(Usage)),
    )


def _damaged(data: bytes, dice: Random) -> None:
    """Raise where a tag with one wrong byte says a number; ``data`` stands in the memory behind it."""
    memory = bytearray(encode(_a_danish_tag(dice)))
    if not any(memory[_CHECKSUM_AT:]):
        return  # without owner, and its checksum is zero, once in 65,536: it may as well be of another model
    memory[dice.randrange(iso28560_3.FULL_BYTES)] ^= dice.randint(1, 255)
    whole = bytes(memory) + data if dice.randrange(2) else bytes(memory)
    found = detect(reverse_blocks(whole) if dice.randrange(3) == 0 else whole, dice.choice(_DSFIDS))
    said = found.item_id if isinstance(found, TagContent) else None
    if said is not None:
        raise AssertionError(f"{whole.hex()} says {said}")


def _expand(data: bytes) -> None:
    for how in Compaction:
        try:
            text = expand(how, data)
        except TagDataError:
            continue
        if pack(how, text) != data:
            raise AssertionError(f"{how.name}: {text!r}")


def _names(data: bytes) -> None:
    if encode_urn40(text := decode_urn40(data)) and decode_urn40(encode_urn40(text)) != text:
        raise AssertionError(text)


def _libraries(data: bytes) -> None:
    if decode_isil(encode_isil(text := decode_isil(data))) != text:
        raise AssertionError(text)


TARGETS: Final = (
    Target("tag", _detect, corpus("tag_data")),
    Target("tag-damage", _damaged),
    Target(
        "tag-models",
        refusing(TagDataError, iso28560_2.decode, iso28560_3.decode, rfid501.decode, iso28560_4.decode),
        corpus("tag_data"),
    ),
    Target("tag-ascii", total(decode_ascii), (b"LIB-2050.0001\0\0\0", b"2050000001")),
    Target("tag-compaction", total(_expand), corpus("compaction")),
    Target("tag-isil", refusing(TagDataError, _libraries), (bytes.fromhex("acc09ebaa06f6b"),)),
    Target("tag-urn40", refusing(TagDataError, _names), (bytes.fromhex("141cc04fc70badb5c6e2da1ded4dd319"),)),
)
