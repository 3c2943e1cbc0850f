"""The parts of a Vietnamese syllable: how it begins, its vowels, how it ends, and which vowel bears its tone.

Both ways of writing a tone are read (``hòa`` and ``hoà``, ``thúy`` and ``thuý``); who has it written says which.
"""

import re
import unicodedata
from dataclasses import dataclass, replace
from typing import Final

from library.text.forms import nfc

TONES: Final = ("\u0301", "\u0300", "\u0309", "\u0303", "\u0323")
"""Sắc, huyền, hỏi, ngã, nặng, as combining marks."""

_NUCLEI: Final = frozenset(
    re.findall(
        r"\w+",
        "a ă â e ê i o ô ơ u ư y ai ao au ay âu ây eo êu ia iê iêu iu oa oă oai oao oay oe oeo oi oo ôi ơi ua uâ"
        " uây uê ui uô uôi uơ ưa ưi ươ ươi ươu ưu uy uya uyê uyu yê yêu",
    )
)
"""The vowels that a syllable may have."""
_BARE_NUCLEI: Final = frozenset(
    unicodedata.normalize("NFD", nucleus).translate({0x302: None, 0x306: None, 0x31B: None}) for nucleus in _NUCLEI
)
"""The same while their marks are not typed yet."""
_PARTS: Final = re.compile(
    "(?P<initial>(?:ngh|ng|nh|gh|gi(?=[aăâeêioôơuưy])|kh|ph|th|tr|ch|qu(?=[aăâeêioôơyư])|[bcdđghklmnpqrstvx])?)"
    "(?P<nucleus>[aăâeêioôơuưy]*)"
    "(?P<final>(?:ch|ng|nh|[cmnpt])?)",
    re.IGNORECASE,
)
_STOPPED: Final = frozenset({"c", "ch", "p", "t"})
_SHARP_OR_HEAVY: Final = frozenset({TONES[0], TONES[4]})
_GLIDES: Final = frozenset({"oa", "oe", "uy"})
"""Open pairs where the two styles differ."""


@dataclass(frozen=True, slots=True)
class Syllable:
    """A syllable taken apart; the letters keep their case, the vowels their quality marks, the tone stands alone."""

    initial: str
    nucleus: str
    final: str
    tone: str
    """One of :data:`TONES`, or empty."""

    def toned(self, tone: str) -> "Syllable":
        """Return the syllable with this tone."""
        return replace(self, tone=tone)

    def with_vowel(self, place: int, vowel: str) -> "Syllable":
        """Return the syllable with another letter at a place of its nucleus."""
        letters = list(self.nucleus)
        letters[place] = nfc(vowel)
        return replace(self, nucleus="".join(letters))

    def written(self, *, new_style: bool = False) -> str:
        """Return the syllable as one writes it; NFC."""
        if not self.tone or not self.nucleus:
            return nfc(self.initial + self.nucleus + self.final)
        place = self._toned_place(new_style=new_style)
        vowels = self.nucleus[: place + 1] + self.tone + self.nucleus[place + 1 :]
        return nfc(self.initial + vowels + self.final)

    def _toned_place(self, *, new_style: bool) -> int:
        marked = [place for place, letter in enumerate(self.nucleus) if letter.lower() in "ăâêôơư"]
        if marked:
            return marked[-1]
        if self.final or len(self.nucleus) == 1:
            return len(self.nucleus) - 1
        if len(self.nucleus) > 2:  # noqa: PLR2004 - three vowels carry it in the middle
            return 1
        return 1 if new_style and self.nucleus.lower() in _GLIDES else 0


def split_syllable(word: str) -> Syllable | None:
    """Return the parts of a word that is a syllable, or may become one when its marks are typed; else None."""
    letters, tone = [], ""
    for char in unicodedata.normalize("NFD", word):
        if char in TONES:
            if tone:
                return None
            tone = char
        else:
            letters.append(char)
    match = _PARTS.fullmatch(nfc("".join(letters)))
    if match is None:
        return None
    initial, nucleus, final = match["initial"], match["nucleus"], match["final"]
    if not nucleus:
        return None if final or tone else Syllable(initial, "", "", "")
    bare = unicodedata.normalize("NFD", nucleus.lower()).translate({0x302: None, 0x306: None, 0x31B: None})
    return Syllable(initial, nucleus, final, tone) if bare in _BARE_NUCLEI else None


def is_syllable(word: str) -> bool:
    """Whether a word can be a whole Vietnamese syllable as it stands, with its marks."""
    parts = split_syllable(word)
    if parts is None or parts.nucleus.lower() not in _NUCLEI:
        return False
    return parts.final.lower() not in _STOPPED or parts.tone in _SHARP_OR_HEAVY


def tone_in_old_style(word: str) -> str:
    """Return `word` with its tone as ``hòa`` has it, whichever way it was written; other words as they are."""
    if word.isascii():
        return word
    parts = split_syllable(word)
    return word if parts is None or not parts.tone else parts.written()
