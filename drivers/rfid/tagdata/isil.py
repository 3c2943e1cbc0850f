"""How ISO 28560-2 writes a library's international identifier (ISIL, ISO 15511): five bits a letter, four a digit.

Three tables: capitals, small letters, digits; one begins with capitals. A latch changes the table for good, a shift for
one letter. What is left of the last byte is filled with ones.

| code | capitals | small letters | digits |
| --- | --- | --- | --- |
| 0 | ``-`` | ``-`` | 0 |
| 1-26 | A-Z | a-z | 1-9, 10 ``-``, 11 ``:`` |
| 27 | ``:`` | ``/`` | |
| 28, 29 (12, 13) | latch, shift small | latch, shift capitals | latch, shift capitals |
| 30, 31 (14, 15) | latch, shift digits | latch, shift digits | latch, shift small |
"""

from string import ascii_lowercase, ascii_uppercase, digits
from typing import Final, NamedTuple

from drivers.rfid.tagdata.content import Damage, TagDataError

LONGEST: Final = 32
"""Letters; ISO 15511 allows 16, and some libraries write a branch behind."""

_LONGEST_CODE: Final = 40
"""Bytes of as many letters, each behind a shift."""

_CAPITALS, _SMALL, _DIGITS = range(3)
_LETTERS: Final = (f"-{ascii_uppercase}:", f"-{ascii_lowercase}/", f"{digits}-:")
_WIDTH: Final = (5, 5, 4)
_OTHERS: Final = ((_SMALL, _DIGITS), (_CAPITALS, _DIGITS), (_CAPITALS, _SMALL))
"""The tables that the four highest codes of each table lead to, latch before shift."""
_BYTE_BITS: Final = 8


def encode_isil(text: str) -> bytes:
    """Write an identifier in the fewest bits, and then with the fewest latches.

    Raises `TagDataError` where it has no letters, or others than these.
    """
    if not 0 < len(text) <= LONGEST:
        raise TagDataError(Damage.FIELD)
    ways = {_CAPITALS: _Way(0, 0, "")}
    for letter in text:
        longer: dict[int, _Way] = {}
        for table, way in ways.items():
            for step in _steps(table, letter):
                bits = way.bits + step.bits
                found = _Way(len(bits), way.latches + (step.table != table), bits)
                longer[step.table] = min(longer.get(step.table, found), found)
        ways = longer
        if not ways:
            raise TagDataError(Damage.FIELD)
    bits = min(ways.values()).bits
    bits += "1" * (-len(bits) % _BYTE_BITS)
    return int(bits, 2).to_bytes(len(bits) // _BYTE_BITS, "big")


def decode_isil(data: bytes) -> str:
    """Read an identifier; raises `TagDataError` where it has no letters, or other filling than ones."""
    bits = "".join(f"{byte:08b}" for byte in data[: _LONGEST_CODE + 1])
    text = ""
    table = once = _CAPITALS
    at = read = 0
    while at + _WIDTH[once] <= len(bits):
        code = int(bits[at : at + _WIDTH[once]], 2)
        at += _WIDTH[once]
        if code < len(_LETTERS[once]):
            text += _LETTERS[once][code]
            once, read = table, at
        elif once != table:  # a shift leads to a letter, not to another shift
            break
        else:
            change = code - len(_LETTERS[table])
            once = _OTHERS[table][change // 2]
            table = table if change % 2 else once
    if not 0 < len(text) <= LONGEST or "0" in bits[read:] or len(bits) - read >= _BYTE_BITS:
        raise TagDataError(Damage.FIELD)
    return text


class _Way(NamedTuple):
    """How the letters so far can be written; the least is the best."""

    length: int
    latches: int
    bits: str


class _Step(NamedTuple):
    table: int
    """In which one is behind the letter."""
    bits: str


def _steps(table: int, letter: str) -> list[_Step]:
    """Name each way from a table to behind a letter: as it is, by a latch, by a shift."""
    steps = []
    if letter in _LETTERS[table]:
        steps.append(_Step(table, _bits(table, _LETTERS[table].index(letter))))
    for number, other in enumerate(_OTHERS[table]):
        if letter in _LETTERS[other]:
            bits = _bits(other, _LETTERS[other].index(letter))
            latch = len(_LETTERS[table]) + 2 * number
            steps += [_Step(other, _bits(table, latch) + bits), _Step(table, _bits(table, latch + 1) + bits)]
    return steps


def _bits(table: int, code: int) -> str:
    return f"{code:0{_WIDTH[table]}b}"
