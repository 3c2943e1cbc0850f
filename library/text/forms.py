"""Forms of one text: composed, folded for comparing, ASCII for old wires, and free of invisible characters."""

import re
import unicodedata

_D_WITH_STROKE = str.maketrans({"đ": "d", "Đ": "D"})

# Marks that sit on Latin, Greek and Cyrillic letters. Vowel signs of Indic scripts are marks too, but a word without
# them is another word, so they stay.
_DIACRITICS = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]")

_SPELLED_IN_ASCII = {
    "\u2018": "'",
    "\u2019": "'",
    "\u201a": "'",
    "\u201b": "'",
    "\u2032": "'",
    "\u02bc": "'",
    "\u2039": "'",
    "\u203a": "'",
    "\u00b4": "'",
    "\u201c": '"',
    "\u201d": '"',
    "\u201e": '"',
    "\u201f": '"',
    "\u2033": '"',
    "\u00ab": '"',
    "\u00bb": '"',
    "\u2010": "-",
    "\u2011": "-",
    "\u2012": "-",
    "\u2013": "-",
    "\u2014": "-",
    "\u2015": "-",
    "\u2212": "-",
    "\u2022": "*",
    "\u00b7": ".",
    "\u00d7": "x",
    "\u2044": "/",
    "\u20ab": "d",
    "\u0111": "d",
    "\u0110": "D",
    "\u00f0": "d",
    "\u00d0": "D",
    "\u00f8": "o",
    "\u00d8": "O",
    "\u0142": "l",
    "\u0141": "L",
    "\u0131": "i",
    "\u00df": "ss",
    "\u00e6": "ae",
    "\u00c6": "AE",
    "\u0153": "oe",
    "\u0152": "OE",
    "\u00fe": "th",
    "\u00de": "Th",
}

# Letters, marks and symbols that are drawn as nothing (Unicode's Default_Ignorable_Code_Point) and are not in
# category Cf, which is dropped whole.
_DRAWN_AS_NOTHING = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
_BREAKS = frozenset({"Cc", "Zl", "Zp", "Zs"})
_WITHOUT_MEANING_HERE = frozenset({"Cs", "Co", "Cn"})


def nfc(text: str) -> str:
    """Return `text` in Unicode's composed form NFC, the one form in which this project keeps and compares text."""
    return unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """Return `text` for comparing without marks or case: ``Đắc Nhân Tâm`` and ``DAC NHAN TAM`` give the same.

    đ and Đ do not decompose in Unicode and are folded by hand; only the diacritics of Latin, Greek and Cyrillic are
    dropped, so that words of Indic scripts stay themselves. The answer is NFC and folding it again changes nothing.
    """
    if text.isascii():
        return text.lower()
    caseless = unicodedata.normalize("NFD", unicodedata.normalize("NFD", text).casefold())
    return nfc(_DIACRITICS.sub("", caseless).translate(_D_WITH_STROKE))


def to_ascii(text: str) -> str:
    """Return `text` for a client that knows ASCII alone: marks off, đ as d, typographic signs as typed ones.

    What has no such spelling becomes ``?``. ASCII passes unchanged, control characters included; no control character
    and no ``|`` (SIP2's delimiter) comes out that did not go in.
    """
    return "".join(char if char.isascii() else _in_ascii(char) for char in nfc(text))


def printable(text: str) -> str:
    """Return `text` as one line that a screen or a printer may show whoever wrote it, for titles and names.

    Control characters, tabs and line separators become spaces and runs of spaces one; characters that turn the writing
    direction or are drawn as nothing are dropped; lone surrogates, private and unassigned code points become U+FFFD.
    The answer is NFC, has no space at its ends, and may be empty.
    """
    drawn = _DRAWN_AS_NOTHING.sub("", text)
    seen = drawn if drawn.isprintable() else "".join(map(_as_seen, drawn))  # most texts have nothing to look at
    return nfc(" ".join(seen.split()))


def _in_ascii(char: str) -> str:
    if char in _SPELLED_IN_ASCII:
        return _SPELLED_IN_ASCII[char]
    category = unicodedata.category(char)
    if category in _BREAKS:
        return " "
    if category == "Cf" or _DIACRITICS.match(char):
        return ""
    plain = _DIACRITICS.sub("", unicodedata.normalize("NFKD", char))
    spelled = "".join(_SPELLED_IN_ASCII.get(part, part) for part in plain)
    if spelled.isascii() and spelled.isprintable() and "|" not in spelled:
        return spelled
    return "?"


def _as_seen(char: str) -> str:
    category = unicodedata.category(char)
    if category in _BREAKS:
        return " "
    if category == "Cf":
        return ""
    if category in _WITHOUT_MEANING_HERE:
        return "\ufffd"
    return char
