"""The compactions of ISO/IEC 15962: text in as few bytes as its letters allow, and back.

| code | compaction | letters | filled up with |
| --- | --- | --- | --- |
| 0 | application-defined | by the element: an ISIL, a bitmap, a byte | |
| 1 | integer | 2 to 19 digits (one takes no fewer bytes), no leading zero | |
| 2 | numeric | digits, two a byte | F |
| 3 | 5-bit | ``A`` to ``_`` | 0 |
| 4 | 6-bit | blank to ``_`` | 100000, cut off |
| 5 | 7-bit | ASCII but the last, DEL | 1 |
| 6 | octets | ISO 8859-1 | |
| 7 | UTF-8 | any | |
"""

from collections.abc import Callable, Iterator, Sequence
from enum import IntEnum
from typing import Final

from drivers.rfid.tagdata.content import Damage, TagDataError


class Compaction(IntEnum):
    """How an element's value is written, by the code in its precursor."""

    APPLICATION = 0
    INTEGER = 1
    NUMERIC = 2
    FIVE_BIT = 3
    SIX_BIT = 4
    SEVEN_BIT = 5
    OCTETS = 6
    UTF_8 = 7


LONGEST_INTEGER: Final = 19
"""Digits: as many as always fit in eight bytes."""

_INTEGER_BYTES: Final = 8
_DIGITS: Final = frozenset("0123456789")
_HALF_FILL: Final = 0xF
_BYTE_BITS: Final = 8
_SIX_BIT_FILL: Final = 0b100000
_SIX_BIT_GROUP: Final = 4
"""Letters that fill their bytes whole; a blank at the end of such a group cannot be told from filling."""
_DELETE: Final = 0x7F


def compact(text: str) -> tuple[Compaction, bytes]:
    """Choose the compaction that takes the fewest bytes: octets where packing bits saves none, else the lowest code.

    Raises `TagDataError` for an empty text and for what is no text in UTF-8.
    """
    found: list[tuple[int, int, Compaction, bytes]] = []
    for how in _PACK:
        try:
            data = pack(how, text)
        except TagDataError:
            continue
        found.append((len(data), how is not Compaction.OCTETS and len(data) == len(text), how, data))
    if not found:
        raise TagDataError(Damage.FIELD)
    *_, how, data = min(found)
    return how, data


def pack(how: Compaction, text: str) -> bytes:
    """Write a text in one compaction; raises `TagDataError` where its letters are not of it."""
    if how not in _PACK or not text:
        raise TagDataError(Damage.FIELD)
    try:
        return _PACK[how](text)
    except UnicodeEncodeError as error:
        raise TagDataError(Damage.FIELD) from error


def expand(how: Compaction, data: bytes) -> str:
    """Read a value; raises `TagDataError` where it is not exactly what `pack` makes of its text."""
    if how not in _EXPAND or not data:
        raise TagDataError(Damage.FIELD)
    try:
        text = _EXPAND[how](data)
    except UnicodeDecodeError as error:
        raise TagDataError(Damage.FIELD) from error
    if pack(how, text) != data:
        raise TagDataError(Damage.FIELD)
    return text


def _pack_integer(text: str) -> bytes:
    if not _DIGITS.issuperset(text) or len(text) > LONGEST_INTEGER or (text[0] == "0" and text != "0"):
        raise TagDataError(Damage.FIELD)
    number = int(text)
    return number.to_bytes(max(1, -(-number.bit_length() // _BYTE_BITS)), "big")


def _expand_integer(data: bytes) -> str:
    if len(data) > _INTEGER_BYTES:
        raise TagDataError(Damage.FIELD)
    return str(int.from_bytes(data, "big"))


def _pack_numeric(text: str) -> bytes:
    if not _DIGITS.issuperset(text):
        raise TagDataError(Damage.FIELD)
    return bytes.fromhex(text + "F" * (len(text) % 2))


def _expand_numeric(data: bytes) -> str:
    return data.hex()[:-1] + (f"{data[-1] & _HALF_FILL:x}" if data[-1] & _HALF_FILL != _HALF_FILL else "")


def _pack_bits(text: str, width: int, letters: range, fill: Callable[[int], int]) -> bytes:
    if not all(ord(letter) in letters for letter in text):
        raise TagDataError(Damage.FIELD)
    bits = "".join(f"{ord(letter) & (1 << width) - 1:0{width}b}" for letter in text)
    spare = -len(bits) % _BYTE_BITS
    return (int(bits, 2) << spare | fill(spare)).to_bytes((len(bits) + spare) // _BYTE_BITS, "big")


def _codes(data: bytes, width: int) -> Iterator[int]:
    held = bits = 0
    for byte in data:
        held, bits = held << _BYTE_BITS | byte, bits + _BYTE_BITS
        while bits >= width:
            bits -= width
            yield held >> bits
            held &= (1 << bits) - 1


def _pack_five(text: str) -> bytes:
    return _pack_bits(text, 5, range(0x41, 0x60), lambda _: 0)


def _expand_five(data: bytes) -> str:
    return _text(list(_codes(data, 5)), 0, lambda code: code + 0x40)


def _pack_six(text: str) -> bytes:
    if text.endswith(" ") and len(text) % _SIX_BIT_GROUP == 0:
        raise TagDataError(Damage.FIELD)
    return _pack_bits(text, 6, range(0x20, 0x60), lambda spare: _SIX_BIT_FILL >> 6 - spare)


def _expand_six(data: bytes) -> str:
    codes = list(_codes(data, 6))
    filling = _SIX_BIT_FILL if len(codes) % _SIX_BIT_GROUP == 0 else None
    return _text(codes, filling, lambda code: code if code & _SIX_BIT_FILL else code + 0x40)


def _pack_seven(text: str) -> bytes:
    return _pack_bits(text, 7, range(_DELETE), lambda spare: (1 << spare) - 1)


def _expand_seven(data: bytes) -> str:
    return _text(list(_codes(data, 7)), _DELETE, lambda code: code)


def _text(codes: Sequence[int], filling: int | None, letter: Callable[[int], int]) -> str:
    if codes[-1:] == [filling]:
        codes = codes[:-1]
    return "".join(chr(letter(code)) for code in codes)


_PACK: Final[dict[Compaction, Callable[[str], bytes]]] = {
    Compaction.INTEGER: _pack_integer,
    Compaction.NUMERIC: _pack_numeric,
    Compaction.FIVE_BIT: _pack_five,
    Compaction.SIX_BIT: _pack_six,
    Compaction.SEVEN_BIT: _pack_seven,
    Compaction.OCTETS: lambda text: text.encode("latin-1"),
    Compaction.UTF_8: str.encode,
}
_EXPAND: Final[dict[Compaction, Callable[[bytes], str]]] = {
    Compaction.INTEGER: _expand_integer,
    Compaction.NUMERIC: _expand_numeric,
    Compaction.FIVE_BIT: _expand_five,
    Compaction.SIX_BIT: _expand_six,
    Compaction.SEVEN_BIT: _expand_seven,
    Compaction.OCTETS: lambda data: data.decode("latin-1"),
    Compaction.UTF_8: bytes.decode,
}
