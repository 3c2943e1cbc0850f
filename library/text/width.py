"""How many columns a text takes where every letter is equally wide, and how to make it shorter."""

import unicodedata
from itertools import accumulate

from library.text.forms import nfc

_NO_COLUMN = frozenset({"Mn", "Me", "Cf", "Cc", "Cs"})


def display_width(text: str) -> int:
    """Return the columns of `text` on a printer or terminal: a mark takes none, an East Asian wide letter two."""
    return sum(map(_columns, nfc(text)))


def shorten(text: str, width: int, ellipsis: str = "\u2026") -> str:
    """Return `text` as NFC in at most `width` columns, ending in `ellipsis` when something was left out.

    It is cut after a whole word if one ends in the last third of the room, never between a letter and its mark. Where
    the room is smaller than the ellipsis, the beginning alone is returned; a `width` below one gives an empty text.
    """
    whole = nfc(text)
    if display_width(whole) <= width:
        return whole
    room = width - display_width(ellipsis)
    if room < 0:
        return _beginning(whole, width)
    cut = _beginning(whole, room)
    if not whole[len(cut) :].startswith(" "):
        word_end = cut.rfind(" ")
        if word_end >= len(cut) * 2 / 3:
            cut = cut[:word_end]
    return cut.rstrip(" ") + ellipsis


def _columns(char: str) -> int:
    if unicodedata.category(char) in _NO_COLUMN:
        return 0
    return 2 if unicodedata.east_asian_width(char) in {"W", "F"} else 1


def _beginning(text: str, width: int) -> str:
    taken = accumulate(map(_columns, text))
    return "".join(char for char, columns in zip(text, taken, strict=True) if columns <= width)
