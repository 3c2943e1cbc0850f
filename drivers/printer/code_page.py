"""Text for a printer: letters of its code page and nothing that it could take for a command. Pure."""

import unicodedata
from enum import StrEnum
from typing import Final

from library.text.cp1258 import encode_cp1258
from library.text.forms import nfc, to_ascii

_SPACE: Final = 0x20
_DELETE: Final = 0x7F
_INVISIBLE: Final = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))


class CodePage(StrEnum):
    """The code pages that we write."""

    CP1258 = "cp1258"
    """Windows Vietnamese."""
    ASCII = "ascii"
    """For a printer that has no Vietnamese: marks left out."""


def printer_text(text: str, page: CodePage) -> bytes:
    """Return one line in the printer's letters.

    Control and other invisible characters are left out, spaces stay as they are, a letter that the page lacks becomes
    its nearest relative or ``?``. No byte below 20 and no 7F comes out, whatever goes in.
    """
    seen = "".join(char for char in nfc(text) if unicodedata.category(char) not in _INVISIBLE)
    data = encode_cp1258(seen) if page is CodePage.CP1258 else to_ascii(seen).encode("ascii")
    return bytes(byte for byte in data if byte >= _SPACE and byte != _DELETE)
