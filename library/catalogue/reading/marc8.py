"""MARC-8, in which MARC 21 was written before UTF-8: a mark stands before its letter, escapes change the alphabet.

The tables are pymarc's, which are the Library of Congress's; what its own converter does with broken bytes (it writes
to the terminal, loses marks at the end, raises) is why they are walked here.
"""

import re
from typing import Final

from pymarc import marc8_mapping

from library.text import nfc

_ESCAPE: Final = 0x1B
_TO_FIRST: Final = b"(,"
_TO_SECOND: Final = b")-"
_MANY: Final = b"$"
_BASIC: Final = 0x42
_ANSEL: Final = 0x45
_EAST_ASIAN: Final = 0x31
_SINGLES: Final = {0x67: 0x67, 0x62: 0x62, 0x70: 0x70, 0x73: _BASIC}
"""Old escapes of one letter: Greek symbols, lowered, raised, and back to Latin."""
_HIGH: Final = 0x80
_LOWEST: Final = 0x20
_NOTHING: Final = "\ufffd"
_ANSEL_HIGH: Final = re.compile(rb"[\x80-\xff]|\x1b")
_WIDE: Final = 3


def decode_marc8(data: bytes) -> tuple[str, bool]:
    """Return the NFC text of MARC-8 bytes, and whether every one of them had a meaning."""
    if not _ANSEL_HIGH.search(data):
        return data.decode("ascii"), True
    walk = _Walk()
    at = 0
    while at < len(data):
        at += walk.escape(data[at : at + 4]) if data[at] == _ESCAPE else walk.letter(data[at : at + _WIDE])
    return nfc("".join(walk.text + walk.marks)), walk.good


class _Walk:
    def __init__(self) -> None:
        self.first = _BASIC
        self.second = _ANSEL
        self.text: list[str] = []
        self.marks: list[str] = []
        self.good = True

    def escape(self, data: bytes) -> int:
        """Change an alphabet; tell how many bytes said so."""
        rest = data[1:]
        size = 1
        if rest[:1] == _MANY:
            rest, size = rest[1:], 2
            if rest and rest[0] not in _TO_FIRST + _TO_SECOND:
                self.first = rest[0]
                return self._known(rest[0], size + 1)
        if len(rest) > 1 and rest[0] in _TO_FIRST:
            self.first = rest[1]
            return self._known(rest[1], size + 2)
        if len(rest) > 1 and rest[0] in _TO_SECOND:
            self.second = rest[1]
            return self._known(rest[1], size + 2)
        if rest and rest[0] in _SINGLES:
            self.first = _SINGLES[rest[0]]
            return size + 1
        self.good = False
        return 1

    def letter(self, data: bytes) -> int:
        """Read one letter or mark; tell how many bytes it had."""
        code, size = data[0], 1
        alphabet = self.second if code > _HIGH else self.first
        if alphabet == _EAST_ASIAN and code > _LOWEST:
            if len(data) < _WIDE:
                return self._missing(len(data))
            code, size = int.from_bytes(data, "big"), _WIDE
        elif code <= _LOWEST:
            self._put(chr(code))
            return 1
        found = marc8_mapping.CODESETS.get(alphabet, {}).get(code)
        if found is None:
            odd = marc8_mapping.ODD_MAP.get(code)
            if odd is None:
                return self._missing(size)
            found = (odd, 0)
        character, is_mark = chr(found[0]), bool(found[1])
        if is_mark:
            self.marks.append(character)
        else:
            self._put(character)
        return size

    def _put(self, character: str) -> None:
        self.text += [character, *self.marks]
        self.marks.clear()

    def _missing(self, size: int) -> int:
        self.good = False
        self._put(_NOTHING)
        return size

    def _known(self, alphabet: int, size: int) -> int:
        self.good = self.good and alphabet in marc8_mapping.CODESETS
        return size
