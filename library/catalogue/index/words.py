"""Words as the index keeps them: every text cut into words the same way, with their marks and without.

No word is left out. A word is a run of letters and digits with the marks that belong to them, so that vowel signs of
Devanagari or Arabic stay; letters of scripts written without spaces (Chinese, Japanese, Thai and their like) are a
word each. ``C++`` and ``C#`` are whole words. Parts that a hyphen, an apostrophe, a point or a comma joins are words
each and once more joined (``e-mail``: ``e``, ``mail``, ``email``).
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from library.text import fold
from library.text.syllables import tone_in_old_style

LONGEST_WORD: Final = 40
"""Characters of a word that are kept; no word that one types is longer."""

_SIMPLE: Final = re.compile(r"[\u0000-\u036f\u1e00-\u1fff\u2010-\u2027]*")
"""Latin, Greek: every mark that matters is composed."""
_SIGNS: Final = r"(?:\+\+(?![^\W_])|#(?![^\W_]))?"
_SIMPLE_WORDS: Final = re.compile(r"[^\W_](?:[^\W_]|[\u0300-\u036f])*" + _SIGNS)
_JOINTS: Final = frozenset("-'.,\u2019\u2010\u2011\u02bc\u00b7")
_NO_SPACES: Final = (
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u2fff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf"
    "\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9d\U00020000-\U0003ffff]"
)
_DROPPED: Final = frozenset({"Cf", "Cs", "Co", "Cn"})
_NOT_JOINING: Final = str.maketrans({"\u0640": None, "\u00ad": None, "\u200b": " ", "\ufeff": None})


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text."""

    marked: str
    """NFC, small letters, a Vietnamese tone in the old style."""
    plain: str
    """Without marks; đ is d; a Vietnamese y that may be written i is i."""
    joined: bool = False
    """It hangs on the word before it by a hyphen, an apostrophe, a point or a comma."""


def words_of(text: str) -> list[Word]:
    """Return the words of `text` in their order; any text is allowed, also one that is not Unicode's."""
    found = []
    ended = -1
    small = unicodedata.normalize("NFC", text.translate(_NOT_JOINING)).lower()
    for start, end, written in _runs(small):
        joined = ended == start - 1 and ended > 0 and small[ended] in _JOINTS
        found.append(_word(written[:LONGEST_WORD], joined))
        ended = end
    return found


def joined_words(words: list[Word]) -> list[str]:
    """Return, without marks, what hyphens and their like join, written as one word."""
    found: list[str] = []
    run: list[str] = []
    for word in [*words, Word("", "")]:
        if word.joined:
            run.append(word.plain)
            continue
        if len(run) > 1:
            found.append("".join(run)[:LONGEST_WORD])
        run = [word.plain]
    return found


def code(text: str) -> str:
    """Return a number or a call number as it is compared: small letters and digits without marks, nothing between."""
    return "".join(filter(str.isalnum, fold(_valid(text))))[:64]


@lru_cache(maxsize=20_000)
def plain(marked: str) -> str:
    """Return a word without its marks, a Vietnamese ``y`` at its end as ``i`` where both are written (lý, lí)."""
    folded = fold(marked)
    return _Y_AS_I.get(folded, folded)


_Y_AS_I: Final = {f"{first}y": f"{first}i" for first in ("h", "k", "l", "m", "s", "t", "v")}


@lru_cache(maxsize=20_000)
def _word(written: str, joined: bool) -> Word:  # noqa: FBT001 - a cached function's key
    marked = written if written.isascii() else tone_in_old_style(written)
    return Word(marked, plain(marked) or marked, joined)


def _runs(small: str) -> Iterator[tuple[int, int, str]]:
    pattern = _SIMPLE_WORDS if _SIMPLE.fullmatch(small) else _words_of_any_script()
    return ((match.start(), match.end(), match.group()) for match in pattern.finditer(small))


@lru_cache(maxsize=1)
def _words_of_any_script() -> re.Pattern[str]:
    marks = "".join(char for char in map(chr, range(0x300, 0x1_2000)) if unicodedata.category(char)[0] == "M")
    letter = rf"(?!{_NO_SPACES})[^\W_]"
    return re.compile(rf"(?:{_NO_SPACES}[{marks}]*|{letter}(?:{letter}|[{marks}])*{_SIGNS})")


def _valid(text: str) -> str:
    return text if text.isascii() else "".join(c for c in text if unicodedata.category(c) not in _DROPPED)
