"""Windows-1258, the code page in which receipt printers and old clients write Vietnamese.

The page has the vowels (ă â ê ô ơ ư) and đ, but not their forms with a tone: a tone is a byte of its own that follows
its letter (grave CC, hook D2, tilde DE, acute EC, dot below F2), by Microsoft's table for code page 1258.
"""

import unicodedata

from library.text.forms import nfc, to_ascii

_PAGE = "cp1258"
_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")


def encode_cp1258(text: str) -> bytes:
    """Return `text` in Windows-1258: a letter as one byte where the page has it, else its vowel and then its tone.

    Every text of Vietnamese letters comes back from `decode_cp1258` as its NFC. Other characters become what `to_ascii`
    makes of them, at worst ``?``. Control characters pass: make a stranger's text `printable` first.
    """
    return b"".join(map(_encode_char, nfc(text)))


def decode_cp1258(data: bytes) -> str:
    """Return the NFC text of Windows-1258 bytes; the eight bytes without a meaning become U+FFFD."""
    return nfc(data.decode(_PAGE, errors="replace"))


def _encode_char(char: str) -> bytes:
    parts = unicodedata.normalize("NFD", char)
    toneless = nfc("".join(part for part in parts if part not in _TONES))
    tones = "".join(part for part in parts if part in _TONES)
    for spelling in (char, toneless + tones):
        try:
            return spelling.encode(_PAGE)
        except UnicodeEncodeError:
            continue
    return to_ascii(char).encode("ascii")
