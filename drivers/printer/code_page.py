"""Text for a printer: letters of its code page and nothing that it could take for a command. Pure."""

import unicodedata
from enum import StrEnum
from typing import Final, assert_never

from library.text.cp1258 import encode_cp1258
from library.text.forms import nfc, to_ascii
from library.text.tcvn3 import TcvnPage, encode_tcvn3, encode_tcvn3_pages

_SPACE: Final = 0x20
_DELETE: Final = 0x7F
_INVISIBLE: Final = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))


class CodePage(StrEnum):
    """The code pages that we write."""

    CP1258 = "cp1258"
    """Windows Vietnamese: a vowel and its tone are two bytes."""
    TCVN3 = "tcvn3"
    """The page of Vietnam's old standard; a capital and its tone are two bytes."""
    ASCII = "ascii"
    """For a printer that has no Vietnamese: marks left out."""


def seen_text(text: str) -> str:
    """Return one line as NFC without control and other invisible characters; spaces stay as they are."""
    return "".join(char for char in nfc(text) if unicodedata.category(char) not in _INVISIBLE)


def printer_text(text: str, page: CodePage) -> bytes:
    """Return one line in the printer's letters.

    Control and other invisible characters are left out, spaces stay as they are, a letter that the page lacks becomes
    its nearest relative or ``?``. No byte below 20 and no 7F comes out, whatever goes in.
    """
    seen = seen_text(text)
    match page:
        case CodePage.CP1258:
            return _letters(encode_cp1258(seen))
        case CodePage.TCVN3:
            return _letters(encode_tcvn3(seen))
        case CodePage.ASCII:
            return _letters(to_ascii(seen).encode("ascii"))
        case _:
            assert_never(page)


def printer_runs(text: str) -> tuple[tuple[TcvnPage, bytes], ...]:
    """Return one line for a printer with two pages of TCVN-3: runs of letters, each with its page."""
    return tuple((page, _letters(data)) for page, data in encode_tcvn3_pages(seen_text(text)))


def _letters(data: bytes) -> bytes:
    return bytes(byte for byte in data if byte >= _SPACE and byte != _DELETE)
