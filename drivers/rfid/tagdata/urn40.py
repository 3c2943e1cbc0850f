"""URN Code 40, in which UHF tags of libraries write their number: three letters in two bytes.

A pair of bytes is 1600 a + 40 b + c + 1, where nothing is 0, ``A`` to ``Z`` 1 to 26, ``-`` 27, ``.`` 28, ``:`` 29 and
``0`` to ``9`` 30 to 39. No pair begins with a byte over FA; those are: FB 9 to 24 digits as a number (halves of the
next byte: digits less 9, bytes less 4); FC a letter of ASCII; FD and FE a letter of two and three bytes in UTF-8. A
zero fills up.
"""

import re
from collections.abc import Iterator
from string import ascii_uppercase, digits
from typing import Final

from drivers.rfid.tagdata.content import Damage, TagDataError

LONGEST: Final = 62
"""Bytes: as many as an EPC can have."""

_TABLE: Final = f"\0{ascii_uppercase}-.:{digits}"
_PAIR: Final = 2
_BASE: Final = 40
_LAST_PAIR: Final = _BASE**3
_LAST_LEAD: Final = 0xFA
_DIGITS: Final = 0xFB
_OTHERS: Final = {0xFC: 1, 0xFD: 2, 0xFE: 3}
"""Bytes of the letter behind."""
_LEAD_OF: Final = {size: lead for lead, size in _OTHERS.items()}
_FEWEST_DIGITS: Final = 9
_FEWEST_BYTES: Final = 4
_HALF: Final = 0xF
_PIECE: Final = re.compile(r"([0-9]{9,24})|([A-Z0-9.:-]+?)(?=[0-9]{9}|[^A-Z0-9.:-]|\Z)|(.)", re.DOTALL)


def encode_urn40(text: str) -> bytes:
    """Write a text in whole words of two bytes; raises `TagDataError` where it is empty, too long or no text."""
    if not text:
        raise TagDataError(Damage.FIELD)
    try:
        data = b"".join(_pieces(text))
    except UnicodeEncodeError as error:
        raise TagDataError(Damage.FIELD) from error
    if len(data) > LONGEST:
        raise TagDataError(Damage.FIELD, "epc")
    return data + bytes(len(data) % 2)


def decode_urn40(data: bytes) -> str:
    """Read a text; raises `TagDataError` where it is empty or too long, or not all of it makes sense."""
    text = ""
    if len(data) > LONGEST:
        raise TagDataError(Damage.FIELD)
    while data.strip(b"\0"):
        piece, data = _first(data)
        text += piece
    if not text:
        raise TagDataError(Damage.FIELD)
    return text


def _pieces(text: str) -> Iterator[bytes]:
    for many_digits, letters, other in _PIECE.findall(text):
        if many_digits:
            number = int(many_digits)
            size = max(_FEWEST_BYTES, -(-number.bit_length() // 8))
            yield bytes((_DIGITS, len(many_digits) - _FEWEST_DIGITS << 4 | size - _FEWEST_BYTES))
            yield number.to_bytes(size, "big")
        elif letters:
            yield from (_pair(letters[start : start + 3]) for start in range(0, len(letters), 3))
        else:
            letter = other.encode()
            if len(letter) not in _LEAD_OF or letter == b"\0":
                raise TagDataError(Damage.FIELD)
            yield bytes((_LEAD_OF[len(letter)],)) + letter


def _pair(letters: str) -> bytes:
    number = 0
    for letter in letters.ljust(3, "\0"):
        number = number * _BASE + _TABLE.index(letter)
    return (number + 1).to_bytes(2, "big")


def _first(data: bytes) -> tuple[str, bytes]:
    """Read one piece; return it and what is behind."""
    if data[0] <= _LAST_LEAD:
        return _letters(data[:_PAIR]), data[_PAIR:]
    if data[0] == _DIGITS:
        return _number(data)
    size = _OTHERS.get(data[0], 0)
    letter = data[1 : 1 + size]
    try:
        text = letter.decode()
    except UnicodeDecodeError as error:
        raise TagDataError(Damage.FIELD) from error
    if len(letter) != size or len(text) != 1 or text == "\0":
        raise TagDataError(Damage.FIELD)
    return text, data[1 + size :]


def _letters(pair: bytes) -> str:
    number = int.from_bytes(pair, "big") - 1
    if len(pair) != _PAIR or not 0 <= number < _LAST_PAIR:
        raise TagDataError(Damage.FIELD)
    text = "".join(_TABLE[number // _BASE**power % _BASE] for power in (2, 1, 0)).rstrip("\0")
    if not text or "\0" in text:
        raise TagDataError(Damage.FIELD)
    return text


def _number(data: bytes) -> tuple[str, bytes]:
    sizes = data[1] if len(data) > 1 else 0
    count, size = (sizes >> 4) + _FEWEST_DIGITS, (sizes & _HALF) + _FEWEST_BYTES
    value = data[2 : 2 + size]
    text = str(int.from_bytes(value, "big"))
    if len(value) != size or len(text) > count or (size > _FEWEST_BYTES and not value[0]):
        raise TagDataError(Damage.FIELD)
    return text.zfill(count), data[2 + size :]
