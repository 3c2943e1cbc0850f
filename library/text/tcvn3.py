"""TCVN-3, the code page of Vietnam's old standard (TCVN 5712:1993, VN3), which some receipt printers have.

The page holds every small letter, with its tone too, as one byte, and the seven capitals of the alphabet that ASCII
lacks. A capital with a tone is two bytes in the standard: the letter and then the tone (grave B0, hook B1, tilde B2,
acute B3, dot below B4). Printers by Epson's numbering have no tone bytes but a second page, where each capital lies at
the place of its small letter, but for Ă, Â and Đ, which stay at the standard's place (python-escpos' table of pages).
"""

import unicodedata
from collections.abc import Iterator
from enum import Enum
from itertools import groupby
from typing import Final

from library.text.forms import nfc, to_ascii

_SMALL: Final = {
    **dict(zip("ăâêôơưđ", range(0xA8, 0xAF), strict=True)),
    **dict(zip("àảãáạ", range(0xB5, 0xBA), strict=True)),
    **dict(zip("ằẳẵắ", range(0xBB, 0xBF), strict=True)),
    **dict(zip("ặầẩẫấậè", range(0xC6, 0xCD), strict=True)),
    **dict(zip("ẻẽéẹềểễếệìỉ", range(0xCE, 0xD9), strict=True)),
    **dict(zip("ĩíịò", range(0xDC, 0xE0), strict=True)),
    **dict(zip("ỏõóọồổỗốộờởỡớợù", range(0xE1, 0xF0), strict=True)),
    **dict(zip("ủũúụừửữứựỳỷỹýỵ", range(0xF1, 0xFF), strict=True)),
}
_CAPITALS: Final = dict(zip("ĂÂÊÔƠƯĐ", range(0xA1, 0xA8), strict=True))
_TONES: Final = dict(zip("\u0300\u0309\u0303\u0301\u0323", range(0xB0, 0xB5), strict=True))
_STAY: Final = frozenset("ĂÂĐ")
_CAPITALS_PAGE: Final = {
    letter.upper(): _CAPITALS[letter.upper()] if letter.upper() in _STAY else byte for letter, byte in _SMALL.items()
}
_FROM_PAGE: Final = {byte: letter for table in (_SMALL, _CAPITALS, _TONES) for letter, byte in table.items()}
_FROM_CAPITALS_PAGE: Final = {byte: letter for letter, byte in _CAPITALS_PAGE.items()}
_FIRST_OF_PAGE: Final = 0x80


class TcvnPage(Enum):
    """Which of a printer's two pages."""

    SMALL = "small"
    CAPITALS = "capitals"


def encode_tcvn3(text: str) -> bytes:
    """Return `text` in TCVN-3 as the standard has it: a capital with a tone is the capital and then the tone.

    Every text of Vietnamese letters comes back from `decode_tcvn3` as its NFC. Other characters become what `to_ascii`
    makes of them, at worst ``?``. Control characters pass: make a stranger's text `printable` first.
    """
    return b"".join(map(_encode_char, nfc(text)))


def decode_tcvn3(data: bytes) -> str:
    """Return the NFC text of TCVN-3 bytes; a byte without a meaning becomes U+FFFD."""
    return nfc("".join(chr(byte) if byte < _FIRST_OF_PAGE else _FROM_PAGE.get(byte, "\ufffd") for byte in data))


def encode_tcvn3_pages(text: str) -> tuple[tuple[TcvnPage, bytes], ...]:
    """Return `text` in runs, each with the page of the printer on which its letters are; ASCII is on both."""
    return tuple(
        (page, b"".join(data for _, data in run)) for page, run in groupby(_placed(nfc(text)), key=lambda pair: pair[0])
    )


def decode_tcvn3_page(data: bytes, page: TcvnPage) -> str:
    """Return the NFC text of one run; a byte without a meaning becomes U+FFFD."""
    if page is TcvnPage.SMALL:
        return decode_tcvn3(data)
    return "".join(chr(byte) if byte < _FIRST_OF_PAGE else _FROM_CAPITALS_PAGE.get(byte, "\ufffd") for byte in data)


def _encode_char(char: str) -> bytes:
    byte = _SMALL.get(char) or _CAPITALS.get(char)
    if byte is not None:
        return bytes((byte,))
    parts = unicodedata.normalize("NFD", char)
    toneless = nfc("".join(part for part in parts if part not in _TONES))
    tones = bytes(_TONES[part] for part in parts if part in _TONES)
    if tones and (toneless.isascii() or toneless in _CAPITALS):
        return (bytes((_CAPITALS[toneless],)) if toneless in _CAPITALS else toneless.encode("ascii")) + tones
    return to_ascii(char).encode("ascii")


def _placed(text: str) -> Iterator[tuple[TcvnPage, bytes]]:
    """Give each character with its page; what both pages hold stays on the page that is selected."""
    page = TcvnPage.SMALL
    for char in text:
        if char in _SMALL:
            page = TcvnPage.SMALL
            yield page, bytes((_SMALL[char],))
        elif char in _CAPITALS_PAGE:
            page = TcvnPage.CAPITALS
            yield page, bytes((_CAPITALS_PAGE[char],))
        else:
            yield page, to_ascii(char).encode("ascii")
