"""In which encoding a table was saved: UTF-8 nearly always, else what makes Vietnamese words of its bytes."""

import codecs
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from library.text import decode_cp1258
from library.text.tcvn3 import decode_tcvn3

_VIETNAMESE: Final = frozenset(
    "àảãáạăằẳẵắặâầẩẫấậèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵđ"
    "ÀẢÃÁẠĂẰẲẴẮẶÂẦẨẪẤẬÈẺẼÉẸÊỀỂỄẾỆÌỈĨÍỊÒỎÕÓỌÔỒỔỖỐỘƠỜỞỠỚỢÙỦŨÚỤƯỪỬỮỨỰỲỶỸÝỴĐ"
)
_PLAIN_SHARE: Final = 0.9
"""How many of the letters beyond ASCII must be Vietnamese before a text is plainly so encoded."""
_OFTEN: Final = 0.08
"""How many of all letters are such in Vietnamese, at the least (a quarter in most texts); in French every twentieth."""
_HEAD: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class Encoding:
    """How bytes are read, and how it is called."""

    name: str
    decode: Callable[[bytes], str]


def _utf8(data: bytes) -> str:
    return data.decode("utf-8", errors="replace")


def _windows(data: bytes) -> str:
    return data.decode("cp1252", errors="replace")


UTF8: Final = Encoding("UTF-8", _utf8)
_OTHERS: Final = (
    Encoding("TCVN3", decode_tcvn3),
    Encoding("Windows-1258", decode_cp1258),
)
_WESTERN: Final = Encoding("Windows-1252", _windows)


def encoding_of(head: bytes) -> Encoding:
    """Tell from a file's first bytes how it is encoded.

    What is not UTF-8 is TCVN3 or Windows-1258 where that makes Vietnamese of nearly all its letters, else Windows-1252;
    bytes that are broken UTF-8 here and there stay UTF-8.
    """
    sample = head[:_HEAD]
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        decoder.decode(sample)
    except UnicodeDecodeError:
        pass
    else:
        return UTF8
    many = sum(byte >= 0x80 for byte in sample)  # noqa: PLR2004 - beyond ASCII
    broken = sample.decode("utf-8", errors="replace").count("\ufffd")
    if broken * 4 < many:
        return UTF8
    rows = sample.partition(b"\n")[2] or sample
    best = max(_OTHERS, key=lambda each: _share(each.decode(rows)))
    text = best.decode(rows)
    often = sum(not char.isascii() for char in text) >= _OFTEN * sum(map(str.isalpha, text))
    return best if often and _share(text) >= _PLAIN_SHARE else _WESTERN


def _share(text: str) -> float:
    """Tell how many of the characters beyond ASCII are letters as Vietnamese writes them: small ones in words."""
    beyond = [at for at, char in enumerate(text) if not char.isascii()]
    if not beyond:
        return 0.0
    good = sum(text[at] in _VIETNAMESE and (text[at].islower() or _may_be_capital(text, at)) for at in beyond)
    return good / len(beyond)


def _may_be_capital(text: str, at: int) -> bool:
    """Tell whether a capital may stand here: at the beginning of a word, or behind other capitals."""
    return at == 0 or not (text[at - 1].isalpha() and text[at - 1].islower())
